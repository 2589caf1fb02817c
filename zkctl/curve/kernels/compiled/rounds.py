"""Run the compiled round drivers (zkctl/field/kernels/rounds.py): their jobs, their memory, mending where they stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from zkctl.curve.kernels.interface import PoolRows
from zkctl.errors import ShapeError
from zkctl.field.kernels.compiled.memory import Room, address
from zkctl.field.kernels.round_job import CHUNK, NONE, JobWord
from zkctl.field.words import Int32, Words
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record
class PairBatch:
    """Pairs of references to add: left[i] and right[i], i < n, their sums in consecutive pool rows from `row` on."""

    left: Int32
    right: Int32
    n: int
    row: int


class RoundKernels(Protocol):
    """The part of the compiled group kernels that rounds use."""

    width: int
    padding: int

    @property
    def scratch(self) -> Room:
        """Room for one batch, one per thread."""

    def driver(self, kind: str) -> Callable[[int], int]:
        """Return the driver of rounds, "segments" or "halving"."""

    def mend(self, variant: str, pool: Words, pairs: PairBatch, flags: NDArray[np.uint8]) -> None:
        """Recompute the flagged pairs."""


class RoundJob:
    """One job over a pool; its rounds have at most `most_pairs` pairs."""

    def __init__(self, kernels: RoundKernels, pool: Words, most_pairs: int) -> None:
        self.kernels, self.pool = kernels, pool
        self.words = np.zeros(len(JobWord), np.int64)
        self._keep: list[NDArray[np.generic]] = []
        self.left, self.right = (np.empty(most_pairs + kernels.padding, np.int32) for _ in "lr")
        self.flags = np.empty(most_pairs + 1, np.uint8)
        self.put(POOL=pool, LEFT=self.left, RIGHT=self.right, FLAGS=self.flags)
        self.put(SCRATCH=kernels.scratch.address)

    def put(self, **places: NDArray[np.generic] | int) -> None:
        """Set words of the job; an array stands for its address and is kept alive."""
        for name, value in places.items():
            if isinstance(value, np.ndarray):
                self._keep.append(value)
            self.words[JobWord[name]] = address(value) if isinstance(value, np.ndarray) else value

    def run(self, kind: str) -> None:
        """Run the driver to its end; where it stops, recompute the flagged sums of the round."""
        driver = self.kernels.driver(kind)
        while n := driver(address(self.words)):
            row = int(self.words[JobWord.ROW])
            pairs = PairBatch(self.left, self.right, n, row)
            self.kernels.mend("chord", self.pool, pairs, self.flags)


def add_segments(
    kernels: RoundKernels, pool: Words, refs: Int32, starts: Int32, rows: PoolRows
) -> Int32:
    """Return a reference per segment, NONE for an empty one; see `ReferenceSums`, which checked the shapes."""
    out, temporary = rows.sums, rows.temporary
    n, longest = len(starts) - 1, min(len(refs), max(CHUNK, int(np.diff(starts).max())))
    if len(refs) and int(refs.view(np.uint32).max()) >> 1 >= out:  # a negative one reads as huge
        reach = int(refs.view(np.uint32).max()) >> 1
        raise ShapeError(
            f"reference is outside the points: expected a row below {out}, got {reach}"
        )
    if temporary + longest + 32 * kernels.width > len(pool):
        rows_needed = temporary + longest + 32 * kernels.width
        raise ShapeError(
            f"pool is too small for sums of {longest} references: expected at least {rows_needed} rows, got {len(pool)}"
        )
    job = RoundJob(kernels, pool, longest // 2 + 1)
    results = np.full(n, NONE, np.int32)
    buffers = [np.empty(longest, np.int32) for _ in range(2)]
    bounds = [np.empty(min(n, CHUNK) + 1, np.int32) for _ in range(2)]
    job.put(REFS=refs, STARTS=starts, N_SEGMENTS=n, RESULTS=results, OUT=out, CHUNK=CHUNK)
    job.put(TEMPORARY=temporary, NEXT_REFS=buffers[0], SPARE_REFS=buffers[1])
    job.put(NEXT_STARTS=bounds[0], SPARE_STARTS=bounds[1])
    job.run("segments")
    return results


def halve(kernels: RoundKernels, pool: Words, buckets: Int32, row: int) -> tuple[Int32, Int32]:
    """Return references to the odd-numbered sums of every level and window, and the starts of their lists.

    Shapes: (n_windows, n_buckets) -> (m,), (bits * n_windows + 1,).
    """
    n_windows, n_buckets = buckets.shape
    bits = n_buckets.bit_length()
    if row + n_windows * n_buckets + (bits + 1) * kernels.width > len(pool):
        rows_needed = row + n_windows * n_buckets + (bits + 1) * kernels.width
        raise ShapeError(
            f"pool is too small for {buckets.shape} buckets: expected at least {rows_needed} rows, got {len(pool)}"
        )
    table = np.full((n_windows, n_buckets + 2), NONE, np.int32)
    table[:, 1:-1] = buckets  # bucket 0 weighs nothing
    job = RoundJob(kernels, pool, n_windows * n_buckets // 2 + 1)
    odd = np.empty(n_windows * (n_buckets + bits), np.int32)
    starts = np.zeros(bits * n_windows + 1, np.int32)
    job.put(TABLE=table, STRIDE=n_buckets + 2, SIZE=n_buckets + 1, N_WINDOWS=n_windows)
    job.put(ODD_REFS=odd, ODD_STARTS=starts, NEXT_ROW=row)
    job.run("halving")
    return odd[: starts[-1]], starts
