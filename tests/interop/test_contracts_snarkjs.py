"""Verifier contracts together with snarkjs and with a second EVM: proofs both ways, calldata, gas, compilers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.interop.conftest import Runner
from tests.support.contracts import (
    NO,
    PIPELINES,
    YES,
    accepts,
    answer,
    compiled,
    second_machine,
    toy_contracts,
)
from tests.support.toy_contracts import TOYS, save_groth16, toy_groth16
from tests.support.toy_groth16 import circuit, powers_of_tau, save_circuit, save_witness
from zkctl.curve import BN254
from zkctl.errors import FormatError
from zkctl.field import words_from_ints
from zkctl.formats.binary.ptau.file import PtauFile, write_ptau
from zkctl.solidity.abi import ContractCall
from zkctl.toolchain.proof.calldata import call_of
from zkctl.toolchain.proof.evm import Compiled
from zkctl.toolchain.proof.export_solidity import export_solidity
from zkctl.toolchain.proof.prove import prove

SYSTEMS = ("groth16", "plonk", "fflonk")
FIELD = BN254.scalar_field
MAX_BYTES = 24_576  # of a contract (EIP-170)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where compiled contracts are kept for all test processes."""
    return tmp_path_factory.getbasetemp().parent


@pytest.fixture(scope="session")
def contracts(kept: Path) -> dict[str, Compiled]:
    return toy_contracts(kept)


def test_a_second_machine_says_the_same(contracts: dict[str, Compiled], tmp_path: Path) -> None:
    """@ethereumjs/evm: verdicts, and gas to the unit but for the transaction's own."""
    cases, ours = [], []
    for name, make in TOYS.items():
        contract, call = contracts[f"{name} 2"], make(2).call
        data = [call.encoded(), call.encoded()[:-1] + b"\1", call.encoded() + bytes(32)]
        cases.append((contract, data))
        ours += [(answer(contract, d), d) for d in data]
    answers = second_machine(cases, tmp_path)
    assert len(answers) == len(ours) == 9
    for theirs, (end, data) in zip(answers, ours, strict=True):
        assert theirs["failed"] == (end.output is None)
        assert bytes.fromhex(theirs["output"][2:]) == (
            end.reason if end.output is None else end.output
        )
        own = 21_000 + sum(16 if byte else 4 for byte in data)
        cold = theirs["gas"] - (
            end.gas - own
        )  # a transaction has touched the precompiled contracts
        assert cold in [2_500 * k for k in range(5)]
    assert [bytes.fromhex(each["output"][2:]) for each in answers[:2]] == [YES, NO]


# -- with keys and proofs of snarkjs


@pytest.fixture(scope="module")
def golden(data: Path) -> Path:
    return data / "golden_bn128"


def golden_files(golden: Path, name: str) -> tuple[Path, Path, Path, Path]:
    """Key, verification key, public signals, proof, as snarkjs made them."""
    if name == "groth16":
        names = ("multiplier_final.zkey", "verification_key.json", "public.json", "proof.json")
    else:
        names = (f"{name}.zkey", *(f"{name}_{part}.json" for part in ("vk", "public", "proof")))
    return tuple(golden / each for each in names)  # type: ignore[return-value]


@pytest.mark.parametrize("name", SYSTEMS)
def test_our_contracts_take_proofs_of_snarkjs(
    golden: Path, tmp_path: Path, kept: Path, name: str
) -> None:
    _, vkey, public, proof = golden_files(golden, name)
    export_solidity(vkey, output=tmp_path / "Verifier.sol", allow_insecure=True)
    contract = compiled(kept, {name: (tmp_path / "Verifier.sol").read_text()})[name]
    call = call_of(proof, public)
    assert accepts(contract, call.encoded())
    assert not accepts(contract, call.encoded()[:-1] + b"\x0c")


@pytest.mark.slow
@pytest.mark.parametrize("name", SYSTEMS)
def test_calldata_is_the_text_of_snarkjs(
    golden: Path, tmp_path: Path, run_snarkjs: Runner, name: str
) -> None:
    _, _, public, proof = golden_files(golden, name)
    made = run_snarkjs("zkey", "export", "soliditycalldata", public, proof, cwd=tmp_path)
    assert made.returncode == 0, made.stdout
    assert made.stdout == call_of(proof, public).text + "\n"


def test_calldata_without_signals_is_the_text_of_snarkjs(
    tmp_path: Path, run_snarkjs: Runner
) -> None:
    _, public, proof = save_groth16(tmp_path, 0)
    made = run_snarkjs("zkey", "export", "soliditycalldata", public, proof, cwd=tmp_path)
    assert made.stdout == toy_groth16(0).call.text + "\n"


# -- with contracts of snarkjs


def with_signals(n: int, folder: Path, run: Runner, name: str) -> tuple[Path, ContractCall]:
    """A key of snarkjs for a circuit with n public signals, and the call for a proof of snarkjs under it."""
    r1cs = save_circuit(
        folder / "c.r1cs", circuit(FIELD, [([(n + 1, 1)], [(n + 2, 1)], [(n + 3, 1)])], n + 4, 0, n)
    )
    values = [1, *range(1000, 1000 + n), 6, 7, 42]
    witness = save_witness(folder / "w.wtns", FIELD, words_from_ints(values, FIELD.n_words))
    ptau, key, vkey = folder / "p.ptau", folder / "c.zkey", folder / "v.json"
    proof, public = folder / "proof.json", folder / "public.json"
    with ptau.open("wb") as file:
        write_ptau(
            file, PtauFile(powers_of_tau(BN254, 11 if name == "fflonk" and n > 16 else 8), [])
        )
    if name == "groth16":
        first = folder / "c_0000.zkey"
        run("groth16", "setup", r1cs, ptau, first, cwd=folder)
        run("zkey", "contribute", first, key, "--name=test", "-e=test", cwd=folder)
    else:
        run(name, "setup", r1cs, ptau, key, cwd=folder)
    run(name, "prove", key, witness, proof, public, cwd=folder)
    answer = run("zkey", "export", "verificationkey", key, vkey, cwd=folder)
    assert answer.returncode == 0, answer.stdout
    return key, call_of(proof, public)


SETTINGS = [(package, pipeline) for package in ("solc-0.8.20", "solc") for pipeline in PIPELINES]


@dataclass(frozen=True)
class Made:
    """Both contracts for a key of snarkjs, and the calls for a proof of snarkjs and for one of ours."""

    theirs: str
    ours: str
    their_call: ContractCall
    our_call: ContractCall


Maker = Callable[[str, int], Made]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, run_snarkjs: Runner) -> Maker:
    @cache
    def make(name: str, n: int) -> Made:
        folder = tmp_path_factory.mktemp(f"{name}{n}")
        key, their_call = with_signals(n, folder, run_snarkjs, name)
        ours, theirs = folder / "ours.sol", folder / "theirs.sol"
        run_snarkjs("zkey", "export", "solidityverifier", key, theirs, cwd=folder)
        export_solidity(folder / "v.json", output=ours, allow_insecure=True)
        proof, public = folder / "our_proof.json", folder / "our_public.json"
        prove(
            key,
            folder / "w.wtns",
            proof_output=proof,
            public_output=public,
            allow_insecure=True,
        )
        return Made(theirs.read_text(), ours.read_text(), their_call, call_of(proof, public))

    return make


CROSSINGS = [
    pytest.param(name, n, marks=[] if (name, n) == ("plonk", 1) else [pytest.mark.slow])
    for name in SYSTEMS
    for n in (0, 1, 16)
    if (name, n) != ("plonk", 0)  # snarkjs makes no such proof
]


@pytest.mark.parametrize(("name", "n"), CROSSINGS)
def test_both_proofs_pass_both_contracts(
    made: Maker, kept: Path, tmp_path: Path, name: str, n: int
) -> None:
    """In both machines; a proof that differs in one bit passes none."""
    found = made(name, n)
    sources = {"ours": found.ours, "theirs": found.theirs}
    if (name, n) == ("groth16", 0):
        # snarkjs' has an array of no words, which Solidity does not know
        with pytest.raises(FormatError, match="the contract does not compile"):
            compiled(kept, {"theirs": found.theirs})
        del sources["theirs"]
    good = [call.encoded() for call in (found.their_call, found.our_call)]
    data = [*good, *(flipped(each, 40) for each in good)]
    cases = [(contract, data) for contract in compiled(kept, sources).values()]
    for contract, _ in cases:
        assert [accepts(contract, each) for each in data] == [True, True, False, False]
    told = second_machine(cases, tmp_path)
    verdicts = [each["output"] == f"0x{YES.hex()}" for each in told]
    assert verdicts == [True, True, False, False] * len(cases)


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


Gas = Callable[[str, int, str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def measured(made: Maker, kept: Path) -> Gas:
    """Gas of both contracts for the same proof of snarkjs."""

    def measure(name: str, n: int, package: str, pipeline: str) -> dict[str, Any]:
        sources, found = made(name, n), dict[str, Any]()
        for who in ("ours", "theirs"):
            source = {who: getattr(sources, who)}
            contract = compiled(kept, source, package=package, pipeline=pipeline)[who]
            found[f"{who} bytes"] = contract.n_bytes
            if contract.n_bytes <= MAX_BYTES:  # else no chain takes it
                end = answer(contract, sources.their_call.encoded())
                assert end.output == YES
                found[who] = end.gas
        return found

    return measure


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 16, 128])
@pytest.mark.parametrize("name", SYSTEMS)
def test_b16_gas_is_not_above_that_of_snarkjs(measured: Gas, name: str, n: int) -> None:
    gas = measured(name, n, "solc", "optimised")
    print(name, n, gas)  # docs/design/performance.md, "Gas"
    assert "theirs" not in gas or gas["ours"] <= gas["theirs"]
    assert gas["ours bytes"] <= MAX_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 16, 128])
@pytest.mark.parametrize(("package", "pipeline"), SETTINGS)
def test_b16_groth16_costs_no_more_with_any_setting(
    measured: Gas, package: str, pipeline: str, n: int
) -> None:
    gas = measured("groth16", n, package, pipeline)
    print(package, pipeline, n, gas)
    assert gas["ours"] <= gas["theirs"]


# -- compilers


@pytest.mark.slow
@pytest.mark.parametrize(("package", "pipeline"), SETTINGS)
def test_every_compiler_makes_the_same_verifier(kept: Path, package: str, pipeline: str) -> None:
    toys = {f"{name} {n}": make(n) for name, make in TOYS.items() for n in (0, 2)}
    sources = {place: toy.source(batch=toy.name == "groth16") for place, toy in toys.items()}
    found = compiled(kept, sources, package=package, pipeline=pipeline)
    for place, toy in toys.items():
        data, words = toy.call.encoded(), toy.call.words
        assert accepts(found[place], data), place
        for k in range(len(words)):
            flipped = bytearray(data)
            flipped[4 + 32 * k + 31] ^= 1
            assert answer(found[place], bytes(flipped)).output == NO, (place, k)
        assert not accepts(found[place], data + bytes(32))
        assert not accepts(found[place], data[:-32])


@pytest.mark.slow
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_b16_three_hundred_signals_compile(kept: Path, pipeline: str) -> None:
    """No stack too deep; the contract is small enough for a chain where it is optimised."""
    toy = toy_groth16(300)
    contract = compiled(kept, {"a": toy.source(batch=True)}, pipeline=pipeline)["a"]
    if pipeline == "optimised":
        assert contract.n_bytes <= MAX_BYTES
        assert accepts(contract, toy.call.encoded())
