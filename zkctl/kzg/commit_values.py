"""Commitments to polynomials that are given by their values, over powers of tau in Lagrange form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zkctl.curve import G1Array
from zkctl.curve.sums.combination import Combination
from zkctl.curve.sums.msm import msm_lists
from zkctl.curve.sums.segments import SignedSums
from zkctl.field import FieldArray, powers
from zkctl.field.words import Mask, Words
from zkctl.poly.domain import Domain

if TYPE_CHECKING:
    from numpy.typing import NDArray

# the share of different values among those not zero, up to which points of equal ones are added up first
MOST_DIFFERENT = 3 / 4


def commit_values(lagrange: G1Array, values: FieldArray) -> G1Array:
    """Return the commitment to the polynomial with these values.

    Selectors have few different values: the points of one value, and the negated ones of its opposite, are added up first.
    Shapes: (n,), (n,) -> ().
    """
    words, negated = values.to_words(), (-values).to_words()
    # the smaller of v and -v, so that -1 is a small number
    is_negative = negated[:, -1] < words[:, -1]
    words[is_negative] = negated[is_negative]
    rows = np.flatnonzero(words.any(axis=1))
    rows = rows[np.argsort(words[rows, 0])]
    starts = _starts_of_equal(words[rows])
    if len(starts) - 1 > MOST_DIFFERENT * len(rows):
        return _sum_by_sign(lagrange, words, is_negative, rows)
    sums = SignedSums(lagrange.group, lagrange.data, starts)
    points = sums.run(rows, starts, is_negative[rows])
    return msm_lists([(G1Array(lagrange.group, points), words[rows[starts[:-1]]])])


def _starts_of_equal(words: Words) -> NDArray[np.int64]:
    """Return the starts of segments of equal neighbours, and the end.  Shapes: (n, n_words) -> (m + 1,)."""
    differs = (words[1:] != words[:-1]).any(axis=1)
    ends = [len(words)] if len(words) else []
    return np.concatenate([[0], np.flatnonzero(differs) + 1, ends]).astype(np.int64)


def _sum_by_sign(
    lagrange: G1Array, words: Words, is_negative: Mask, rows: NDArray[np.intp]
) -> G1Array:
    """Return the sum of some points with signs."""
    positive, negative = rows[~is_negative[rows]], rows[is_negative[rows]]
    opposite = -lagrange[negative]
    return msm_lists([(lagrange[positive], words[positive]), (opposite, words[negative])])


def commit_near_line(
    lagrange: G1Array, tau: G1Array, values: FieldArray, slope: int, domain: Domain
) -> G1Array:
    """Return the commitment to a polynomial that is `slope` X at many points of the domain: only the others are summed.

    Shapes: lagrange (n,), tau (), [tau]_1, values (n,) -> ().
    """
    field = domain.field
    difference = values - powers(domain.root, domain.n, field, slope % field.modulus)
    line = Combination(G1Array.concatenate([tau])).of([slope % field.modulus])
    return commit_values(lagrange, difference) + line
