"""Kernels of a group in pure numpy: where executable memory is forbidden, and as a reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.exceptional import negate_where
from zkctl.curve.parameters import Group
from zkctl.curve.registry import curve_by_name
from zkctl.curve.tower import Fq2, Ring, Tower
from zkctl.field.kernels_numpy import NumpyFieldKernels, Words


@dataclass(frozen=True, slots=True)
class Column:
    """An array over Fq in the numpy kernels, as a base element of `tower`."""

    kernels: NumpyFieldKernels
    data: Words

    def __add__(self, other: Column) -> Column:
        return Column(self.kernels, self.kernels.add(self.data, other.data))

    def __sub__(self, other: Column) -> Column:
        return Column(self.kernels, self.kernels.subtract(self.data, other.data))

    def __neg__(self) -> Column:
        return Column(self.kernels, self.kernels.subtract(np.zeros_like(self.data), self.data))

    def __mul__(self, other: Column | int) -> Column:
        if isinstance(other, int):
            return self.times(other)
        return Column(self.kernels, self.kernels.multiply(self.data, other.data))

    def square(self) -> Column:
        """Element-wise square."""
        return self * self

    def times(self, small: int) -> Column:
        """A small positive multiple, by doubling and adding."""
        result = self
        for bit in bin(small)[3:]:
            result = result + result
            if bit == "1":
                result = result + self
        return result

    def inverse(self) -> Column:
        """Element-wise inverse; zero stays zero."""
        return Column(self.kernels, self.kernels.inverse(self.data))


References = NDArray[np.int32]
Coordinate = Any  # Column over Fq, Fq2 of Columns over Fq2: the same operators


class NumpyGroupKernels:
    """The kernels of one group; points are rows of words, infinity is zero."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.field_kernels = NumpyFieldKernels(group.base_field)
        ring = Ring(constant=self._no_constant, reduce=lambda x: x, invert=Column.inverse)
        self._fq2 = Tower(curve_by_name(group.curve_name), ring).fq2

    @staticmethod
    def _no_constant(value: int) -> Column:
        raise AssertionError(f"the addition needs no constant, asked for {value}")

    def add(self, x: Words, y: Words) -> Words:
        """Element-wise sum of affine points: chord, tangent, opposite points and infinity.

        Shapes: (n, point_words), (n, point_words) -> (n, point_words).
        """
        (x1, y1), (x2, y2) = self._split(x), self._split(y)
        rise, run = y2 - y1, x2 - x1
        doubled = _is_zero(run) & _is_zero(rise)
        if doubled.any():
            rise = self._where(doubled, x1.square().times(3), rise)
            run = self._where(doubled, y1.times(2), run)
        slope = rise * run.inverse()
        x3 = slope.square() - x1 - x2
        y3 = slope * (x1 - x3) - y1
        out = np.concatenate([c.data for c in (*_parts(x3), *_parts(y3))], axis=1)
        out[_is_zero(run)] = 0  # P - P, or 2 P with y = 0
        at_infinity = ~x.any(axis=1)
        out[at_infinity] = y[at_infinity]
        at_infinity = ~y.any(axis=1)
        out[at_infinity] = x[at_infinity]
        return out

    # -- pools: here simply points in file form

    width = 1
    padding = 0

    def new_pool(self, n: int) -> Words:
        """Room for n points."""
        return np.zeros((n + self.width, self.group.point_words), np.uint64)

    def to_pool(self, points: Words, pool: Words) -> None:
        """Convert points (file form) into the first rows of a pool."""
        pool[: len(points)] = points

    def from_pool(self, rows: Words) -> Words:
        """Points in file form, canonical."""
        return rows.copy()

    def signed_points(self, rows: Words, signs: NDArray[np.int32]) -> Words:
        """Pool rows in file form, negated where the sign is set.  Shapes: (n, w), (n,) -> (n, w)."""
        return negate_where(self.group, rows, signs.astype(bool))

    def add_indexed(
        self, pool: Words, left: References, right: References, n: int, start: int
    ) -> None:
        """pool[start + i] = +-pool[left[i]] +- pool[right[i]] for i < n (reference = 2 index + sign)."""
        sides = [self.signed_points(pool[r[:n] >> 1], r[:n] & 1) for r in (left, right)]
        pool[start : start + n] = self.add(*sides)

    def double_indexed(self, pool: Words, left: References, n: int, start: int) -> None:
        """pool[start + i] = 2 (+-pool[left[i]]) for i < n."""
        self.add_indexed(pool, left, left, n, start)

    def double_repeatedly(self, points: Words, times: int) -> Words:
        """2^times P for every row, in file form."""
        for _ in range(times):
            points = self.add(points, points)
        return points

    def _split(self, points: Words) -> tuple[Coordinate, Coordinate]:
        parts = np.split(np.ascontiguousarray(points), 2 * self.group.degree, axis=1)
        c = [Column(self.field_kernels, np.ascontiguousarray(part)) for part in parts]
        return (c[0], c[1]) if len(c) == 2 else (self._fq2(*c[:2]), self._fq2(*c[2:]))

    def _where(self, condition: NDArray[np.bool_], yes: Coordinate, no: Coordinate) -> Coordinate:
        chosen = [
            Column(self.field_kernels, np.where(condition[:, None], a.data, b.data))
            for a, b in zip(_parts(yes), _parts(no), strict=True)
        ]
        return chosen[0] if len(chosen) == 1 else self._fq2(*chosen)


def _parts(x: Coordinate) -> tuple[Column, ...]:
    return (x.c0, x.c1) if isinstance(x, Fq2) else (x,)


def _is_zero(x: Coordinate) -> NDArray[np.bool_]:
    return np.asarray(~np.any([part.data.any(axis=1) for part in _parts(x)], axis=0))
