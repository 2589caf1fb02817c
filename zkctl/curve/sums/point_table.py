"""Sums over points that never change, from a table of their multiples 2^(c w) P.

    sum_i s_i P_i = sum_b b B(b),   B(b) = the sum of +-2^(c w) P_i where digit w of s_i is +-b

All windows share one set of buckets, which makes wide windows pay, and the points are in the
kernels' form already: about two thirds of the work of `msm`, for 16 to 24 times the memory.
Source: Brickell, Gordon, McCurley, Wilson, "Fast exponentiation with precomputation", Eurocrypt
1992, with the buckets of msm.py.
"""

from __future__ import annotations

from functools import partial
from typing import Generic

import numpy as np

from zkctl.curve.backend import group_kernels
from zkctl.curve.curves.parameters import Group
from zkctl.curve.group import P, PointArray
from zkctl.curve.sums.msm import (
    THREADS_FROM_POINTS,
    BucketPlan,
    BucketSum,
    bit_length,
    horner,
    msm_words,
)
from zkctl.curve.sums.reference_sums import CHUNK
from zkctl.errors import ShapeError
from zkctl.field.backend import schedule_kernels
from zkctl.field.words import Words
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

MAX_WINDOW_BITS = 16


class PointTable(Generic[P]):
    """Points with their multiples, one part per thread.

    Sums use memory of the table: one at a time.
    """

    def __init__(self, points: P) -> None:
        self.points = points
        self.finite = np.flatnonzero(points.data.any(axis=1))
        n_parts = _n_parts(len(self.finite))
        rows = [points.data[self.finite[k::n_parts]] for k in range(n_parts)]
        self.parts = in_parallel([partial(_Part, points.group, part) for part in rows if len(part)])

    @staticmethod
    def n_bytes(points: PointArray) -> int:
        """Return the bytes of the table of these points, working memory included."""
        group, n = points.group, int(points.data.any(axis=-1).sum())
        n_parts = _n_parts(n)
        n = -(-n // n_parts)
        bits, n_windows = _plan(group, n)
        working = max(CHUNK, 2 * n) + (3 << bits)
        return group.point_bytes * (n_windows * n + working) * n_parts

    def msm_words(self, words: Words) -> P:
        """Return the sum of words[i] * points[i], right for any plain words.  Shapes: (n, n_words) -> ()."""
        points = self.points
        if len(points) != len(words):
            raise ShapeError(
                f"scalars do not match the points: expected {len(points)}, got {len(words)}"
            )
        if not self.parts:
            return type(points).infinity(points.group)
        if bit_length(words) > points.group.scalar_field.n_bits:
            return msm_words(points, words)
        chosen, step = words[self.finite], len(self.parts)
        tasks = [partial(part.sum, chosen[k::step]) for k, part in enumerate(self.parts)]
        sums = [one for one in in_parallel(tasks) if one is not None]
        if len(sums) < len(tasks):
            return msm_words(points, words)
        return type(points)(points.group, np.concatenate(sums)).sum()


class _Part:
    """The table of some finite points: pool row w n + i holds 2^(c w) P_i."""

    def __init__(self, group: Group, points: Words) -> None:
        n, self.group = len(points), group
        self.bits, self.n_windows = _plan(group, n)
        kernels, plan = (
            group_kernels(group),
            BucketPlan(self.n_windows * n, self.bits, 1, longest=2 * n),
        )
        self.buckets = BucketSum(kernels, plan, kernels.new_pool(plan.rows(kernels.width)))
        for window in range(self.n_windows):
            self.buckets.load(points, window * n)
            if window < self.n_windows - 1:
                points = kernels.double_repeatedly(points, self.bits)

    def sum(self, words: Words) -> Words | None:
        """Return the sum, or None if a bucket would overflow.  Shapes: (n, n_words) -> (1, point_words)."""
        digits = schedule_kernels().signed_digits(words, self.bits, self.n_windows)
        refs, starts = schedule_kernels().sort_by_digit(
            digits.reshape(1, -1), self.buckets.plan.n_buckets
        )
        if int(np.diff(starts).max()) > self.buckets.plan.longest:
            return None  # (nearly) all digits are the same
        if not len(refs):
            return np.zeros((1, self.group.point_words), np.uint64)
        weighted = self.buckets.result(refs, starts)
        return horner(group_kernels(self.group), weighted[0])


def _n_parts(n: int) -> int:
    return thread_count() if n >= THREADS_FROM_POINTS else 1


def _plan(group: Group, n: int) -> tuple[int, int]:
    """Return width and number of the windows with the least additions: n per window, two per bucket."""
    n_bits = group.scalar_field.n_bits + 1
    bits = min(range(2, MAX_WINDOW_BITS + 1), key=lambda c: -(-n_bits // c) * n + (1 << c))
    return bits, -(-n_bits // bits)
