"""Sums of points over consecutive segments.

References into a pool are added up round by round (reference_sums.py), so that one batched inversion
serves every sum at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.backend import group_kernels
from zkctl.curve.curves.parameters import Group
from zkctl.curve.group import P
from zkctl.curve.sums.reference_sums import NONE, ReferenceSums
from zkctl.field.words import Mask, Words

Indices = NDArray[np.int64]


def segment_sums(points: P, starts: Indices) -> P:
    """Return sums over segments: out[k] = sum of points[starts[k] : starts[k + 1]].

    Shapes: (n,), (m + 1,) -> (m,).  The sum of an empty segment is infinity.
    """
    sums = SignedSums(points.group, points.data, starts)
    return type(points)(points.group, sums.run(np.arange(len(points)), starts))


class SignedSums:
    """Sums of table rows with signs; the table is converted once for many runs."""

    def __init__(self, group: Group, table: Words, starts: Indices) -> None:
        """Make room for runs with at most these segments."""
        self.kernels = group_kernels(group)
        self.out = len(table)
        first = self.out + len(starts)
        longest = int(np.diff(starts).max(initial=1))
        rows = first + ReferenceSums.rows_needed(longest, self.kernels.width)
        self.pool = self.kernels.new_pool(rows)
        self.kernels.to_pool(table, self.pool)
        self.sums = ReferenceSums(self.kernels, self.pool, first, longest)

    def run(self, rows: Indices, starts: Indices, negative: Mask | None = None) -> Words:
        """Return sums in file form.  Shapes: (n,), (m + 1,), (n,) -> (m, point_words)."""
        refs = 2 * rows if negative is None else 2 * rows + negative
        found = self.sums.run(refs.astype(np.int32), starts.astype(np.int32), self.out)
        points = self.kernels.signed_points(self.pool[np.maximum(found, 0) >> 1], found & 1)
        points[found == NONE] = 0
        return np.asarray(points)
