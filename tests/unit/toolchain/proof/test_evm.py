"""`zkctl verify --evm`: compile a contract, run it and compare."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.contracts import compiler_path
from tests.support.toy_contracts import save_groth16, toy_groth16
from zkctl.curve import BLS12_381
from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError
from zkctl.toolchain.proof.evm import (
    COMPILERS,
    Compiled,
    compile_sources,
    execute,
    find_compiler,
    verify_by_contract,
)
from zkctl.toolchain.proof.export_solidity import export_solidity

# returns 1 or 0 whatever it is given; bytecode of hand, so that no compiler runs
ALWAYS = {
    answer: bytes.fromhex("600a600c600039600a6000f3" + f"60{answer:02x}60005260206000f3")
    for answer in (0, 1)
}
SIGNATURE = toy_groth16(2).call.signature


def stand_in(monkeypatch: pytest.MonkeyPatch, *contracts: tuple[str, Compiled]) -> None:
    own = ("own.sol", compiled(name="Own"))
    monkeypatch.setattr(
        "zkctl.toolchain.proof.evm.compile_sources", lambda *_, **__: [*contracts, own]
    )


def compiled(code: bytes = ALWAYS[1], name: str = "Verifier", *functions: str) -> Compiled:
    return Compiled(name, code, len(code), frozenset(functions or (SIGNATURE,)), "0.0")


def test_a_contract_in_the_machine(tmp_path: Path) -> None:
    """With the real compiler: both verdicts, and the gas of our own contract."""
    vkey, public, proof = save_groth16(tmp_path)
    source = tmp_path / "Verifier.sol"
    export_solidity(vkey, output=source)
    files = {"public": public, "proof": proof, "source": source, "compiler": compiler_path()}
    found = verify_by_contract(vkey, **files)
    assert (found.valid, found.contract_valid, found.contract) == (True, True, "Groth16Verifier")
    assert found.gas == found.own_gas > 181_000
    assert found.compiler.startswith("0.8.")
    assert 1000 < found.bytes_of_code < 24_576
    public.write_text('["1", "2"]')
    found = verify_by_contract(vkey, **files)
    assert (found.valid, found.contract_valid) == (False, False)


def test_bls12_381_needs_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pyrevm answers a call of a precompiled contract of EIP-2537 with nothing."""
    vkey, public, proof = save_groth16(tmp_path, 0, BLS12_381)
    signature = "verifyProof(uint256[4],uint256[8],uint256[4])"
    stand_in(monkeypatch, (str(tmp_path / "V.sol"), compiled(ALWAYS[1], "V", signature)))
    (tmp_path / "V.sol").write_text("")
    message = (
        "the EVM cannot run a contract over bls12_381: expected one with the precompiled contracts of EIP-2537,"
        " got pyrevm without them"
    )
    with pytest.raises(EnvironmentProblem, match=re.escape(message)):
        verify_by_contract(vkey, public=public, proof=proof, source=tmp_path / "V.sol")


@pytest.mark.parametrize("answer", [0, 1])
def test_a_contract_that_always_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    vkey, public, proof = save_groth16(tmp_path)
    source = tmp_path / "Verifier.sol"
    source.write_text("contract")
    stand_in(monkeypatch, (str(source), compiled(ALWAYS[answer])))
    found = verify_by_contract(vkey, public=public, proof=proof, source=source)
    assert (found.valid, found.contract_valid) == (True, bool(answer))


def test_contracts_of_another_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vkey, public, proof = save_groth16(tmp_path)
    source = tmp_path / "Verifier.sol"
    source.write_text("contract")
    place = str(source)

    def refused() -> str:
        with pytest.raises(IntegrityError) as problem:
            verify_by_contract(vkey, public=public, proof=proof, source=source)
        return problem.value.message

    stand_in(monkeypatch, (place, compiled(ALWAYS[1], "A", "verifyProof(uint256[24])")))
    assert refused() == (
        f"the contract does not take this proof: expected the function {SIGNATURE}, got verifyProof(uint256[24])"
    )
    stand_in(monkeypatch, (place, compiled(ALWAYS[1], "A", "f()")))
    assert refused().endswith("got none")
    stand_in(monkeypatch, (place, compiled(b"")), ("other.sol", compiled()))  # an interface
    assert refused().endswith(f"got {SIGNATURE}")
    stand_in(monkeypatch, (place, compiled(name="A")), (place, compiled(name="B")))
    assert refused() == "the file has several verifiers: expected one, got A, B"


def test_a_call_that_fails_is_no_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reverts = bytes.fromhex("600580600b6000396000f3" + "60006000fd")
    assert execute(reverts, b"").output is None
    assert execute(reverts, b"").reason == b""
    vkey, public, proof = save_groth16(tmp_path)
    source = tmp_path / "Verifier.sol"
    source.write_text("contract")
    stand_in(monkeypatch, (str(source), compiled(reverts)))
    assert not verify_by_contract(vkey, public=public, proof=proof, source=source).contract_valid


def test_code_that_cannot_be_deployed() -> None:
    for code in (b"\xfe", bytes.fromhex("6160016000f3")):  # an invalid opcode; 24,577 bytes
        with pytest.raises(
            IntegrityError,
            match="the contract cannot be deployed: expected the EVM to take it, got",
        ):
            execute(code, b"")


def test_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(EnvironmentProblem) as problem:
        find_compiler(None)
    assert problem.value.message == (
        "no Solidity compiler: expected solc or solcjs on the PATH, got neither"
    )
    assert find_compiler(Path("mine")) == "mine"
    monkeypatch.setattr(
        "shutil.which", lambda name: f"/bin/{name}" if name == COMPILERS[1] else None
    )
    assert find_compiler(None) == "/bin/solcjs"


def test_programs_that_are_no_compiler(tmp_path: Path) -> None:
    for compiler in (Path(sys.executable), tmp_path):
        with pytest.raises(EnvironmentProblem) as problem:
            compile_sources({"a": "contract A {}"}, compiler=compiler)
        expected = {
            sys.executable: f"{sys.executable} is no Solidity compiler: expected its answer in JSON, got exit code ",
            str(tmp_path): f"cannot start {tmp_path}: ",
        }[str(compiler)]
        assert problem.value.message.startswith(expected)


def test_without_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrevm", None)
    with pytest.raises(EnvironmentProblem) as problem:
        execute(ALWAYS[1], b"")
    assert problem.value.message == "running a contract needs pyrevm"
    assert problem.value.hint == "pip install 'zkctl[evm]'"


def test_a_source_that_does_not_compile() -> None:
    with pytest.raises(FormatError, match="the contract does not compile: ParserError: Expected"):
        compile_sources({"a": "contract {"}, compiler=compiler_path())
