"""The complete affine addition on arrays of points: chord, tangent, opposite points, infinity.

    lambda = (y2 - y1) / (x2 - x1), or 3 x1^2 / (2 y1) where the points are equal
    x3 = lambda^2 - x1 - x2,  y3 = lambda (x1 - x3) - y1

It runs on any field kernels: the numpy group kernels are made of it, and the compiled ones leave the
pairs to it that their batched formula does not cover.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from zkctl.curve.curves.parameters import Group
from zkctl.curve.curves.registry import curve_by_name
from zkctl.curve.tower import Fq2, Ring, Tower
from zkctl.field.kernels.interface import FieldKernels
from zkctl.field.prime import PrimeField
from zkctl.field.words import Mask, Words, ints_from_words, words_from_ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

Integers: TypeAlias = "NDArray[np.object_]"  # Python integers

INTEGERS_UP_TO_POINTS = 256  # Python integers add so few points as quickly as whole arrays


@record
class Column:
    """An array over Fq in some field kernels, as a base element of `tower`."""

    kernels: FieldKernels
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
        """Return the square, element by element."""
        return self * self

    def times(self, small: int) -> Column:
        """Return a small positive multiple, by doubling and adding."""
        result = self
        for bit in bin(small)[3:]:
            result = result + result
            if bit == "1":
                result = result + self
        return result

    def inverse(self) -> Column:
        """Return the inverse, element by element; zero stays zero."""
        return Column(self.kernels, self.kernels.inverse(self.data))


class _IntegerKernels:
    """The field kernels that an addition uses, on arrays of Python integers in Montgomery form: (n, 1) of objects."""

    def __init__(self, field: PrimeField) -> None:
        self.p, self.r = field.modulus, field.montgomery_r
        self.r_inverse = field.montgomery_r_inverse

    def add(self, x: Integers, y: Integers) -> Integers:
        """Return x + y."""
        out: Integers = (x + y) % self.p
        return out

    def subtract(self, x: Integers, y: Integers) -> Integers:
        """Return x - y."""
        out: Integers = (x - y) % self.p
        return out

    def multiply(self, x: Integers, y: Integers) -> Integers:
        """Return x y / R."""
        out: Integers = x * y * self.r_inverse % self.p
        return out

    def inverse(self, x: Integers) -> Integers:
        """Return R^2 / x; zero stays zero."""
        p, values, products = self.p, x[:, 0].tolist(), [self.r * self.r]
        if not values:
            return x
        for value in values:
            products.append(products[-1] * (value or 1) % p)
        rest = (
            pow(products.pop(), -1, p) * products[0] % p
        )  # Montgomery's trick: one inversion for all
        inverses = []
        for value, product in zip(reversed(values), reversed(products), strict=True):
            inverses.append(value and rest * product % p)
            rest = rest * (value or 1) % p
        return _objects(inverses[::-1])


def _objects(values: list[int]) -> Integers:
    """Return integers as a column of objects.  Shapes: n -> (n, 1)."""
    column = np.empty((len(values), 1), object)
    column[:, 0] = values
    return column


C = TypeVar("C", Column, Fq2)  # a coordinate: a column over Fq, two columns over Fq2


class CompleteAddition:
    """Adds points of one group; points are rows of words in file form, infinity is zero."""

    def __init__(self, group: Group, field_kernels: FieldKernels) -> None:
        self.group, self.field_kernels = group, field_kernels
        self._integers = cast(FieldKernels, _IntegerKernels(group.base_field))
        ring = Ring(constant=self._no_constant, reduce=lambda x: x, invert=Column.inverse)
        self._fq2 = Tower(curve_by_name(group.curve_name), ring).fq2

    @staticmethod
    def _no_constant(value: int) -> Column:
        raise AssertionError(f"the addition needs no constant, asked for {value}")

    def add(self, x: Words, y: Words) -> Words:
        """Return sums, row by row; off the curve the formulas are applied unchanged.

        Shapes: (n, point_words), (n, point_words) -> (n, point_words).
        """
        if self.group.degree == 1:
            out = self._sums(*self._columns(x), *self._columns(y))
        else:
            out = self._sums(*self._over_fq2(x), *self._over_fq2(y))
        at_infinity = ~x.any(axis=1)
        out[at_infinity] = y[at_infinity]
        at_infinity = ~y.any(axis=1)
        out[at_infinity] = x[at_infinity]
        return out

    def _sums(self, x1: C, y1: C, x2: C, y2: C) -> Words:
        """Return the sums of finite points; rows with an infinite one are meaningless."""
        rise, run = y2 - y1, x2 - x1
        doubled = _is_zero(run) & _is_zero(rise)
        if doubled.any():
            rise = self._where(doubled, x1.square().times(3), rise)
            run = self._where(doubled, y1.times(2), run)
        slope = rise * run.inverse()
        x3: C = slope.square() - x1 - x2
        y3: C = slope * (x1 - x3) - y1
        out = np.concatenate([self._words(c) for c in (*_parts(x3), *_parts(y3))], axis=1)
        out[_is_zero(run)] = 0  # P - P, or 2 P with y = 0
        return out

    def negate_where(self, points: Words, mask: Mask) -> Words:
        """Return -P for the rows where the mask is set.  Shapes: (n, point_words), (n,) -> (n, point_words)."""
        half = self.group.coordinate_words
        out = points.copy()
        y = np.ascontiguousarray(points[mask, half:]).reshape(-1, self.group.base_field.n_words)
        out[mask, half:] = (-Column(self.field_kernels, y)).data.reshape(-1, half)
        return out

    def negate(self, points: Words) -> Words:
        """Return -P for every row.  Shapes: (n, point_words) -> (n, point_words)."""
        return self.negate_where(points, np.ones(len(points), np.bool_))

    def _columns(self, points: Words) -> list[Column]:
        """Return the coordinates of points, component by component; of a few points as Python integers."""
        parts = np.split(np.ascontiguousarray(points), 2 * self.group.degree, axis=1)
        if len(points) <= INTEGERS_UP_TO_POINTS:
            integers = (cast(Words, _objects(ints_from_words(part))) for part in parts)
            return [Column(self._integers, part) for part in integers]
        return [Column(self.field_kernels, np.ascontiguousarray(part)) for part in parts]

    def _words(self, column: Column) -> Words:
        if column.kernels is not self._integers:
            return column.data
        return words_from_ints(column.data[:, 0].tolist(), self.group.base_field.n_words)

    def _over_fq2(self, points: Words) -> list[Fq2]:
        columns = self._columns(points)
        return [self._fq2(*columns[:2]), self._fq2(*columns[2:])]

    def _where(self, condition: Mask, yes: C, no: C) -> C:
        chosen = [
            Column(a.kernels, np.where(condition[:, None], a.data, b.data))
            for a, b in zip(_parts(yes), _parts(no), strict=True)
        ]
        return chosen[0] if isinstance(yes, Column) else self._fq2(*chosen)


def _parts(x: Column | Fq2) -> tuple[Column, ...]:
    return (x.c0, x.c1) if isinstance(x, Fq2) else (x,)


def _is_zero(x: Column | Fq2) -> Mask:
    return np.asarray(np.all([(part.data == 0).all(axis=1) for part in _parts(x)], axis=0))
