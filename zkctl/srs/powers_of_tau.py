"""The structured reference string of phase 1 as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zkctl.errors import LimitError
from zkctl.runtime.records import record

if TYPE_CHECKING:  # so that `ptau new` finds the limit without loading numpy
    from zkctl.curve import Curve, G1Array, G2Array

MAX_POWER = 28


def check_power(power: int) -> None:
    """Raise LimitError for a power that powers of tau cannot have."""
    if not 1 <= power <= MAX_POWER:
        raise LimitError(f"power {power} is not possible, it must be between 1 and {MAX_POWER}")


@record(eq=False)
class LagrangePowers:
    """The powers in Lagrange form, domain by domain: block k (size 2^k, at offset 2^k - 1) holds [L_i(tau)] over the domain of size 2^k.

    Shapes (n = 2^power): tau_g1 (4n - 1,) with the extra block power + 1; tau_g2, alpha_tau_g1, beta_tau_g1 (2n - 1,).
    """

    tau_g1: G1Array
    tau_g2: G2Array
    alpha_tau_g1: G1Array
    beta_tau_g1: G1Array


@record(eq=False)
class PowersOfTau:
    """Powers of tau up to degree 2 * 2^power - 2.

    Shapes (n = 2^power): tau_g1 (2n - 1,), tau_g2 (n,), alpha_tau_g1 (n,), beta_tau_g1 (n,), beta_g2 ().
    `ceremony_power` is larger than `power` in a truncated file.  `lagrange` is None until phase 2 is prepared.
    """

    curve: Curve
    power: int
    ceremony_power: int
    tau_g1: G1Array
    tau_g2: G2Array
    alpha_tau_g1: G1Array
    beta_tau_g1: G1Array
    beta_g2: G2Array
    lagrange: LagrangePowers | None = None
