"""The formulas that PLONK and fflonk share: gates, the factors of the permutation argument, the parts of a quotient."""

from __future__ import annotations

from typing import Any

from zkctl.field.formulas import Formulas

SHARED = Formulas("kzg", "kzg.formulas")

SELECTORS = "q_m q_l q_r q_o q_c"
SIGMAS = "s1 s2 s3"
LABELS = "beta beta_1 beta_2 gamma"  # beta_1 is beta k1, beta_2 is beta k2


def gates(v: Any) -> Any:
    """Return what must vanish on the domain for every row; `inputs` is PI."""
    return (v.q_m * v.b + v.q_l) * v.a + v.q_r * v.b + v.q_o * v.c + v.q_c + v.inputs


def own_product(v: Any) -> Any:
    """Return the product of f_j + beta k_j x + gamma."""
    a = v.a + v.x * v.beta + v.gamma
    b = v.b + v.x * v.beta_1 + v.gamma
    return a * b * (v.c + v.x * v.beta_2 + v.gamma)


def other_product(v: Any) -> Any:
    """Return the product of f_j + beta sigma_j + gamma."""
    a = v.a + v.s1 * v.beta + v.gamma
    b = v.b + v.s2 * v.beta + v.gamma
    return a * b * (v.c + v.s3 * v.beta + v.gamma)


def _parts(v: Any) -> Any:
    """Return low, mid, high from low + u mid + u^2 high for u = i, -1, -i; half_unit is 1 / (2 i)."""
    mid = (v.i - v.minus_i) * v.half_unit
    total = (v.minus_1 + mid) * v.half
    difference = (v.i + v.minus_i) * v.quarter
    return total + difference, mid, total - difference


own_factors = SHARED.formula("own_factors", own_product, "a b c x", LABELS)
other_factors = SHARED.formula("other_factors", other_product, f"a b c {SIGMAS}", "beta gamma")
parts = SHARED.formula("parts", _parts, "i minus_1 minus_i", "half quarter half_unit")
