"""The formulas that PLONK and fflonk share: the factors of the permutation argument."""

from __future__ import annotations

from typing import Any

from zkctl.field.formulas import Formulas

SHARED = Formulas("kzg", "kzg.formulas")


def own_product(a: Any, b: Any, c: Any, x: Any, beta: Any, beta_1: Any, beta_2: Any, gamma: Any) -> Any:
    """Return the product of f_j + beta k_j x + gamma; beta_1 is beta k1, beta_2 is beta k2."""
    return (a + x * beta + gamma) * (b + x * beta_1 + gamma) * (c + x * beta_2 + gamma)


def other_product(a: Any, b: Any, c: Any, s1: Any, s2: Any, s3: Any, beta: Any, gamma: Any) -> Any:
    """Return the product of f_j + beta sigma_j + gamma."""
    return (a + s1 * beta + gamma) * (b + s2 * beta + gamma) * (c + s3 * beta + gamma)


@SHARED.formula
def own_factors(
    a: Any, b: Any, c: Any, x: Any, *, beta: Any, beta_1: Any, beta_2: Any, gamma: Any
) -> Any:
    """Return `own_product`."""
    return own_product(a, b, c, x, beta, beta_1, beta_2, gamma)


@SHARED.formula
def other_factors(
    a: Any, b: Any, c: Any, s1: Any, s2: Any, s3: Any, *, beta: Any, gamma: Any
) -> Any:
    """Return `other_product`."""
    return other_product(a, b, c, s1, s2, s3, beta, gamma)
