"""Commitments to polynomials that are given by their values, over powers of tau in Lagrange form."""

from __future__ import annotations

import numpy as np

from zkctl.curve import G1Array, multiply_each
from zkctl.curve.sums.msm import msm_lists
from zkctl.field import FieldArray, powers
from zkctl.poly.domain import Domain


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


def commit_near_line(
    lagrange: G1Array, tau: G1Array, values: FieldArray, slope: int, domain: Domain
) -> G1Array:
    """Return the commitment to a polynomial that is `slope` X at many points of the domain: only the others are summed.

    Shapes: lagrange (n,), tau (), [tau]_1, values (n,) -> ().
    """
    field = domain.field
    difference = values - powers(domain.root, domain.n, field, slope % field.modulus)
    line = multiply_each(G1Array.concatenate([tau]), FieldArray.from_ints(field, [slope]))[0]
    return commit_values(lagrange, difference) + line
