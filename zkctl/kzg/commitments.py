"""Commitments to polynomials by their coefficients, over powers of tau."""

from __future__ import annotations

from zkctl.curve import G1Array, msm_lists
from zkctl.curve.sums.point_table import PointTable
from zkctl.field import FieldArray
from zkctl.field.words import Words
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

POINTS_AT_ONCE = 1 << 18  # points summed at a time: more take more memory and hardly less time


@record(eq=False)
class Committer:
    """Powers of tau, and a table of their multiples where there is one.  Shapes: tau_g1 (n,)."""

    tau_g1: G1Array
    table: PointTable[G1Array] | None = None

    @classmethod
    def of(cls, tau_g1: G1Array, max_bytes: int) -> Committer:
        """Make the table if it fits max_bytes.  Assumes: the points have been checked."""
        fits = PointTable.n_bytes(tau_g1) <= max_bytes
        return cls(tau_g1, PointTable(tau_g1) if fits else None)

    def commit(self, coefficients: FieldArray) -> G1Array:
        """Return [p(tau)]_1.  Shapes: (m,) with m <= n -> ().  Memory: for `POINTS_AT_ONCE` points at a time."""
        words = coefficients.to_words()
        if self.table is None:
            return msm_lists([(self.tau_g1[: len(words)], words)], POINTS_AT_ONCE)
        return self.table.msm_words(self._padded(words))

    def _padded(self, words: Words) -> Words:
        padded = np.zeros((len(self.tau_g1), words.shape[1]), np.uint64)
        padded[: len(words)] = words
        return padded
