"""Coordinates and points in JSON: canonical numbers below q, members of their group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zkctl.curve import (
    AffinePoint,
    Curve,
    G1Array,
    G2Array,
    Group,
    is_in_subgroup,
    is_on_curve,
    members_of,
)
from zkctl.errors import CheckFailed, EncodingError
from zkctl.field import PrimeField
from zkctl.formats.binary.elements import check_points
from zkctl.formats.json.strict import Node
from zkctl.groth16.keys import Proof

JsonPoint = AffinePoint | None  # None is the point at infinity
_SWAPPED = "the coordinates look swapped: this file writes the imaginary part first, c0 comes first"


def element(node: Node, field: PrimeField, *, allow_hex: bool = False) -> int:
    """Return a number that must be below the field's modulus.  Raises: EncodingError naming its path."""
    return below(node.integer(allow_hex=allow_hex), node, field)


def below(value: int, node: Node, field: PrimeField) -> int:
    """Return the value, if it is below the field's modulus.  Raises: EncodingError naming its path."""
    if value >= field.modulus:
        raise EncodingError(
            f"the number is not below the modulus of {field.name}", where=node.place
        )
    return value


def projective(node: Node, group: Group) -> JsonPoint:
    """Return a point as snarkjs writes it: [x, y, z] with z one, or [0, 1, 0] for infinity."""
    x, y, z = (_coordinate(part, group) for part in node.elements(3))
    one = (1,) + (0,) * (group.degree - 1)
    zero = (0,) * group.degree
    if z == one:
        if not any(x) and not any(y):
            raise node.fail("(0, 0) is not a point; infinity is written [0, 1, 0]")
        return x, y
    if z == zero and (x, y) == (zero, one):
        return None
    raise node.fail(f"z is {_text(z)}, expected {_text(one)}, or {_text(zero)} in [0, 1, 0]")


def _text(coordinate: tuple[int, ...]) -> str:
    return str(coordinate[0]) if len(coordinate) == 1 else str(list(coordinate))


def _coordinate(node: Node, group: Group) -> tuple[int, ...]:
    if group.degree == 1:
        return (element(node, group.base_field),)
    return tuple(element(part, group.base_field) for part in node.elements(2))


def members_g1(
    curve: Curve, points: Sequence[JsonPoint], place: str, *, infinity: bool = False
) -> G1Array:
    """Return the points of the first group, checked; none at infinity unless that is allowed.  Raises: EncodingError."""
    array = G1Array.from_ints(curve.g1, points)
    check_points(array, "g1", place, infinity=infinity)
    return array


def members_g2(
    curve: Curve, points: Sequence[JsonPoint], places: Sequence[str], *, infinity: bool = False
) -> G2Array:
    """Return the points of a key in the second group, checked, none at infinity unless that is allowed.

    Raises: EncodingError.
    """
    array = G2Array.from_ints(curve.g2, points)
    if (array.has_infinity() and not infinity) or not all(members_of(array)):
        for k, (point, place) in enumerate(zip(points, places, strict=True)):
            if looks_swapped(curve.g2, point):
                raise EncodingError("g2: the point is not on the curve", where=place, hint=_SWAPPED)
            check_points(array[k : k + 1], "g2", place, infinity=infinity)
    return array


class ProofPoints(NamedTuple):
    """The points A, B, C of a proof and their places; members of their groups or not."""

    points: Sequence[JsonPoint]
    places: Sequence[str]


def proofs_of(curve: Curve, found: Sequence[ProofPoints]) -> list[Proof]:
    """Return proofs of these points, all checked together; infinity is allowed.

    Raises: CheckFailed if only the order of a B's c0 and c1 is wrong; EncodingError.
    """
    g1 = G1Array.from_ints(curve.g1, (proof.points[k] for k in (0, 2) for proof in found))
    g2 = G2Array.from_ints(curve.g2, (proof.points[1] for proof in found))
    a, c = g1[: len(found)], g1[len(found) :]
    n, in_g1, in_g2 = len(found), members_of(g1), members_of(g2)
    members = [in_g1[k] and in_g1[n + k] and in_g2[k] for k in range(n)]
    for k in [] if all(members) else [members.index(False)]:
        places, point = found[k].places, found[k].points[1]
        check_points(a[k : k + 1], "g1", places[0], infinity=True)
        if looks_swapped(curve.g2, point):
            raise CheckFailed("the point is not on the curve", where=places[1], hint=_SWAPPED)
        check_points(g2[k : k + 1], "g2", places[1], infinity=True)
        check_points(c[k : k + 1], "g1", places[2], infinity=True)
    return [Proof(a[k], g2[k], c[k]) for k in range(len(found))]


def looks_swapped(group: Group, point: JsonPoint) -> bool:
    """Return whether the point is off the curve, but in the group once c0 and c1 change places."""
    if point is None or is_on_curve(G2Array.from_ints(group, [point]))[0]:
        return False
    x, y = point
    other = G2Array.from_ints(group, [(x[::-1], y[::-1])])
    return bool(is_on_curve(other)[0] and is_in_subgroup(other)[0])
