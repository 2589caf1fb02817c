"""Groth16 files of other tools, recognised by their shape: gnark, garaga, and zkVM receipts.

gnark   key {"G1": {...}, "G2": {...}}, proof {"Ar", "Bs", "Krs"}, public an object of numbers whose
        order is that of the circuit; the curve is not named but follows from alpha
garaga  {"elliptic_curve_id", "verifying_key" | "proof" + "public_inputs"}, numbers decimal or hex
risc0, sp1  receipts, see `receipts`; their keys come in garaga's form
In all of them infinity is (0, 0), and Fq2 is c0, c1.
"""

from __future__ import annotations

import re

from zkctl.curve import BN254, CURVES, Curve, G1Array, Group, is_on_curve
from zkctl.errors import EncodingError, EnvironmentProblem, UsageError
from zkctl.field import PrimeField
from zkctl.formats.curve_names import curve_of_name
from zkctl.formats.json import zkvm_receipts as receipts
from zkctl.formats.json.kinds import JsonKind, document_of
from zkctl.formats.json.points import JsonPoint, ProofPoints, below, members_g1, members_g2
from zkctl.formats.json.strict import Node
from zkctl.groth16.keys import VerifyingKey

_GO_FIELD = r"[A-Z][A-Za-z0-9_]*"  # gnark's names are exported fields of a Go struct


def is_key(root: Node) -> bool:
    """Return whether this is a verification key in one of these shapes."""
    return root.has("verifying_key") or root.has("G1", "G2")


def is_proof(root: Node) -> bool:
    """Return whether this is a proof in one of these shapes."""
    return root.has("proof", "public_inputs") or root.has("Ar", "Bs") or receipts.is_receipt(root)


def is_public(root: Node) -> bool:
    """Return whether these are public signals in one of these shapes."""
    if receipts.is_receipt(root) or root.has("public_inputs"):
        return True
    if document_of(root.value).kind is not JsonKind.JSON:
        return False
    names = root.value if isinstance(root.value, dict) else ()
    return bool(names) and all(re.fullmatch(_GO_FIELD, name) for name in names)


def curve_of(root: Node) -> Curve | None:
    """Return the curve of a key or proof; None for a gnark proof, which does not name it."""
    if receipts.is_receipt(root):
        return BN254
    if root.has("G1"):
        return _curve_of_alpha(root.member("G1").member("Alpha"))
    return None if root.has("Ar") else _garaga_curve(root)


def parse_key(root: Node) -> VerifyingKey:
    """Return a verification key.  Raises: FormatError, EncodingError, EnvironmentProblem."""
    return _gnark_key(root) if root.has("G1", "G2") else _garaga_key(root)


def parse_proof(root: Node, curve: Curve) -> ProofPoints:
    """Return the points of a proof for a key over this curve, not yet checked.

    Raises: FormatError, EncodingError.
    """
    if receipts.is_receipt(root):
        return receipts.parse_proof(root, curve)
    if root.has("Ar"):
        _check_no_commitments(root, "Commitments")
        names = ("Ar", "Bs", "Krs")
        found = root
    else:
        own = _garaga_curve(root)
        if own != curve:
            raise root.fail(f"the proof is over {own.name}, the verification key over {curve.name}")
        names = ("a", "b", "c")
        found = root.member("proof")
    nodes = [found.member(name) for name in names]
    groups = (curve.g1, curve.g2, curve.g1)
    points = [_point(node, group) for node, group in zip(nodes, groups, strict=True)]
    return ProofPoints(points, [node.place for node in nodes])


def parse_public(root: Node, field: PrimeField) -> list[int]:
    """Return public signals.  Raises: FormatError, EncodingError."""
    if receipts.is_receipt(root):
        return receipts.parse_public(root)
    listed = root.has("public_inputs")
    nodes = root.member("public_inputs").elements() if listed else root.members()
    return [below(_number(node), node, field) for node in nodes]


def _gnark_key(root: Node) -> VerifyingKey:
    _check_no_commitments(root, "PublicAndCommitmentCommitted")
    g1, g2 = root.member("G1"), root.member("G2")
    curve = _curve_of_alpha(g1.member("Alpha"))
    return _key(curve, g1.member("Alpha"), [g2.member(k) for k in _GNARK_G2], g1.member("K"))


_GNARK_G2 = ("Beta", "Gamma", "Delta")
_GARAGA_G2 = ("beta_g2", "gamma_g2", "delta_g2")


def _garaga_key(root: Node) -> VerifyingKey:
    curve = _garaga_curve(root)
    key = root.member("verifying_key")
    g2 = [key.member(k) for k in _GARAGA_G2]
    return _key(curve, key.member("alpha_g1"), g2, key.member("ic"))


def _key(curve: Curve, alpha: Node, g2: list[Node], ic: Node) -> VerifyingKey:
    points = ic.elements()
    if not points:
        raise ic.fail("no points, expected one more than public signals")
    second = [_point(node, curve.g2) for node in g2]
    beta, gamma, delta = members_g2(curve, second, [node.place for node in g2])
    return VerifyingKey(
        curve,
        alpha_g1=members_g1(curve, [_point(alpha, curve.g1)], alpha.place)[0],
        beta_g2=beta,
        gamma_g2=gamma,
        delta_g2=delta,
        gamma_abc_g1=members_g1(
            curve, [_point(node, curve.g1) for node in points], ic.place, infinity=True
        ),
    )


def _garaga_curve(root: Node) -> Curve:
    node = root.member("elliptic_curve_id")
    try:
        return curve_of_name(node.text())
    except UsageError as problem:
        raise node.fail(problem.message, hint=problem.hint) from None


def _curve_of_alpha(node: Node) -> Curve:
    x, y = _coordinates(node, 1)
    for curve in CURVES:
        reduced = max(x + y) < curve.base_field.modulus
        if reduced and is_on_curve(G1Array.from_ints(curve.g1, [(x, y)]))[0]:
            return curve
    raise EncodingError("alpha is not on any supported curve", where=node.place)


def _check_no_commitments(root: Node, name: str) -> None:
    node = root.member(name)
    if node.value is not None and node.elements():
        raise EnvironmentProblem(
            "gnark's commitments are not supported",
            where=node.place,
            hint="compile the circuit without api.Commit and range checks that use it",
        )


def _point(node: Node, group: Group) -> JsonPoint:
    x, y = _coordinates(node, group.degree)
    for value in x + y:
        below(value, node, group.base_field)
    return (x, y) if any(x + y) else None


def _coordinates(node: Node, degree: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    x, y = ("X", "Y") if node.has("X") else ("x", "y")
    return _parts(node.member(x), degree), _parts(node.member(y), degree)


def _parts(node: Node, degree: int) -> tuple[int, ...]:
    if degree == 1:
        return (_number(node),)
    if node.is_object():
        return tuple(_number(node.member(name)) for name in ("A0", "A1"))
    return tuple(_number(part) for part in node.elements(2))


def _number(node: Node) -> int:
    if not isinstance(node.value, int) or isinstance(node.value, bool):
        return node.integer(allow_hex=True)
    if node.value < 0:
        raise node.fail(f"{node.value} is negative")
    return node.value
