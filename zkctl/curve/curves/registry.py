"""Find a curve by name or modulus."""

from __future__ import annotations

from zkctl.curve.curves.bls12_381 import BLS12_381
from zkctl.curve.curves.bn254 import BN254
from zkctl.curve.curves.parameters import Curve
from zkctl.errors import UsageError

CURVES = (BN254, BLS12_381)
_NAMES = {"bn254": BN254, "bn128": BN254, "altbn128": BN254, "bls12381": BLS12_381}


def curve_by_name(name: str) -> Curve:
    """Return the curve of this name; case and punctuation do not count (bn128, BN254, alt_bn128, BLS12-381 ...)."""
    key = "".join(c for c in name.lower() if c.isalnum())
    if key not in _NAMES:
        raise UsageError(
            f"unknown curve {name!r}",
            hint="the curves are bn254 (also bn128, alt_bn128) and bls12-381",
        )
    return _NAMES[key]


def curve_by_base_modulus(modulus: int) -> Curve | None:
    """Return the curve over Fq with this q, or None."""
    return next((curve for curve in CURVES if curve.base_field.modulus == modulus), None)


def curve_by_scalar_modulus(modulus: int) -> Curve | None:
    """Return the curve whose groups have this order, or None."""
    return next((curve for curve in CURVES if curve.scalar_field.modulus == modulus), None)
