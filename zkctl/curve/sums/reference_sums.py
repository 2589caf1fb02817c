"""Sums of references into a pool, segment by segment: the common part of MSM buckets and fixed-base multiplication.

Segments are cut into chunks that fit the cache; inside a chunk neighbours are paired up and added, round after round, until
each segment has one reference left (Yao's tree instead of a running sum: all additions of a round share one inversion).
The kernels run the rounds.
"""

from __future__ import annotations

from zkctl.curve.kernels.interface import GroupKernels, PoolRows
from zkctl.errors import ShapeError
from zkctl.field.kernels.round_job import CHUNK, NONE
from zkctl.field.words import Int32, Words
from zkctl.runtime.arrays import np

__all__ = ["CHUNK", "NONE", "ReferenceSums"]


class ReferenceSums:
    """Adds up segments of references; sums of more than one point go to consecutive pool rows.

    `pool` must have room for `rows_needed(...)` rows from `start` on: temporary rows, used again by every call.
    """

    def __init__(self, kernels: GroupKernels, pool: Words, start: int, longest: int) -> None:
        self.kernels, self.pool, self.start = kernels, pool, start
        self.longest = max(CHUNK, longest)

    @staticmethod
    def rows_needed(longest: int, width: int) -> int:
        """Return temporary rows for segments of at most `longest` references."""
        return max(CHUNK, longest) + 64 * width

    def run(self, refs: Int32, starts: Int32, out: int) -> Int32:
        """Return one reference per segment, NONE for an empty one; computed sums are stored from pool row `out` on.

        Shapes: (n,), (m + 1,) -> (m,); uses at most m rows from `out`.
        """
        if len(starts) == 1:
            return np.empty(0, np.int32)
        sizes = np.diff(starts)
        fits = sizes.min() >= 0 and starts[0] >= 0 and starts[-1] <= len(refs)
        if not fits or sizes.max() > self.longest or out + len(sizes) > self.start:
            raise ShapeError(
                f"segments do not fit: expected at most {self.longest} of {len(refs)} references each "
                f"and at most {self.start - out} sums, got {len(sizes)} segments up to {starts[-1]}"
            )
        return self.kernels.add_segments(self.pool, refs, starts, PoolRows(out, self.start))
