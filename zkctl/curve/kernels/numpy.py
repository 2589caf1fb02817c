"""Kernels of a group in pure numpy: where executable memory is forbidden, and as a reference."""

from __future__ import annotations

import numpy as np

from zkctl.curve.curves.parameters import Group
from zkctl.curve.integer_multiples import (
    MULTIPLIED_AS_INTEGERS,
    combination_on_integers,
    multiples_on_integers,
)
from zkctl.curve.kernels.complete_addition import CompleteAddition
from zkctl.curve.kernels.interface import PoolRows, Table
from zkctl.curve.subgroup.membership_formulas import members_by_arrays
from zkctl.errors import ShapeError
from zkctl.field.kernels.numpy.field import NumpyFieldKernels
from zkctl.field.kernels.numpy.rounds import HalvingRounds, SegmentRounds
from zkctl.field.words import Int32, Mask, Words, ints_from_bytes, ints_from_words


class NumpyGroupKernels:
    """The kernels of one group; points are rows of words, infinity is zero.

    A pool is an array of points as they are; references into it are 2 * index + sign.
    """

    width = 1
    padding = 0
    few_terms = 0  # buckets are never slower here
    few_fixed_terms = 0

    def __init__(self, group: Group) -> None:
        self.group = group
        self._addition = CompleteAddition(group, NumpyFieldKernels(group.base_field))

    def add(self, x: Words, y: Words) -> Words:
        """Return sums, element by element.  Shapes: (n, point_words), (n, point_words) -> (n, point_words)."""
        return self._addition.add(x, y)

    def double_repeatedly(self, points: Words, times: int) -> Words:
        """Return 2^times P for every row.  Shapes: (n, point_words) -> (n, point_words)."""
        if len(points) <= MULTIPLIED_AS_INTEGERS:
            return multiples_on_integers(self.group, points, 1 << times)
        for _ in range(times):
            points = self.add(points, points)
        return points

    def members(self, points: Words) -> Mask:
        """Return whether each row is in the group of prime order (infinity is).  Shapes: (n, point_words) -> (n,)."""
        return members_by_arrays(self._addition, points)

    # -- pools

    def new_pool(self, n: int) -> Words:
        """Return room for n points."""
        return np.zeros((n + self.width, self.group.point_words), np.uint64)

    def to_pool(self, points: Words, pool: Words) -> None:
        """Copy points into the first rows of a pool."""
        pool[: len(points)] = points

    def from_pool(self, rows: Words) -> Words:
        """Copy pool rows to an array of points."""
        return rows.copy()

    def signed_points(self, rows: Words, signs: Int32) -> Words:
        """Return pool rows as points, negated where the sign is set.  Shapes: (n, w), (n,) -> (n, w)."""
        return self._addition.negate_where(rows, signs.astype(bool))

    def add_indexed(self, pool: Words, left: Int32, right: Int32, n: int, start: int) -> None:
        """Write +-pool[left[i]] +- pool[right[i]] to pool[start + i] for i < n."""
        sides = [self.signed_points(pool[r[:n] >> 1], r[:n] & 1) for r in (left, right)]
        pool[start : start + n] = self.add(*sides)

    def add_segments(self, pool: Words, refs: Int32, starts: Int32, rows: PoolRows) -> Int32:
        """Return a reference per segment, NONE for an empty one; see `ReferenceSums`."""
        rounds = SegmentRounds(pool, refs, starts, rows.sums, rows.temporary)
        for pairs in rounds:
            self.add_indexed(pool, pairs.left, pairs.right, len(pairs.left), pairs.row)
        return rounds.results

    def halve(self, pool: Words, buckets: Int32, row: int) -> tuple[Int32, Int32]:
        """Return references to the odd-numbered sums of every level and window, and the starts of their lists.

        Shapes: (n_windows, n_buckets) -> (m,), (bits * n_windows + 1,).
        """
        rounds = HalvingRounds(buckets, row)
        for pairs in rounds:
            self.add_indexed(pool, pairs.left, pairs.right, len(pairs.left), pairs.row)
        starts = np.concatenate([[0], np.cumsum([len(part) for part in rounds.odd])])
        return np.concatenate(rounds.odd), starts.astype(np.int32)

    def double_indexed(self, pool: Words, left: Int32, n: int, start: int) -> None:
        """Write 2 (+-pool[left[i]]) to pool[start + i] for i < n."""
        self.add_indexed(pool, left, left, n, start)

    # -- a few terms

    def few_multiples(self, points: Words, scalars: Words) -> Words | None:
        """Return scalars[i] P_i, None for more points than are multiplied on integers."""
        if len(points) > MULTIPLIED_AS_INTEGERS:
            return None
        values = ints_from_words(np.ascontiguousarray(scalars))
        pairs = zip(points, values, strict=True)
        products = [combination_on_integers(self.group, p[None], [value]) for p, value in pairs]
        return np.stack(products) if products else points.copy()

    def multiples(self, points: bytes) -> bytes:
        """Return the points: `combination` doubles its sum instead of reading a table."""
        return points

    def combination(
        self, table: Table, scalars: bytes, scalar_words: int, n_bits: int = 0
    ) -> bytes:
        """Return sum_i s_i P_i on Python integers."""
        del n_bits  # the scalars show it
        assert isinstance(table, bytes), "the table of other kernels"
        numbers, n = ints_from_bytes(scalars, scalar_words), len(table) // self.group.point_bytes
        if n != len(numbers):
            raise ShapeError(f"scalars do not match the table: expected {n}, got {len(numbers)}")
        rows = np.frombuffer(table, "<u8").reshape(n, self.group.point_words)
        return combination_on_integers(self.group, rows, numbers).astype("<u8").tobytes()

    # -- a few points that are bytes

    def few_members(self, points: bytes) -> None:
        """Return None: arrays are to be used."""

    def few_doubled(self, points: bytes, times: int) -> None:
        """Return None: arrays are to be used."""

    def few_sums(self, x: bytes, y: bytes) -> None:
        """Return None: arrays are to be used."""

    def few_horner(self, points: bytes) -> None:
        """Return None: arrays are to be used."""
