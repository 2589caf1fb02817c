"""Arrays of curve points: affine, Montgomery words, infinity = all zero; exactly the layout of points in ptau and zkey files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.backend import group_kernels
from zkctl.curve.curves.parameters import AffinePoint, Group
from zkctl.errors import ShapeError
from zkctl.field import FieldArray, ints_from_words, words_from_ints
from zkctl.field.words import Words


class PointArray:
    """Points of one group, shape (n,) or () for a single point.

    `data` is uint64, shape (..., 2 * degree * n_words): x then y, each coordinate in Montgomery form, Fq2 as c0 then c1, infinity zero.
    Every operator accepts every input: equal, opposite and infinite points included.
    """

    __slots__ = ("data", "group")
    __hash__ = None  # type: ignore[assignment]  # mutable storage: not hashable

    def __init__(self, group: Group, data: Words) -> None:
        if data.shape[-1] != group.point_words or data.dtype != np.uint64:
            raise ShapeError(
                f"words do not fit {group.name}: expected (..., {group.point_words}) uint64, got {data.shape} {data.dtype}"
            )
        self.group = group
        self.data = data

    # -- construction and conversion

    @classmethod
    def from_ints(cls, group: Group, points: Iterable[AffinePoint | None]) -> Self:
        """Return points from affine integer coordinates ((x,), (y,)) or ((x0, x1), (y0, y1)); None is infinity.  Not checked."""
        p, r = group.base_field.modulus, group.base_field.montgomery_r
        values: list[int] = []
        for point in points:
            coordinates = (0,) * (2 * group.degree) if point is None else (*point[0], *point[1])
            values.extend(c * r % p for c in coordinates)
        return cls(
            group, words_from_ints(values, group.base_field.n_words).reshape(-1, group.point_words)
        )

    @classmethod
    def generator(cls, group: Group) -> Self:
        """Return the group's standard generator.  Shapes: -> ()."""
        return cls.from_ints(group, [group.generator])[0]

    @classmethod
    def infinity(cls, group: Group, *shape: int) -> Self:
        """Return the neutral element, repeated."""
        return cls(group, np.zeros((*shape, group.point_words), np.uint64))

    @classmethod
    def concatenate(cls, arrays: Iterable[Self]) -> Self:
        """Return the arrays one after the other; single points count as arrays of one."""
        parts = list(arrays)
        group = parts[0].group
        return cls(
            group, np.concatenate([part.data.reshape(-1, group.point_words) for part in parts])
        )

    def to_ints(self) -> list[AffinePoint | None]:
        """Return affine integer coordinates, flattened; infinity is None."""
        field, degree = self.group.base_field, self.group.degree
        rows = ints_from_words(np.ascontiguousarray(self.data).reshape(-1, field.n_words))
        values = [value * field.montgomery_r_inverse % field.modulus for value in rows]
        step = 2 * degree
        out: list[AffinePoint | None] = []
        for k in range(0, len(values), step):
            chunk = values[k : k + step]
            out.append((tuple(chunk[:degree]), tuple(chunk[degree:])) if any(chunk) else None)
        return out

    # -- shape

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's shape (without the word axis)."""
        return self.data.shape[:-1]

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: int | slice | NDArray[np.intp]) -> Self:
        return type(self)(self.group, self.data[index])

    def __iter__(self) -> Iterator[Self]:
        return (self[k] for k in range(len(self)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.group.name}, shape={self.shape})"

    # -- questions

    def is_infinity(self) -> NDArray[np.bool_]:
        """Return whether each point is the neutral element."""
        rows = self.data.reshape(-1, self.group.point_words)
        zero = rows[:, 0] == 0
        suspects = np.flatnonzero(zero)  # one word in eight or more first: several times as fast
        zero[suspects] = ~rows[suspects].any(axis=1)
        return np.asarray(zero.reshape(self.shape))

    def __eq__(self, other: object) -> NDArray[np.bool_]:  # type: ignore[override]  # element-wise, as in numpy
        if not isinstance(other, PointArray):
            return NotImplemented
        return np.asarray((self.data == other.data).all(axis=-1))

    # -- group law

    def __add__(self, other: Self) -> Self:
        """Return sums, element by element; a single point broadcasts."""
        left, right = np.broadcast_arrays(self.data, other.data)
        words = self.group.point_words
        summed = group_kernels(self.group).add(
            np.ascontiguousarray(left).reshape(-1, words),
            np.ascontiguousarray(right).reshape(-1, words),
        )
        return type(self)(self.group, summed.reshape(left.shape))

    def __neg__(self) -> Self:
        """Return negated points, (x, -y)."""
        half = self.group.coordinate_words
        y = FieldArray(
            self.group.base_field,
            np.ascontiguousarray(self.data[..., half:]).reshape(-1, self.group.base_field.n_words),
        )
        negated = (-y).data.reshape((*self.shape, half))
        return type(self)(self.group, np.concatenate([self.data[..., :half], negated], axis=-1))

    def __sub__(self, other: Self) -> Self:
        return self + (-other)

    def doubled(self, times: int = 1) -> Self:
        """Return 2^times P, element by element."""
        rows = np.ascontiguousarray(self.data).reshape(-1, self.group.point_words)
        doubled = group_kernels(self.group).double_repeatedly(rows, times)
        return type(self)(self.group, doubled.reshape(self.data.shape))

    def sum(self) -> Self:
        """Return the sum of all points, by halving: log2(n) batched additions.  Shapes: (n,) -> ()."""
        points = self
        while len(points) > 1:
            half = len(points) // 2
            summed = points[:half] + points[half : 2 * half]
            points = type(self).concatenate([summed, points[2 * half :]])
        return points[0] if len(points) else type(self).infinity(self.group)


P = TypeVar("P", bound=PointArray)


class G1Array(PointArray):
    """Points of a curve's first group."""

    __slots__ = ()


class G2Array(PointArray):
    """Points of a curve's second group."""

    __slots__ = ()


def point_array(group: Group, data: Words) -> G1Array | G2Array:
    """Return words as an array of the group's own type."""
    return G1Array(group, data) if group.degree == 1 else G2Array(group, data)
