"""The calldata of a verifier contract for a proof, in the forms that tools take."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import name_of
from zkctl.storage.atomic import atomic_output, check_destination

if TYPE_CHECKING:
    from zkctl.curve import Curve
    from zkctl.solidity.abi import ContractCall


class CalldataFormat(StrEnum):
    """The forms of calldata."""

    REMIX = "remix"  # the text of snarkjs
    HEX = "hex"  # selector and arguments as one 0x number
    JSON = "json"  # the arguments by name
    ABI = "abi"  # selector and arguments as bytes


@record
class CalldataSummary:
    """The calldata that was written."""

    calldata: str
    function: str
    n_public: int
    n_bytes: int


@record
class _Shape:
    """The part of a key that the readers of proofs need."""

    curve: Curve
    n_public: int


def call_of(proof: Path, public: Path) -> ContractCall:
    """Return the call of the verifier contract for a proof and its public signals.

    Raises: FormatError, EncodingError for malformed or non-canonical input; EnvironmentProblem for a curve without a
    contract.
    """
    from zkctl.curve import BN254
    from zkctl.formats.json.expected import check_kind
    from zkctl.formats.json.kinds import JsonKind
    from zkctl.formats.json.snarkjs import MAX_PUBLIC_BYTES, load_node, protocol_and_curve
    from zkctl.toolchain.proof.systems import SYSTEMS

    root, listed = load_node(proof), load_node(public, MAX_PUBLIC_BYTES)
    check_kind(root, JsonKind.PROOF)
    check_kind(listed, JsonKind.PUBLIC)
    protocol, curve = protocol_and_curve(root)
    system = SYSTEMS[protocol]
    n_public = len(listed.elements())
    signals, points = system.read_statement(public, proof, _Shape(curve or BN254, n_public))
    return system.contract_call(points, signals)


def text_of_call(call: ContractCall, form: CalldataFormat) -> str:
    """Return calldata as text; bytes as their hexadecimal digits."""
    import json

    if form is CalldataFormat.REMIX:
        return call.text
    if form is CalldataFormat.JSON:
        return json.dumps(call.arguments)
    assert form in (CalldataFormat.HEX, CalldataFormat.ABI)
    return f"0x{call.encoded().hex()}"


def write_calldata(
    proof: Path, public: Path, *, output: Path, form: CalldataFormat, force: bool = False
) -> CalldataSummary:
    """Write the calldata of a proof; `output` may be STDOUT.

    Raises: as `call_of`; EnvironmentProblem for an existing output.
    """
    check_destination(output, force=force, inputs=[proof, public], stdout=True)
    call = call_of(proof, public)
    data = call.encoded() if form is CalldataFormat.ABI else text_of_call(call, form).encode()
    with atomic_output(output, force=force, inputs=[proof, public], stdout=True) as file:
        file.write(data)
    n_public = len(call.arguments["input"])
    return CalldataSummary(name_of(output), call.signature, n_public, len(call.encoded()))
