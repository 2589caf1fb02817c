"""The names of curves in files and commands of the ecosystem; the arithmetic knows bn254 and bls12_381 only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zkctl.errors import UsageError

if TYPE_CHECKING:
    from zkctl.curve import Curve

NAMES_IN_FILES = {"bn254": "bn128", "bls12_381": "bls12381"}  # as circom and snarkjs write them
HINT = "the curves are bn254 (also bn128, alt_bn128) and bls12-381"
_CURVES = {
    "bn254": "bn254",
    "bn128": "bn254",
    "altbn128": "bn254",
    "bls12381": "bls12_381",
}


def name_of_curve(name: str) -> str:
    """Return our name of a curve; case and punctuation do not count (bn128, alt_bn128, BLS12-381).

    Raises: UsageError for an unknown one.
    """
    key = "".join(c for c in name.lower() if c.isalnum())
    if key not in _CURVES:
        raise UsageError(f"unknown curve {name!r}", hint=HINT)
    return _CURVES[key]


def curve_of_name(name: str) -> Curve:
    """Return the curve that a file or a user names.

    Raises: UsageError for an unknown one.
    """
    from zkctl.curve import curve_by_name

    return curve_by_name(name_of_curve(name))
