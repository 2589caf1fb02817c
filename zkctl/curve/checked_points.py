"""Checks of points and public signals that every verifier makes before it computes with them; errors name each."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve.curves.parameters import Curve, Group
from zkctl.curve.group import P, PointArray
from zkctl.curve.subgroup.membership import members_of
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray
from zkctl.runtime.records import record

FINITE, ANY = True, False  # points that may not be infinity, points that may


@record
class Named:
    """Points, the name of one ({i} stands for its index), and whether none may be infinity."""

    name: str
    points: PointArray
    is_finite: bool


def check_members(points: list[Named], group: Group) -> None:
    """Check that all points are canonical, finite where they must be, and in their group.  Assumes: at least one point.

    Raises: EncodingError naming the first that is not.
    """
    check_in_group(points, group, canonical_points(points, group))


def canonical_points(points: list[Named], group: Group) -> PointArray:
    """Return all points together, canonical and finite where they must be.  Assumes: at least one point."""
    for each in points:
        own = each.points.group
        if own is not group and own != group:
            raise EncodingError(f"{each.name.format(i=0)} is in {own.name}, expected {group.name}")
    together = points_together(PointArray, group, [each.points for each in points])
    if together.has_infinity():
        _check_finite(points)
    bad = together.first_not_reduced()
    if bad is not None:
        name = _name_of(points, bad)
        raise EncodingError(f"{name} has a coordinate that is not reduced")
    return together


def points_together(kind: type[P], group: Group, points: Sequence[PointArray]) -> P:
    """Return all points of a group one after the other, held as bytes.  Shapes: (n,) or () each -> (m,)."""
    return kind.from_bytes(group, b"".join([each.to_bytes() for each in points]))


def check_in_group(points: list[Named], group: Group, together: PointArray) -> None:
    """Check that canonical points are in their group.  Raises: EncodingError naming the first that is not."""
    inside = members_of(together)
    if not all(inside):
        name = _name_of(points, inside.index(False))
        raise EncodingError(f"{name} is not a point of {group.name}")


def _check_finite(points: list[Named]) -> None:
    for each in points:
        if each.is_finite and each.points.has_infinity():
            raise EncodingError(f"{each.name} is infinity")


def _name_of(points: list[Named], row: int) -> str:
    """Return the name of the point in this row of all points together."""
    for each in points:
        n = 1 if each.points.shape == () else len(each.points)
        if row < n:
            return each.name.format(i=row)
        row -= n
    raise AssertionError("the row is beyond the points")


def check_public(public: FieldArray, curve: Curve, n: int, where: str) -> None:
    """Check that there are n public signals, all canonical.  Raises: ShapeError, EncodingError."""
    if public.field != curve.scalar_field:
        raise EncodingError(
            f"public signals over {public.field.name}, the verification key over {curve.name}",
            where=where,
        )
    if public.shape != (n,):
        raise ShapeError(f"expected {n} public signals, got {public.size}", where=where)
    bad = public.first_not_reduced()
    if bad is not None:
        message = f"public signal {bad} is not reduced modulo {public.field.name}"
        raise EncodingError(message, where=where)
