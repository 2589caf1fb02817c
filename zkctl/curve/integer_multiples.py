"""Multiples of a few points on Python integers: for processes that would spend longer on compiling kernels.

Jacobian coordinates: (X : Y : Z) stands for (X / Z^2, Y / Z^3), Z = 0 for infinity.  Points of G1 are computed with as points
over Fq2 with no imaginary part, so that the formulas are written once.
Source: the Explicit-Formulas Database (hyperelliptic.org/EFD), short Weierstrass curves with a = 0, dbl-2009-l and madd.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zkctl.curve.curves.parameters import Group
from zkctl.curve.curves.registry import curve_by_name
from zkctl.curve.tower import Fq2, integer_tower
from zkctl.field.words import Words, ints_from_words, words_from_ints

MULTIPLIED_AS_INTEGERS = (
    32  # so few points are multiplied as quickly as by operations on whole arrays
)


class Jacobian(NamedTuple):
    """A point."""

    x: Fq2
    y: Fq2
    z: Fq2


def multiples_on_integers(group: Group, rows: Words, n: int) -> Words:
    """Return [n] P for every row, n > 0; right for all points of the curve.  Shapes: (m, point_words) -> (m, point_words)."""
    out: list[int] = []
    for point in _points(group, rows):
        out += _numbers(group, None if point is None else _multiple(*point, n))
    return words_from_ints(out, group.base_field.n_words).reshape(rows.shape)


def combination_on_integers(group: Group, rows: Words, scalars: Sequence[int]) -> Words:
    """Return the sum of scalars[i] P_i, scalars not negative; right as above.  Shapes: (m, point_words) -> (point_words,)."""
    points, total = list(_points(group, rows)), None
    for bit in range(max(scalars, default=0).bit_length() - 1, -1, -1):
        if total is not None:
            total = _double(total)
        for point, scalar in zip(points, scalars, strict=True):
            if point is not None and scalar >> bit & 1:
                total = _lifted(*point) if total is None else _add(total, *point)
    return words_from_ints(_numbers(group, total), group.base_field.n_words).reshape(-1)


def _points(group: Group, rows: Words) -> Iterator[tuple[Fq2, Fq2] | None]:
    """Yield the coordinates of each row, None for infinity."""
    field, fq2 = group.base_field, integer_tower(curve_by_name(group.curve_name)).fq2
    p, outward = field.modulus, field.montgomery_r_inverse
    values = [value * outward % p for value in ints_from_words(rows.reshape(-1, field.n_words))]
    for k in range(0, len(values), 2 * group.degree):
        numbers = values[k : k + 2 * group.degree]
        halves = numbers[: group.degree], numbers[group.degree :]
        x, y = (fq2(*half, *[0] * (2 - group.degree)) for half in halves)
        yield (x, y) if any(numbers) else None


def _numbers(group: Group, point: Jacobian | None) -> list[int]:
    """Return the affine coordinates in Montgomery form, zeros for infinity (None too)."""
    p, inward = group.base_field.modulus, group.base_field.montgomery_r
    if point is None or _is_zero(point.z):
        return [0] * (2 * group.degree)
    inverse = point.z.inverse()
    square = inverse.square()
    return [
        part * inward % p
        for coordinate in (point.x * square, point.y * square * inverse)
        for part in (coordinate.c0, coordinate.c1)[: group.degree]
    ]


def _lifted(x: Fq2, y: Fq2) -> Jacobian:
    return Jacobian(x, y, type(x).of(1))


def _multiple(x: Fq2, y: Fq2, n: int) -> Jacobian:
    point = _lifted(x, y)
    for bit in bin(n)[3:]:
        point = _double(point)
        if bit == "1":
            point = _add(point, x, y)
    return point


def _double(point: Jacobian) -> Jacobian:
    a, b = point.x.square(), point.y.square()
    c = b.square()
    d = ((point.x + b).square() - a - c).times(2)
    e = a.times(3)
    x = (e.square() - d.times(2)).reduced()
    return Jacobian(x, (e * (d - x) - c.times(8)).reduced(), (point.y * point.z).times(2).reduced())


def _add(point: Jacobian, x: Fq2, y: Fq2) -> Jacobian:
    """Add a finite affine point."""
    if _is_zero(point.z):
        return _lifted(x, y)
    zz = point.z.square()
    run = (x * zz - point.x).reduced()
    rise = (y * (point.z * zz) - point.y).reduced()
    if _is_zero(run):
        zero = type(x).of(0)
        return _double(point) if _is_zero(rise) else Jacobian(type(x).of(1), type(x).of(1), zero)
    square = run.square()
    cube = run * square
    v = point.x * square
    new_x = (rise.square() - cube - v.times(2)).reduced()
    return Jacobian(new_x, (rise * (v - new_x) - point.y * cube).reduced(), point.z * run)


def _is_zero(value: Fq2) -> bool:
    reduced = value.reduced()
    return not (reduced.c0 or reduced.c1)
