"""The formulas of the PLONK prover."""

from __future__ import annotations

from typing import Any

from zkctl.field.formulas import Formulas
from zkctl.kzg.formulas import other_product, own_product

PLONK = Formulas("plonk", "plonk.formulas", "kzg.formulas")


@PLONK.formula
def quotient(
    a: Any, b: Any, c: Any, z: Any, next_z: Any, inputs: Any, x: Any, first: Any,
    q_m: Any, q_l: Any, q_r: Any, q_o: Any, q_c: Any, s1: Any, s2: Any, s3: Any,
    *, beta: Any, beta_1: Any, beta_2: Any, gamma: Any, alpha: Any, vanishing_inverse: Any,
) -> Any:  # fmt: skip
    """Return t where X^n - 1 is constant; `inputs` is PI, `first` is L_1, next_z is z(w x)."""
    gates = (q_m * b + q_l) * a + q_r * b + q_o * c + q_c + inputs
    own = own_product(a, b, c, x, beta, beta_1, beta_2, gamma) * z
    other = other_product(a, b, c, s1, s2, s3, beta, gamma) * next_z
    starts = (z - 1) * first
    return (gates + (own - other + starts * alpha) * alpha) * vanishing_inverse


@PLONK.formula
def parts(i: Any, minus_1: Any, minus_i: Any, *, half: Any, quarter: Any, half_unit: Any) -> Any:
    """Return low, mid, high from low + u mid + u^2 high for u = i, -1, -i; half_unit is 1 / (2 i)."""
    mid = (i - minus_i) * half_unit
    total = (minus_1 + mid) * half
    difference = (i + minus_i) * quarter
    return total + difference, mid, total - difference


@PLONK.formula
def opening(
    q_m: Any, q_l: Any, q_r: Any, q_o: Any, q_c: Any, z: Any, s3: Any,
    low: Any, mid: Any, high: Any, a: Any, b: Any, c: Any, s1: Any, s2: Any,
    *, of_m: Any, of_l: Any, of_r: Any, of_o: Any, of_z: Any, of_s3: Any,
    of_low: Any, of_mid: Any, of_high: Any, of_a: Any, of_b: Any, of_c: Any, of_s1: Any, of_s2: Any,
) -> Any:  # fmt: skip
    """Return a combination of the polynomials; q_c has no factor."""
    selectors = q_m * of_m + q_l * of_l + q_r * of_r + q_o * of_o + q_c
    others = z * of_z + s3 * of_s3 + low * of_low + mid * of_mid + high * of_high
    return selectors + others + a * of_a + b * of_b + c * of_c + s1 * of_s1 + s2 * of_s2
