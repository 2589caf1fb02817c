"""Run the compiled round drivers (zkctl/field/kernels/rounds.py): their jobs, their memory, mending where they stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zkctl.errors import ShapeError
from zkctl.field.kernels.compiled.field import address
from zkctl.field.kernels.round_job import CHUNK, NONE, Job

if TYPE_CHECKING:
    from zkctl.curve.kernels.compiled.group import CompiledGroupKernels

Words = NDArray[np.uint64]
Int32 = NDArray[np.int32]


class RoundJob:
    """One job over a pool; its rounds have at most `most_pairs` pairs."""

    def __init__(self, kernels: CompiledGroupKernels, pool: Words, most_pairs: int) -> None:
        self.kernels, self.pool = kernels, pool
        self.words = np.zeros(len(Job), np.int64)
        self._keep: list[NDArray[np.generic]] = []
        self.left, self.right = (np.empty(most_pairs + kernels.padding, np.int32) for _ in "lr")
        self.flags = np.empty(most_pairs + 1, np.uint8)
        self.put(POOL=pool, LEFT=self.left, RIGHT=self.right, FLAGS=self.flags)
        self.put(SCRATCH=kernels.scratch)

    def put(self, **places: NDArray[np.generic] | int) -> None:
        """Set words of the job; an array stands for its address and is kept alive."""
        for name, value in places.items():
            if isinstance(value, np.ndarray):
                self._keep.append(value)
            self.words[Job[name]] = address(value) if isinstance(value, np.ndarray) else value

    def run(self, kind: str) -> None:
        """Let the driver run to its end; where it stops, the flagged sums of the round are mended."""
        driver = self.kernels.driver(kind)
        while n := driver(address(self.words)):
            row = int(self.words[Job.ROW])
            self.kernels.mend("chord", self.pool, (self.left, self.right), self.flags, (n, row))


def add_segments(
    kernels: CompiledGroupKernels, pool: Words, refs: Int32, starts: Int32, rows: tuple[int, int]
) -> Int32:
    """A reference per segment, NONE for an empty one; see `ReferenceSums`, which checked the shapes.

    `rows`: of the first segment's sum and of the first temporary point.
    """
    out, temporary = rows
    n, longest = len(starts) - 1, min(len(refs), max(CHUNK, int(np.diff(starts).max())))
    if len(refs) and int(refs.view(np.uint32).max()) >> 1 >= out:  # a negative one reads as huge
        raise ShapeError(f"references reach beyond the {out} rows that are given")
    if temporary + longest + 32 * kernels.width > len(pool):
        raise ShapeError(f"sums of {longest} references do not fit a pool of {len(pool)} rows")
    job = RoundJob(kernels, pool, longest // 2 + 1)
    results = np.full(n, NONE, np.int32)
    buffers = [np.empty(longest, np.int32) for _ in range(2)]
    bounds = [np.empty(min(n, CHUNK) + 1, np.int32) for _ in range(2)]
    job.put(REFS=refs, STARTS=starts, N_SEGMENTS=n, RESULTS=results, OUT=out, CHUNK=CHUNK)
    job.put(TEMPORARY=temporary, NEXT_REFS=buffers[0], SPARE_REFS=buffers[1])
    job.put(NEXT_STARTS=bounds[0], SPARE_STARTS=bounds[1])
    job.run("segments")
    return results


def halve(
    kernels: CompiledGroupKernels, pool: Words, buckets: Int32, row: int
) -> tuple[Int32, Int32]:
    """References to the odd-numbered sums of every level and window, and where their lists start.

    Shapes: (n_windows, n_buckets) -> (m,), (bits * n_windows + 1,).
    """
    n_windows, n_buckets = buckets.shape
    bits = n_buckets.bit_length()
    if row + n_windows * n_buckets + (bits + 1) * kernels.width > len(pool):
        raise ShapeError(f"{buckets.shape} buckets do not fit a pool of {len(pool)} rows")
    table = np.full((n_windows, n_buckets + 2), NONE, np.int32)
    table[:, 1:-1] = buckets  # bucket 0 weighs nothing
    job = RoundJob(kernels, pool, n_windows * n_buckets // 2 + 1)
    odd = np.empty(n_windows * (n_buckets + bits), np.int32)
    starts = np.zeros(bits * n_windows + 1, np.int32)
    job.put(TABLE=table, STRIDE=n_buckets + 2, SIZE=n_buckets + 1, N_WINDOWS=n_windows)
    job.put(ODD_REFS=odd, ODD_STARTS=starts, NEXT_ROW=row)
    job.run("halving")
    return odd[: starts[-1]], starts
