"""Points inside binary files: curves, coordinates, membership.

Words stay views of the file; they are checked block by block, so that memory stays small.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from zkctl.curve import (
    CURVES,
    Curve,
    G1Array,
    G2Array,
    Group,
    PointArray,
    is_in_subgroup,
    is_on_curve,
    members_of,
)
from zkctl.errors import EncodingError
from zkctl.field import name_of_modulus
from zkctl.field.words import Words
from zkctl.formats.binary.field_elements import ROWS_AT_ONCE, first_not_canonical, read_modulus
from zkctl.formats.binary.sections import Section
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEW_POINTS = 16  # bytes are checked without arrays, which cost more than so few points

P_co = TypeVar("P_co", bound=PointArray, covariant=True)


class ReadPoints(Protocol[P_co]):
    """A reader of the next points of one group: `read_g1` or `read_g2`."""

    def __call__(self, section: Section, curve: Curve, count: int, what: str) -> P_co:
        """Return the points."""


def read_base_field(section: Section) -> Curve:
    """Return the curve whose coordinates are modulo the modulus that a header names."""
    modulus = read_modulus(section)
    for curve in CURVES:
        if curve.base_field.modulus == modulus:
            return curve
    raise section.fail(
        f"unsupported curve: base field {name_of_modulus(modulus)}, modulus {modulus:#x}",
        hint="the supported curves are bn254 (bn128) and bls12_381",
    )


def read_g1(section: Section, curve: Curve, count: int, what: str) -> G1Array:
    """Return the next points of the first group, their coordinates checked to be below q."""
    return G1Array(curve.g1, _point_words(section, curve.g1, count, what))


def read_g2(section: Section, curve: Curve, count: int, what: str) -> G2Array:
    """Return the next points of the second group, their coordinates checked to be below q."""
    return G2Array(curve.g2, _point_words(section, curve.g2, count, what))


def section_points(
    section: Section, read: ReadPoints[P_co], curve: Curve, count: int, what: str
) -> P_co:
    """Return the points of a section that holds nothing else; `read` is `read_g1` or `read_g2`."""
    points = read(section, curve, count, what)
    section.finish()
    return points


def _point_words(section: Section, group: Group, count: int, what: str) -> Words:
    words = section.words(count, group.point_words, what)
    coordinates = words.reshape(-1, group.base_field.n_words)
    bad = first_not_canonical(coordinates, group.base_field.modulus)
    if bad is not None:
        raise EncodingError(
            f"{what}: point {bad // (2 * group.degree)} has a coordinate that is not below"
            f" the modulus of {group.base_field.name}",
            where=section.where,
        )
    return words


def check_points(points: PointArray, what: str, where: str, *, infinity: bool = False) -> None:
    """Check that every point lies on its curve and in its group of prime order.

    `infinity`: the point at infinity is allowed.
    Raises: EncodingError naming the first wrong point.
    """
    if points.is_bytes or _count(points) <= FEW_POINTS:
        few = type(points).from_bytes(points.group, points.to_bytes())
        if (infinity or not few.has_infinity()) and all(members_of(few)):
            return
    for start in range(0, _count(points), ROWS_AT_ONCE):
        block = points[start : start + ROWS_AT_ONCE] if points.shape else points
        if not infinity and (k := _first(block.is_infinity())) is not None:
            raise EncodingError(f"{what}: point {start + k} is at infinity", where=where)
        if (k := _first(~is_on_curve(block))) is not None:
            raise EncodingError(f"{what}: point {start + k} is not on the curve", where=where)
        if block.group.cofactor != 1 and (k := _first(~is_in_subgroup(block))) is not None:
            raise EncodingError(
                f"{what}: point {start + k} is not in the subgroup of prime order", where=where
            )


def check_each(claims: Sequence[tuple[PointArray, str, str]]) -> None:
    """Check several short arrays (points, name, place) together, as `check_points` without infinity."""
    for group in {points.group.name: points.group for points, _, _ in claims}.values():
        own = [claim for claim in claims if claim[0].group == group]
        together = PointArray.concatenate(points for points, _, _ in own)
        if together.is_infinity().any() or not is_in_subgroup(together).all():
            for points, what, where in own:
                check_points(points, what, where)


def _count(points: PointArray) -> int:
    return len(points) if points.shape else 1


def _first(wrong: NDArray[np.bool_]) -> int | None:
    """Return the index of the first True, or None."""
    bad = np.flatnonzero(wrong)
    return int(bad[0]) if len(bad) else None
