"""The sum of a few scaled points of G1, as a verifier needs it: no machinery for many points."""

from __future__ import annotations

import numpy as np

from zkctl.curve.backend import group_kernels
from zkctl.curve.group import G1Array
from zkctl.curve.subgroup.endomorphism import HALF_WORDS, endomorphism
from zkctl.curve.sums.msm import msm_words
from zkctl.errors import ShapeError
from zkctl.field.words import Words, ints_from_words, words_from_ints


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
        self.table: Words | None = None
        if len(points) * max(2, parts) <= self.kernels.few_fixed_terms:
            terms = self._with_images() if parts == 1 else self._shifted()
            self.table = self.kernels.multiples(terms.reshape(-1, points.group.point_words))

    def _with_images(self) -> Words:
        """Return P_i and phi(P_i).  Shapes: -> (n, 2, point_words)."""
        images = endomorphism(self.points.group).image(self.points)
        return np.stack([self.points.data, images.data], axis=1)

    def _shifted(self) -> Words:
        """Return 2^(k w) P_i, w the bits of a part.  Shapes: -> (n, parts, point_words)."""
        bits = 64 * self.points.group.scalar_field.n_words // self.parts
        multiples = [self.points]
        for _ in range(self.parts - 1):
            multiples.append(multiples[-1].doubled(bits))
        return np.stack([points.data for points in multiples], axis=1)

    def of(self, words: Words) -> G1Array:
        """Return the sum for these plain scalars.  Shapes: (n, n_words) -> ().

        Raises: ShapeError if there are not as many scalars as points.
        """
        if len(words) != len(self.points):
            raise ShapeError(
                f"scalars do not match the points: expected {len(self.points)}, got {len(words)}"
            )
        if self.table is None:
            return msm_words(self.points, words)
        if self.parts == 1:
            return G1Array(self.points.group, self._of_halves(ints_from_words(words), self.table))
        rows = words.reshape(len(words) * self.parts, -1)
        return G1Array(self.points.group, self.kernels.combination(self.table, rows))

    def _of_halves(self, scalars: list[int], table: Words) -> Words:
        phi = endomorphism(self.points.group)
        halves = words_from_ints(
            [half for scalar in scalars for half in phi.positive_halves(scalar)], HALF_WORDS
        )
        return self.kernels.combination(table, halves, phi.n_bits_of_positive)
