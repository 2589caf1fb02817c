"""Sums of references into a pool, segment by segment: what MSM buckets and fixed-base multiplication have in common.

Segments are cut into chunks that fit the cache; inside a chunk neighbours are paired up and added, round after round, until
each segment has one reference left (Yao's tree instead of a running sum: all additions of a round share one inversion).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zkctl.field.array import Words
from zkctl.field.backend import schedule_kernels

Int32 = NDArray[np.int32]

CHUNK = 1 << 15  # references per chunk
NONE = -1  # the reference of an empty sum


class ReferenceSums:
    """Adds up segments of references; sums of more than one point go to consecutive pool rows.

    `pool` must have room for `rows_needed(...)` rows from `start` on: temporary rows, used again by every call.
    """

    def __init__(self, kernels: Any, pool: Words, start: int, longest: int) -> None:
        self.kernels, self.pool, self.start = kernels, pool, start
        size = self.rows_needed(longest, kernels.width)
        self.left, self.right = (np.zeros(size + kernels.padding, np.int32) for _ in range(2))
        self.refs = [np.empty(size, np.int32) for _ in range(2)]

    @staticmethod
    def rows_needed(longest: int, width: int) -> int:
        """Temporary rows for segments of at most `longest` references."""
        return 2 * max(CHUNK, longest) + 64 * width

    def run(self, refs: Int32, starts: Int32, out: int) -> Int32:
        """One reference per segment, NONE for an empty one; computed sums are stored from pool row `out` on.

        Shapes: (n,), (m + 1,) -> (m,); uses at most m rows from `out`.
        """
        results = np.full(len(starts) - 1, NONE, np.int32)
        first = 0
        while first < len(starts) - 1:
            limit = int(starts[first]) + CHUNK
            last = int(np.searchsorted(starts, limit, side="right")) - 1
            last = min(max(last, first + 1), len(starts) - 1)
            chunk = starts[first : last + 1] - starts[first]
            part = refs[starts[first] : starts[last]]
            results[first:last] = self._chunk(part, chunk.astype(np.int32), out + first)
            first = last
        return results

    def _chunk(self, refs: Int32, starts: Int32, out: int) -> Int32:
        """Pair up until every segment has at most one reference."""
        schedule, offset, turn = schedule_kernels(), self.start, 0
        while True:
            target = self.refs[turn]
            n_pairs, new_starts = schedule.pair_up(
                refs, starts, self.left, self.right, target, offset
            )
            if n_pairs == 0:
                break
            self.kernels.add_indexed(self.pool, self.left, self.right, n_pairs, offset)
            offset += -(-n_pairs // self.kernels.width) * self.kernels.width
            refs, starts, turn = target, new_starts, 1 - turn
        return self._collect(refs, starts, out)

    def _collect(self, refs: Int32, starts: Int32, out: int) -> Int32:
        """Keep references to given points; move computed sums out of the temporary rows."""
        filled = np.flatnonzero(np.diff(starts))
        results = np.full(len(starts) - 1, NONE, np.int32)
        results[filled] = refs[starts[filled]]
        moved = np.flatnonzero(results >= 2 * self.start)
        self.pool[out + moved] = self.pool[results[moved] >> 1]
        results[moved] = 2 * (out + moved)
        return results
