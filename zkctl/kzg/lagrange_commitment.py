"""Commitments to polynomials that are given by their values, over powers of tau in Lagrange form."""

from __future__ import annotations

import numpy as np

from zkctl.curve import G1Array
from zkctl.curve.sums.msm import msm_lists
from zkctl.field import FieldArray


def commit_values(lagrange: G1Array, values: FieldArray) -> G1Array:
    """Return the commitment to the polynomial with these values.

    Selectors are mostly small numbers and their negatives; a negative is summed as a small multiple of the negated point.
    Shapes: (n,), (n,) -> ().
    """
    words, negated = values.to_words(), (-values).to_words()
    is_negative = np.flatnonzero(~negated[:, 1:].any(axis=1) & words[:, 1:].any(axis=1))
    if not len(is_negative):
        return msm_lists([(lagrange, words)])
    words[is_negative] = 0
    opposite = -lagrange[is_negative]
    return msm_lists([(lagrange, words), (opposite, negated[is_negative])])
