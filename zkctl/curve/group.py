"""Arrays of curve points: affine, Montgomery words, infinity = all zero; exactly the layout of points in ptau and zkey files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Self, TypeVar

from zkctl.curve.backend import group_kernels
from zkctl.curve.curves.parameters import AffinePoint, Group
from zkctl.errors import ShapeError
from zkctl.field import FieldArray
from zkctl.field.stored import StoredWords
from zkctl.field.words import (
    INTEGERS_UP_TO_ROWS,
    Words,
    bytes_from_ints,
    first_not_below,
    ints_from_bytes,
)
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PointArray(StoredWords):
    """Points of one group, shape (n,) or () for a single point.

    `data` is uint64, shape (..., 2 * degree * n_words): x then y, each coordinate in Montgomery form, Fq2 as c0 then c1, infinity zero.
    Every operator accepts every input: equal, opposite and infinite points included.
    """

    __slots__ = ("group",)
    __hash__ = None  # type: ignore[assignment]  # mutable storage: not hashable

    def __init__(self, group: Group, data: Words) -> None:
        if data.shape[-1] != group.point_words or data.dtype != np.uint64:
            raise ShapeError(
                f"words do not fit {group.name}: expected (..., {group.point_words}) uint64, got {data.shape} {data.dtype}"
            )
        self.group = group
        self._held, self._raw = data, None

    # -- construction and conversion

    @classmethod
    def from_bytes(cls, group: Group, raw: bytes) -> Self:
        """Return points from the bytes of their words, one point after the other.  Shapes: -> (n,).  Not checked."""
        n, rest = divmod(len(raw), group.point_bytes)
        if rest:
            raise ShapeError(
                f"bytes do not fit {group.name}: expected a multiple of {group.point_bytes}, got {len(raw)}"
            )
        return cls._of_bytes(group, raw, (n, group.point_words))

    @classmethod
    def _of_bytes(cls, group: Group, raw: bytes, shape: tuple[int, ...]) -> Self:
        """Return points held as bytes, `shape` with the words.  Assumes: the bytes fill it."""
        made = cls.__new__(cls)
        made.group, made._raw, made._held = group, raw, shape
        return made

    @classmethod
    def from_ints(cls, group: Group, points: Iterable[AffinePoint | None]) -> Self:
        """Return points from affine integer coordinates ((x,), (y,)) or ((x0, x1), (y0, y1)); None is infinity.  Not checked."""
        p, r = group.base_field.modulus, group.base_field.montgomery_r
        values: list[int] = []
        for point in points:
            coordinates = (0,) * (2 * group.degree) if point is None else (*point[0], *point[1])
            values.extend(c * r % p for c in coordinates)
        return cls.from_bytes(group, bytes_from_ints(values, group.base_field.n_words))

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
        if all(part.is_bytes for part in parts):
            return cls.from_bytes(group, b"".join([part.to_bytes() for part in parts]))
        return cls(
            group, np.concatenate([part.data.reshape(-1, group.point_words) for part in parts])
        )

    def to_ints(self) -> list[AffinePoint | None]:
        """Return affine integer coordinates, flattened; infinity is None."""
        field, degree = self.group.base_field, self.group.degree
        rows = ints_from_bytes(self.to_bytes(), field.n_words)
        values = [value * field.montgomery_r_inverse % field.modulus for value in rows]
        step = 2 * degree
        out: list[AffinePoint | None] = []
        for k in range(0, len(values), step):
            chunk = values[k : k + step]
            out.append((tuple(chunk[:degree]), tuple(chunk[degree:])) if any(chunk) else None)
        return out

    # -- parts

    def __getitem__(self, index: int | slice | NDArray[np.intp]) -> Self:
        part = self._part(index)
        if part is not None:
            return self._of_bytes(self.group, *part)
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

    def rows(self) -> list[bytes]:
        """Return the bytes of each point.  Shapes: (n,) or () -> n, 1."""
        raw, size = self.to_bytes(), self.group.point_bytes
        return [raw[k : k + size] for k in range(0, len(raw), size)]

    def has_infinity(self) -> bool:
        """Return whether a point is the neutral element."""
        if self.is_bytes:
            return bytes(self.group.point_bytes) in self.rows()
        return bool(self.is_infinity().any())

    def first_not_reduced(self) -> int | None:
        """Return the index of the first point with a coordinate that is not below the modulus, or None."""
        field, words = self.group.base_field, self.group.base_field.n_words
        if self.is_bytes and len(self.to_bytes()) <= INTEGERS_UP_TO_ROWS * self.group.point_bytes:
            numbers = ints_from_bytes(self.to_bytes(), words)
            bad = next((k for k, each in enumerate(numbers) if each >= field.modulus), None)
        else:
            bad = first_not_below(self.data.reshape(-1, words), field.modulus)
        return None if bad is None else bad // (2 * self.group.degree)

    def __eq__(self, other: object) -> NDArray[np.bool_]:  # type: ignore[override]  # element-wise, as in numpy
        if not isinstance(other, PointArray):
            return NotImplemented
        return np.asarray((self.data == other.data).all(axis=-1))

    # -- group law

    def __add__(self, other: Self) -> Self:
        """Return sums, element by element; a single point broadcasts."""
        few = self._few_sums(other) if self.is_bytes and other.is_bytes else None
        if few is not None:
            return few
        left, right = np.broadcast_arrays(self.data, other.data)
        words = self.group.point_words
        summed = group_kernels(self.group).add(
            np.ascontiguousarray(left).reshape(-1, words),
            np.ascontiguousarray(right).reshape(-1, words),
        )
        return type(self)(self.group, summed.reshape(left.shape))

    def _few_sums(self, other: Self) -> Self | None:
        """Return sums by kernels that take bytes, None where none is ready."""
        shape = max(self.shape, other.shape, key=len)
        x, y = (
            side.to_bytes() * (shape[0] if shape and not side.shape else 1)
            for side in (self, other)
        )
        summed = group_kernels(self.group).few_sums(x, y) if len(x) == len(y) else None
        if summed is None:
            return None
        return self._of_bytes(self.group, summed, (*shape, self.group.point_words))

    def __neg__(self) -> Self:
        """Return negated points, (x, -y)."""
        if self.is_bytes:
            return self._few_negated()
        half = self.group.coordinate_words
        y = FieldArray(
            self.group.base_field,
            np.ascontiguousarray(self.data[..., half:]).reshape(-1, self.group.base_field.n_words),
        )
        negated = (-y).data.reshape((*self.shape, half))
        return type(self)(self.group, np.concatenate([self.data[..., :half], negated], axis=-1))

    def _few_negated(self) -> Self:
        p, words, d = (
            self.group.base_field.modulus,
            self.group.base_field.n_words,
            self.group.degree,
        )
        numbers = ints_from_bytes(self.to_bytes(), words)
        for k in range(0, len(numbers), 2 * d):
            numbers[k + d : k + 2 * d] = [y and p - y for y in numbers[k + d : k + 2 * d]]
        shape = (*self.shape, self.group.point_words)
        return self._of_bytes(self.group, bytes_from_ints(numbers, words), shape)

    def __sub__(self, other: Self) -> Self:
        return self + (-other)

    def doubled(self, times: int = 1) -> Self:
        """Return 2^times P, element by element."""
        kernels = group_kernels(self.group)
        few = kernels.few_doubled(self.to_bytes(), times) if self.is_bytes else None
        if few is not None:
            return self._of_bytes(self.group, few, (*self.shape, self.group.point_words))
        rows = np.ascontiguousarray(self.data).reshape(-1, self.group.point_words)
        doubled = kernels.double_repeatedly(rows, times)
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
