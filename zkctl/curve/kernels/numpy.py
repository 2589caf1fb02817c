"""Kernels of a group in pure numpy: where executable memory is forbidden, and as a reference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.complete_addition import CompleteAddition
from zkctl.field.kernels.numpy.field import NumpyFieldKernels, Words
from zkctl.field.kernels.numpy.rounds import HalvingRounds, SegmentRounds

References = NDArray[np.int32]


class NumpyGroupKernels:
    """The kernels of one group; points are rows of words, infinity is zero.

    A pool is an array of points as they are; references into it are 2 * index + sign.
    """

    width = 1
    padding = 0

    def __init__(self, group: Group) -> None:
        self.group = group
        self._addition = CompleteAddition(group, NumpyFieldKernels(group.base_field))

    def add(self, x: Words, y: Words) -> Words:
        """Element-wise sums.  Shapes: (n, point_words), (n, point_words) -> (n, point_words)."""
        return self._addition.add(x, y)

    def double_repeatedly(self, points: Words, times: int) -> Words:
        """2^times P for every row.  Shapes: (n, point_words) -> (n, point_words)."""
        for _ in range(times):
            points = self.add(points, points)
        return points

    def members(self, points: Words) -> NDArray[np.bool_]:
        """Which rows are in the group of prime order (infinity is).  Shapes: (n, point_words) -> (n,)."""
        from zkctl.curve.group import point_array
        from zkctl.curve.subgroup.membership import members_by_arrays

        return members_by_arrays(point_array(self.group, points))

    # -- pools

    def new_pool(self, n: int) -> Words:
        """Room for n points."""
        return np.zeros((n + self.width, self.group.point_words), np.uint64)

    def to_pool(self, points: Words, pool: Words) -> None:
        """Copy points into the first rows of a pool."""
        pool[: len(points)] = points

    def from_pool(self, rows: Words) -> Words:
        """Copy pool rows to an array of points."""
        return rows.copy()

    def signed_points(self, rows: Words, signs: References) -> Words:
        """Pool rows as points, negated where the sign is set.  Shapes: (n, w), (n,) -> (n, w)."""
        return self._addition.negate_where(rows, signs.astype(bool))

    def add_indexed(
        self, pool: Words, left: References, right: References, n: int, start: int
    ) -> None:
        """pool[start + i] = +-pool[left[i]] +- pool[right[i]] for i < n."""
        sides = [self.signed_points(pool[r[:n] >> 1], r[:n] & 1) for r in (left, right)]
        pool[start : start + n] = self.add(*sides)

    def add_segments(
        self, pool: Words, refs: References, starts: References, rows: tuple[int, int]
    ) -> References:
        """A reference per segment, NONE for an empty one; see `ReferenceSums`.

        `rows`: of the first segment's sum and of the first temporary point.
        """
        rounds = SegmentRounds(pool, refs, starts, *rows)
        for pairs in rounds:
            self.add_indexed(pool, pairs.left, pairs.right, len(pairs.left), pairs.row)
        return rounds.results

    def halve(self, pool: Words, buckets: References, row: int) -> tuple[References, References]:
        """References to the odd-numbered sums of every level and window, and where their lists start.

        Shapes: (n_windows, n_buckets) -> (m,), (bits * n_windows + 1,).
        """
        rounds = HalvingRounds(buckets, row)
        for pairs in rounds:
            self.add_indexed(pool, pairs.left, pairs.right, len(pairs.left), pairs.row)
        starts = np.concatenate([[0], np.cumsum([len(part) for part in rounds.odd])])
        return np.concatenate(rounds.odd), starts.astype(np.int32)

    def double_indexed(self, pool: Words, left: References, n: int, start: int) -> None:
        """pool[start + i] = 2 (+-pool[left[i]]) for i < n."""
        self.add_indexed(pool, left, left, n, start)
