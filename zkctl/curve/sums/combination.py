"""The sum of a few scaled points of G1, as a verifier needs it: no machinery for many points."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve.backend import group_kernels
from zkctl.curve.group import G1Array
from zkctl.curve.kernels.interface import Table
from zkctl.curve.subgroup.endomorphism import HALF_WORDS, endomorphism
from zkctl.curve.sums.msm import msm_words
from zkctl.errors import ShapeError
from zkctl.field.words import bytes_from_ints, words_from_ints


class Combination:
    """sum_i s_i P_i for points that stay and scalars that change.

    Scalars are cut in two along the endomorphism, for half the doublings.  With `parts` > 1 every
    scalar is cut into as many numbers instead, and the table holds the multiples of 2^(w k) P_i:
    fewer doublings still, but a table that takes them.  Worth it for points that are used again.
    """

    def __init__(self, points: G1Array, *, parts: int = 1) -> None:
        """Make the table, for few points.  Assumes: every point is in the group of order r."""
        self.points, self.parts = points, parts
        self.kernels = group_kernels(points.group)
        self.table: Table | None = None
        if len(points) * max(2, parts) <= self.kernels.few_fixed_terms:
            self.table = self.kernels.multiples(
                self._with_images() if parts == 1 else self._shifted()
            )

    def _with_images(self) -> bytes:
        """Return P_i and phi(P_i), one pair after the other."""
        group, beta = self.points.group, endomorphism(self.points.group).beta
        half, q = group.point_bytes // 2, group.base_field.modulus
        terms = []
        for row in self.points.rows():
            x = int.from_bytes(row[:half], "little") * beta % q
            terms += [row, x.to_bytes(half, "little"), row[half:]]
        return b"".join(terms)

    def _shifted(self) -> bytes:
        """Return 2^(k w) P_i, k < parts, w the bits of a part."""
        bits = 64 * self.points.group.scalar_field.n_words // self.parts
        multiples = [self.points]
        for _ in range(self.parts - 1):
            multiples.append(multiples[-1].doubled(bits))
        rows = zip(*(points.rows() for points in multiples), strict=True)
        return b"".join([row for shifted in rows for row in shifted])

    def of(self, scalars: Sequence[int]) -> G1Array:
        """Return the sum for these scalars, which are not negative and fill their words.  Shapes: n -> ().

        Raises: ShapeError if there are not as many scalars as points.
        """
        group, n_words = self.points.group, self.points.group.scalar_field.n_words
        if len(scalars) != len(self.points):
            raise ShapeError(
                f"scalars do not match the points: expected {len(self.points)}, got {len(scalars)}"
            )
        if self.table is None:
            return msm_words(self.points, words_from_ints(scalars, n_words))
        if self.parts == 1:
            total = self._of_halves(scalars, self.table)
        else:
            raw = bytes_from_ints(scalars, n_words)
            total = self.kernels.combination(self.table, raw, n_words // self.parts)
        return G1Array.from_bytes(group, total)[0]

    def _of_halves(self, scalars: Sequence[int], table: Table) -> bytes:
        phi = endomorphism(self.points.group)
        halves = [half for scalar in scalars for half in phi.positive_halves(scalar)]
        raw = bytes_from_ints(halves, HALF_WORDS)
        return self.kernels.combination(table, raw, HALF_WORDS, phi.n_bits_of_positive)
