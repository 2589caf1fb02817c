"""Multiples of a few points on Python integers: for processes that would spend longer on compiling kernels.

Jacobian coordinates: (X : Y : Z) stands for (X / Z^2, Y / Z^3), Z = 0 for infinity.  Points of G1 are computed with as points
over Fq2 with no imaginary part, so that the formulas are written once.
Source: the Explicit-Formulas Database (hyperelliptic.org/EFD), short Weierstrass curves with a = 0, dbl-2009-l and madd.
"""

from __future__ import annotations

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
    field, fq2 = group.base_field, integer_tower(curve_by_name(group.curve_name)).fq2
    p, outward, inward = field.modulus, field.montgomery_r_inverse, field.montgomery_r
    values = [value * outward % p for value in ints_from_words(rows.reshape(-1, field.n_words))]
    out: list[int] = []
    for k in range(0, len(values), 2 * group.degree):
        numbers = values[k : k + 2 * group.degree]
        if not any(numbers):
            out += numbers
            continue
        halves = numbers[: group.degree], numbers[group.degree :]
        x, y = (fq2(*half, *[0] * (2 - group.degree)) for half in halves)
        multiple = _multiple(x, y, n)
        if _is_zero(multiple.z):
            out += [0] * len(numbers)
            continue
        inverse = multiple.z.inverse()
        square = inverse.square()
        for coordinate in (multiple.x * square, multiple.y * square * inverse):
            out += [part * inward % p for part in (coordinate.c0, coordinate.c1)[: group.degree]]
    return words_from_ints(out, field.n_words).reshape(rows.shape)


def _multiple(x: Fq2, y: Fq2, n: int) -> Jacobian:
    point = Jacobian(x, y, type(x).of(1))
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
        return Jacobian(x, y, type(x).of(1))
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
