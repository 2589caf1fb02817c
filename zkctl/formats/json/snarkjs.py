"""The common part of snarkjs' JSON files of all proof systems: protocol and curve, and public signals."""

from __future__ import annotations

from pathlib import Path

from zkctl.curve import Curve
from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.field import FieldArray, PrimeField
from zkctl.formats.curve_names import curve_of_name
from zkctl.formats.json import other_tools as foreign_json
from zkctl.formats.json.expected import wrong_kind
from zkctl.formats.json.kinds import JsonKind
from zkctl.formats.json.points import element
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.printable import printable

MAX_PUBLIC_BYTES = 64 << 20

_PROTOCOLS = ("groth16", "plonk", "fflonk")
_OLD_NAME = "groth"  # of groth16, in files of snarkjs before 0.3
_HINT_OLD = "snarkjs before 0.3 wrote this file: export the verification key again from its .zkey"


def load_node(path: Path, max_bytes: int = 16 << 20) -> Node:
    """Return a JSON file as a node that knows its name."""
    return Node(load_json(path, max_bytes=max_bytes), printable(path))


def protocol_and_curve(root: Node) -> tuple[str, Curve | None]:
    """Return the protocol and the curve that a key or proof names, whether or not they are supported."""
    protocol = protocol_of(root)
    if foreign_json.is_key(root) or foreign_json.is_proof(root):
        return protocol, foreign_json.curve_of(root)
    return protocol, curve_of(root) if root.has("curve") else None


def protocol_of(root: Node) -> str:
    """Return the proof system that a key or proof names, supported or not.

    Raises: FormatError for an unknown one.
    """
    if foreign_json.is_key(root) or foreign_json.is_proof(root):
        return "groth16"
    return named_protocol(root)


def named_protocol(root: Node) -> str:
    """Return the proof system that snarkjs' member names.  Raises: FormatError for an unknown one."""
    node = root.member("protocol")
    protocol = node.text()
    if protocol not in _PROTOCOLS:
        raise node.fail(
            f"unknown protocol {printable(protocol, 40)!r}: expected 'groth16', 'plonk' or 'fflonk'",
            hint=_HINT_OLD if protocol == _OLD_NAME else "",
        )
    return protocol


def curve_of(root: Node) -> Curve:
    """Return the curve that a key or proof names.  Raises: FormatError for an unknown one."""
    node = root.member("curve")
    try:
        return curve_of_name(node.text())
    except UsageError as problem:
        raise node.fail(problem.message, hint=problem.hint) from None


def check_protocol(root: Node, expected: str) -> None:
    """Check that a document names this proof system.  Raises: FormatError."""
    node, protocol = root.member("protocol"), named_protocol(root)
    if protocol != expected:
        raise node.fail(f"expected protocol {expected!r}, got {protocol!r}")


def check_belongs(root: Node, protocol: str, curve: Curve) -> None:
    """Check that a proof names no other proof system and no other curve than its key.

    It need not name them: the key names both.  Raises: FormatError.
    """
    if root.has("protocol") and named_protocol(root) != protocol:
        raise root.member("protocol").fail(
            "the proof is of another proof system than the verification key:"
            f" expected {protocol}, got {named_protocol(root)}"
        )
    if root.has("curve") and curve_of(root) != curve:
        raise root.member("curve").fail(
            f"the proof is over {curve_of(root).name}, the verification key over {curve.name}"
        )


def unsupported_json(protocol: str, what: str, root: Node) -> EnvironmentProblem:
    """Return the error for keys or proofs of a proof system that is still to come."""
    return EnvironmentProblem(
        f"{protocol} {what} are not yet supported", where=root.where, hint="groth16 ones are"
    )


def read_public(path: Path, field: PrimeField, n: int) -> FieldArray:
    """Read exactly n public signals, each canonical.

    Raises: FormatError, EncodingError naming the JSON path.
    """
    return parse_public(load_node(path, MAX_PUBLIC_BYTES), field, n)


def parse_public(root: Node, field: PrimeField, n: int) -> FieldArray:
    """Return exactly n public signals, each canonical.

    Raises: FormatError, EncodingError naming the JSON path.
    """
    values = _public_values(root, field)
    if len(values) != n:
        raise root.fail(f"expected {n} public signals, got {len(values)}")
    return FieldArray.from_ints(field, values)


def _public_values(root: Node, field: PrimeField) -> list[int]:
    if foreign_json.is_public(root):
        return foreign_json.parse_public(root, field)
    if not isinstance(root.value, list):
        raise wrong_kind(root, JsonKind.PUBLIC)
    return [element(node, field) for node in root.elements()]
