"""The formulas of the PLONK prover."""

from __future__ import annotations

from typing import Any

from zkctl.field.formulas import Formulas
from zkctl.kzg.formulas import LABELS, SELECTORS, SIGMAS, gates, other_product, own_product

PLONK = Formulas("plonk", "plonk.formulas", "kzg.formulas")


def _quotient(v: Any) -> Any:
    """Return t where X^n - 1 is constant; `first` is L_1, next_z is z(w x)."""
    own, other = own_product(v) * v.z, other_product(v) * v.next_z
    starts = (v.z - 1) * v.first
    return (gates(v) + (own - other + starts * v.alpha) * v.alpha) * v.vanishing_inverse


def _opening(v: Any) -> Any:
    """Return a combination of polynomials; q_c has no factor."""
    selectors = v.q_m * v.of_q_m + v.q_l * v.of_q_l + v.q_r * v.of_q_r + v.q_o * v.of_q_o + v.q_c
    others = v.z * v.of_z + v.low * v.of_low + v.mid * v.of_mid + v.high * v.of_high
    sigmas = v.s1 * v.of_s1 + v.s2 * v.of_s2 + v.s3 * v.of_s3
    return selectors + others + sigmas + v.a * v.of_a + v.b * v.of_b + v.c * v.of_c


quotient = PLONK.formula(
    "quotient",
    _quotient,
    f"a b c z next_z inputs x first {SELECTORS} {SIGMAS}",
    f"{LABELS} alpha vanishing_inverse",
)
opening = PLONK.formula(
    "opening",
    _opening,
    f"a b c z low mid high {SELECTORS} {SIGMAS}",
    "of_q_m of_q_l of_q_r of_q_o of_s1 of_s2 of_s3 of_z of_low of_mid of_high of_a of_b of_c",
)
