"""Digits, sorting and pairing up in pure numpy; the same results as the compiled kernels, entry by entry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]
Words = NDArray[np.uint64]


class NumpySchedule:
    """Scheduling for bucket methods; references are 2 * index + sign."""

    def signed_digits(self, scalars: Words, bits: int, n_windows: int) -> Int32:
        """Digits in base 2^bits, -2^(bits-1) < d <= 2^(bits-1), lowest window first.

        Shapes: (n, n_words) -> (n_windows, n).
        """
        n, n_words = scalars.shape
        padded = np.concatenate([scalars, np.zeros((n, 2), np.uint64)], axis=1)
        out = np.empty((n_windows, n), np.int32)
        carry = np.zeros(n, np.int64)
        for w in range(n_windows):
            index, offset = divmod(bits * w, 64)
            index = min(index, n_words)
            low = padded[:, index] >> np.uint64(offset)
            high = (padded[:, index + 1] << np.uint64(1)) << np.uint64(63 - offset)
            digit = ((low | high) & np.uint64((1 << bits) - 1)).astype(np.int64) + carry
            carry = (digit > 1 << (bits - 1)).astype(np.int64)
            out[w] = digit - (carry << bits)
        return out

    def sort_by_digit(self, digits: Int32, n_buckets: int) -> tuple[Int32, Int32]:
        """References sorted by |digit| and the starts of the buckets 1, 2, ...; digit 0 is dropped.

        Shapes: (n,) -> (n_buckets + 1,), (at most n,).
        """
        magnitude = np.abs(digits)
        order = np.argsort(magnitude, kind="stable")
        counts = np.bincount(magnitude, minlength=n_buckets + 1)
        starts = np.concatenate([[0], np.cumsum(counts[1:])]).astype(np.int32)
        kept = order[counts[0] :]
        refs = (2 * kept + (digits[kept] < 0)).astype(np.int32)
        return starts, refs

    def pair_up(
        self, refs: Int32, starts: Int32, left: Int32, right: Int32, target: Int32, base: int
    ) -> tuple[int, Int32]:
        """Pair neighbours inside each segment; pair m becomes reference 2 (base + m) in `target`.

        Returns the number of pairs (their members are in left and right) and the new starts.
        """
        sizes = np.diff(starts)
        halves = sizes >> 1
        n_pairs = int(halves.sum())
        owner = np.repeat(np.arange(len(sizes)), halves)
        before = np.cumsum(halves) - halves
        within = np.arange(n_pairs) - before[owner]
        first = starts[:-1][owner] + 2 * within
        left[:n_pairs], right[:n_pairs] = refs[first], refs[first + 1]
        new_starts = np.concatenate([[0], np.cumsum((sizes + 1) >> 1)]).astype(np.int32)
        target[new_starts[:-1][owner] + within] = 2 * (base + np.arange(n_pairs))
        odd = np.flatnonzero(sizes & 1)
        target[new_starts[1:][odd] - 1] = refs[starts[1:][odd] - 1]
        return n_pairs, new_starts
