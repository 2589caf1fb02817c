"""Commitments to polynomials by their coefficients, over powers of tau."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce
from operator import add

from zkctl.curve import G1Array, msm_words
from zkctl.curve.sums.point_table import PointTable
from zkctl.field import FieldArray
from zkctl.field.words import Words
from zkctl.runtime.arrays import np
from zkctl.runtime.parallel import in_equal_shares
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
        if self.table is not None:
            return self.table.msm_words(self._padded(coefficients.to_words()))
        starts = range(0, max(len(coefficients), 1), POINTS_AT_ONCE)
        pieces = [slice(start, start + POINTS_AT_ONCE) for start in starts]
        return reduce(add, (self._part(coefficients, piece) for piece in pieces))

    def commit_all(self, polynomials: Sequence[FieldArray]) -> list[G1Array]:
        """Return `commit` of each; they should be about equally long.  Memory: that of `commit` for each thread."""
        if self.table is not None:  # it divides every sum, and works on one at a time
            return [self.commit(each) for each in polynomials]
        return in_equal_shares([partial(self.commit, each) for each in polynomials])

    def _part(self, coefficients: FieldArray, piece: slice) -> G1Array:
        words = coefficients[piece].to_words()
        return msm_words(self.tau_g1[piece][: len(words)], words)

    def _padded(self, words: Words) -> Words:
        padded = np.zeros((len(self.tau_g1), words.shape[1]), np.uint64)
        padded[: len(words)] = words
        return padded
