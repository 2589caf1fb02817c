"""The formulas of the fflonk prover."""

from __future__ import annotations

from typing import Any

from zkctl.field.formulas import Formulas
from zkctl.kzg.formulas import LABELS, SELECTORS, SIGMAS, gates, other_product, own_product

FFLONK = Formulas("fflonk", "fflonk.formulas", "kzg.formulas")


def _gate_quotient(v: Any) -> Any:
    """Return t0 where X^n - 1 is constant."""
    return gates(v) * v.vanishing_inverse


def _permutation_quotient(v: Any) -> Any:
    """Return t2 where X^n - 1 is constant; next_z is z(w x)."""
    return (own_product(v) * v.z - other_product(v) * v.next_z) * v.vanishing_inverse


def _scaled_plus(v: Any) -> Any:
    """Return a multiple of a polynomial plus another one."""
    return v.total * v.factor + v.part


gate_quotient = FFLONK.formula(
    "gate_quotient", _gate_quotient, f"a b c inputs {SELECTORS}", "vanishing_inverse"
)
permutation_quotient = FFLONK.formula(
    "permutation_quotient",
    _permutation_quotient,
    f"a b c z next_z x {SIGMAS}",
    f"{LABELS} vanishing_inverse",
)
scaled_plus = FFLONK.formula("scaled_plus", _scaled_plus, "total part", "factor")
