"""Digits and sorting in pure numpy; the same results as the compiled kernels, entry by entry."""

from __future__ import annotations

import numpy as np

from zkctl.field.words import Int32, Words


class NumpySchedule:
    """Scheduling for bucket methods; references are 2 * index + sign."""

    def kinds(self, scalars: Words, small_bits: int) -> Int32:
        """Return 0 for a scalar that is 0, 1 for one below 2^small_bits, 2 for others.

        Shapes: (n, n_words) -> (n,).  Assumes: small_bits < 64.
        """
        low = scalars[:, 0]
        large = scalars[:, 1:].any(axis=1) | (low >> np.uint64(small_bits) != 0)
        return np.where(large, 2, low != 0).astype(np.int32)

    def signed_digits(self, scalars: Words, bits: int, n_windows: int) -> Int32:
        """Return digits in base 2^bits, -2^(bits-1) < d <= 2^(bits-1), lowest window first.

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
        """Return references sorted by window and |digit|, and the start of every bucket; digit 0 is dropped.

        Shapes: (n_windows, n) -> (m,), (n_windows * n_buckets + 1,); m digits are not 0.
        """
        n_windows = len(digits)
        window, point = np.nonzero(digits)
        digit = digits[window, point]
        bucket = window * n_buckets + np.abs(digit) - 1
        order = np.argsort(bucket, kind="stable")
        counts = np.bincount(bucket, minlength=n_windows * n_buckets)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return (2 * point + (digit < 0))[order].astype(np.int32), starts
