"""The rounds of kernels/rounds.py in pure numpy: the same pairs and results, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from zkctl.field.kernels.round_job import CHUNK, NONE
from zkctl.field.words import Int32, Words


@dataclass
class Round:
    """Pairs of references to add, and the pool row of the first sum."""

    left: Int32
    right: Int32
    row: int


@dataclass
class SegmentRounds:
    """Sums of segments of references: iterate, add each round, and find a reference per segment in `results`."""

    pool: Words
    refs: Int32
    starts: Int32
    out: int
    temporary: int
    results: Int32 = field(init=False)

    def __post_init__(self) -> None:
        self.results = np.full(len(self.starts) - 1, NONE, np.int32)

    def __iter__(self) -> Iterator[Round]:
        first, starts = 0, self.starts
        while first < len(starts) - 1:
            limit = int(starts[first]) + CHUNK
            last = int(np.searchsorted(starts, limit, side="right")) - 1
            last = min(max(last, first + 1), len(starts) - 1, first + CHUNK)
            yield from self._chunk(first, last)
            first = last

    def _chunk(self, first: int, last: int) -> Iterator[Round]:
        starts = self.starts[first : last + 1] - self.starts[first]
        refs, row = self.refs[self.starts[first] : self.starts[last]], self.temporary
        while (np.diff(starts) > 1).any():
            left, right, refs, starts = pair_up(refs, starts, row)
            yield Round(left, right, row)
            row += len(left)
        self._collect(refs, starts, first)

    def _collect(self, refs: Int32, starts: Int32, first: int) -> None:
        """Keep references to given points; move computed sums out of the temporary rows."""
        filled = np.flatnonzero(np.diff(starts))
        found = refs[starts[filled]]
        computed = found >= 2 * self.temporary
        targets = self.out + first + filled[computed]
        self.pool[targets] = self.pool[found[computed] >> 1]
        found[computed] = 2 * targets
        self.results[first + filled] = found


def pair_up(refs: Int32, starts: Int32, base: int) -> tuple[Int32, Int32, Int32, Int32]:
    """Pair neighbours inside each segment; pair m becomes reference 2 (base + m).

    Returns both sides of the pairs, the references that are left and where their segments start.
    """
    sizes = np.diff(starts)
    halves = sizes >> 1
    n_pairs = int(halves.sum())
    owner = np.repeat(np.arange(len(sizes)), halves)
    within = np.arange(n_pairs) - (np.cumsum(halves) - halves)[owner]
    first = starts[:-1][owner] + 2 * within
    new_starts = np.concatenate([[0], np.cumsum((sizes + 1) >> 1)]).astype(np.int32)
    target = np.empty(new_starts[-1], np.int32)
    target[new_starts[:-1][owner] + within] = 2 * (base + np.arange(n_pairs))
    odd = np.flatnonzero(sizes & 1)
    target[new_starts[1:][odd] - 1] = refs[starts[1:][odd] - 1]
    return refs[first], refs[first + 1], target, new_starts


@dataclass
class HalvingRounds:
    """Levels of halving: iterate and add each round; `odd` then lists the odd-numbered sums, level by level."""

    buckets: Int32
    row: int
    odd: list[Int32] = field(default_factory=list)

    def __iter__(self) -> Iterator[Round]:
        n_windows, n_buckets = self.buckets.shape
        table = np.full((n_windows, 2 * n_buckets), NONE, np.int32)
        table[:, 1 : n_buckets + 1] = self.buckets  # bucket 0 weighs nothing
        row = self.row
        while table.shape[1] > 1:
            even, odd = table[:, 0::2], table[:, 1::2]
            self.odd.extend(part[part != NONE] for part in odd)
            table = np.where(even == NONE, odd, even)
            table[:, 0] = NONE
            both = (even != NONE) & (odd != NONE)
            n_pairs = int(both.sum())
            table[both] = 2 * np.arange(row, row + n_pairs)
            if n_pairs:
                yield Round(even[both], odd[both], row)
            row += n_pairs
