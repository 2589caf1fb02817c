"""Compile a verifier contract, run it on this machine (extra `evm`) and compare verdict and gas with our own."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError
from zkctl.runtime.isolated import run_program
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.solidity.render import ContractOptions
from zkctl.storage.mapped import read_input
from zkctl.toolchain.proof.calldata import call_of
from zkctl.toolchain.proof.systems import read_verifying_key
from zkctl.toolchain.proof.verify import verify

COMPILERS = ("solc", "solcjs")
COMPILER_SECONDS = 300
MAX_SOURCE_BYTES = 16 << 20
GAS_LIMIT = 30_000_000  # of a block, and more than a proof may cost
_CALLER = "0x" + "11" * 20
_G1_ADD = 0x0B  # EIP-2537
_OWN = "own.sol"
_REASON = re.compile(r"output: 0x([0-9a-f]*)")
_OUTPUTS = ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata"]


@record
class ContractVerdict:
    """The verdicts of the contract and of zkctl; gas of whole transactions, of the contract and of the one that zkctl writes."""

    valid: bool
    contract: str
    contract_valid: bool
    gas: int
    own_gas: int
    compiler: str
    bytes_of_code: int
    warnings: list[str]


@record
class Compiled:
    """A contract as the compiler leaves it."""

    name: str
    code: bytes  # that deploys it
    n_bytes: int  # of the deployed contract
    functions: frozenset[str]  # signatures
    compiler: str


@record
class Execution:
    """The end of a call: the words returned, None after a revert; gas of the transaction; the data of a revert."""

    output: bytes | None
    gas: int
    reason: bytes = b""


def verify_by_contract(
    vkey: Path,
    *,
    public: Path,
    proof: Path,
    source: Path,
    compiler: Path | None = None,
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> ContractVerdict:
    """Verify a proof ourselves and by a contract, which is compiled and run here, beside the contract that we write for the key.

    Raises: as `verify`; EnvironmentProblem without a compiler or an EVM; FormatError for a source that does not compile;
    IntegrityError for a contract of another kind of proof.
    """
    ours = verify(
        vkey, public=public, proof=proof, allow_insecure=allow_insecure, progress=progress
    )
    call = call_of(proof, public)
    place = printable(source)
    system, key = read_verifying_key(vkey)
    sources = {
        place: read_input(source, MAX_SOURCE_BYTES).decode("utf-8", "replace"),
        _OWN: system.contract(key, ContractOptions("Own")),
    }
    progress("compiling the contract", None)
    compiled = compile_sources(sources, compiler=compiler)
    verifier = _verifier(compiled, place, call.signature)
    if key.curve.name == "bls12_381":
        check_bls12_381()
    progress("running the contract", None)
    given = execute(verifier.code, call.encoded())
    own = next(each for where, each in compiled if where == _OWN)
    return ContractVerdict(
        valid=ours.valid,
        contract=verifier.name,
        contract_valid=given.output == (1).to_bytes(32, "big"),
        gas=given.gas,
        own_gas=execute(own.code, call.encoded()).gas,
        compiler=verifier.compiler,
        bytes_of_code=verifier.n_bytes,
        warnings=ours.warnings,
    )


def compile_sources(
    sources: Mapping[str, str],
    *,
    compiler: Path | None = None,
    settings: Mapping[str, object] | None = None,
) -> list[tuple[str, Compiled]]:
    """Compile sources, by default with the optimiser; return each contract with the name of its source.

    Raises: EnvironmentProblem without a compiler, FormatError with its first message.
    """
    asked = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in sources.items()},
        "settings": {
            **(settings or {"optimizer": {"enabled": True}}),
            "outputSelection": {"*": {"*": _OUTPUTS}},
        },
    }
    command = [find_compiler(compiler), "--standard-json"]
    code, output = run_program(command, json.dumps(asked).encode(), seconds=COMPILER_SECONDS)
    try:
        answer, _ = json.JSONDecoder().raw_decode(output[output.index(b"{") :].decode())
    except ValueError:
        said = printable(output.decode("utf-8", "replace").strip(), 200)
        raise EnvironmentProblem(
            f"{command[0]} is no Solidity compiler: expected its answer in JSON, got exit code {code} and {said!r}",
            hint="install solc, or pass `compiler`, its path",
        ) from None
    for problem in answer.get("errors", ()):
        if problem.get("severity") == "error":
            raise FormatError(f"the contract does not compile: {_first_line(problem)}")
    return [
        (place, _compiled(name, each))
        for place, contracts in answer.get("contracts", {}).items()
        for name, each in contracts.items()
    ]


def find_compiler(named: Path | None) -> str:
    """Return the Solidity compiler to run: the named one, or one from the PATH.

    Raises: EnvironmentProblem if there is none.
    """
    if named is not None:
        return str(named)
    for name in COMPILERS:
        if found := shutil.which(name):
            return found
    raise EnvironmentProblem(
        "no Solidity compiler: expected solc or solcjs on the PATH, got neither",
        hint="install solc, or pass `compiler`, its path",
    )


def execute(code: bytes, data: bytes, *, gas: int = GAS_LIMIT) -> Execution:
    """Deploy a contract in a fresh EVM and call it.

    Raises: EnvironmentProblem without pyrevm; IntegrityError if it cannot be deployed.
    """
    pyrevm = _pyrevm()
    machine = pyrevm.EVM(gas_limit=4 * GAS_LIMIT)
    try:
        place = machine.deploy(_CALLER, code)
    except RuntimeError as problem:
        raise IntegrityError(
            f"the contract cannot be deployed: expected the EVM to take it, got {printable(str(problem), 120)}",
            hint="compile it with the optimiser; a contract has at most 24,576 bytes",
        ) from None
    try:
        output = bytes(machine.message_call(_CALLER, place, calldata=data, gas=gas))
    except RuntimeError as problem:  # a revert, or no gas left
        reason = _REASON.search(str(problem))
        return Execution(None, machine.result.gas_used, bytes.fromhex(reason[1]) if reason else b"")
    return Execution(output, machine.result.gas_used)


def check_bls12_381() -> None:
    """Check that the EVM has the precompiled contracts for BLS12-381: the sum of two points at infinity.

    Raises: EnvironmentProblem if it has not, or without pyrevm.
    """
    place = f"0x{_G1_ADD:040x}"
    answer = bytes(_pyrevm().EVM().message_call(_CALLER, place, calldata=bytes(256)))
    if answer != bytes(128):
        raise EnvironmentProblem(
            "the EVM cannot run a contract over bls12_381: expected one with the precompiled contracts of EIP-2537, got pyrevm"
            " without them",
            hint="verify without `evm`, or call the contract on a chain that has them",
        )


def _pyrevm() -> Any:
    try:
        import pyrevm
    except ImportError:
        raise EnvironmentProblem(
            "running a contract needs pyrevm", hint="pip install 'zkctl[evm]'"
        ) from None
    return pyrevm


def _compiled(name: str, found: dict[str, Any]) -> Compiled:
    functions = frozenset(
        f"{each['name']}({','.join(parameter['type'] for parameter in each['inputs'])})"
        for each in found["abi"]
        if each["type"] == "function"
    )
    code, deployed = (found["evm"][part]["object"] for part in ("bytecode", "deployedBytecode"))
    metadata = json.loads(found.get("metadata") or "{}")
    version = metadata.get("compiler", {}).get("version", "unknown")
    return Compiled(name, bytes.fromhex(code), len(deployed) // 2, functions, version)


def _verifier(compiled: list[tuple[str, Compiled]], place: str, signature: str) -> Compiled:
    """Return the contract of this source that has the function."""
    own = [each for where, each in compiled if where == place]
    found = [each for each in own if each.code and signature in each.functions]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(each.name for each in found)
        raise IntegrityError(
            f"the file has several verifiers: expected one, got {names}", where=place
        )
    others = sorted(
        name for each in own for name in each.functions if name.startswith("verifyProof(")
    )
    raise IntegrityError(
        f"the contract does not take this proof: expected the function {signature}, got {others[0] if others else 'none'}",
        where=place,
        hint="export the contract again from the key of the proof",
    )


def _first_line(problem: dict[str, Any]) -> str:
    text = str(problem.get("formattedMessage") or problem.get("message") or "").strip()
    return printable(" ".join(text.splitlines()[:2]), 300)
