"""Find a curve by name or modulus."""

from __future__ import annotations

from zkctl.curve.curves.bls12_381 import BLS12_381
from zkctl.curve.curves.bn254 import BN254
from zkctl.curve.curves.parameters import Curve
from zkctl.errors import UsageError

CURVES = (BN254, BLS12_381)
_NAMES = {curve.name: curve for curve in CURVES}


def curve_by_name(name: str) -> Curve:
    """Return the curve of this name: bn254 or bls12_381.

    Raises: UsageError for an unknown one.
    """
    if name not in _NAMES:
        raise UsageError(f"unknown curve {name!r}", hint=f"the curves are {' and '.join(_NAMES)}")
    return _NAMES[name]


def curve_by_base_modulus(modulus: int) -> Curve | None:
    """Return the curve over Fq with this q, or None."""
    return next((curve for curve in CURVES if curve.base_field.modulus == modulus), None)


def curve_by_scalar_modulus(modulus: int) -> Curve | None:
    """Return the curve whose groups have this order, or None."""
    return next((curve for curve in CURVES if curve.scalar_field.modulus == modulus), None)
