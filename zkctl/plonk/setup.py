"""Setup of PLONK: a circuit and powers of tau make a key; no contribution is needed, and the same files make the same bytes."""

from __future__ import annotations

from typing import Any

from zkctl.constraints.plonk.arithmetise import plonk_gates
from zkctl.constraints.r1cs import R1CS
from zkctl.curve.sums.pools import kept_pools
from zkctl.kzg.commit_values import commit_near_line, commit_values
from zkctl.kzg.row_polynomials import (
    SELECTORS,
    SIGMAS,
    RowPolynomials,
    check_circuit,
    check_powers,
    log_rows,
    members,
)
from zkctl.plonk.keys import EXTRA_POWERS, ProvingKey, VerifyingKey
from zkctl.poly.domain import Domain
from zkctl.poly.polynomial import Polynomial
from zkctl.srs.powers_of_tau import PowersOfTau

MEMORY_PER_ROW = 1400  # bytes for each row of the domain, measured at 2^16 rows


def log_rows_within(n_rows: int, tau: PowersOfTau) -> int:
    """Return the logarithm of the number of rows, padding included.

    Raises: EnvironmentProblem for powers of tau that are too small or unprepared.
    """
    log_n = log_rows(n_rows)
    check_powers(tau, log_n, (1 << log_n) + EXTRA_POWERS)
    return log_n


def make_key(circuit: R1CS, powers: PowersOfTau) -> ProvingKey:
    """Return the key of a circuit, byte for byte as other tools compute it.

    Memory: beside circuit and powers about 1.4 kB for each row of the domain.
    Raises: InputError for custom gates or no rows, IntegrityError for another curve, EnvironmentProblem for powers that are too
    small or unprepared, EncodingError for a point outside its group, LimitError for too many wires.
    """
    check_circuit(circuit, powers)
    gates = plonk_gates(circuit)
    log_n = log_rows_within(gates.wires.shape[1], powers)
    n = 1 << log_n
    assert powers.lagrange is not None
    tau_g1 = members(powers.tau_g1[: n + EXTRA_POWERS], "tau_g1")
    points = members(powers.lagrange.tau_g1[n - 1 : 2 * n - 1], "lagrange tau_g1")
    rows = RowPolynomials(gates, Domain(circuit.field, log_n))
    commitments: dict[str, Any] = {}
    polynomials: dict[str, Polynomial] = {}
    with kept_pools():
        for name in SELECTORS:
            values = rows.selector(name)
            commitments[name] = commit_values(points, values)
            polynomials[name] = Polynomial(rows.domain.intt(values), values=values)
        for name, values, slope in zip(SIGMAS, rows.sigmas(), rows.padding_slopes, strict=True):
            commitments[name] = commit_near_line(points, tau_g1[1], values, slope, rows.domain)
            polynomials[name] = Polynomial(rows.domain.intt(values), values=values)
    k1, k2 = rows.shifts
    verifying_key = VerifyingKey(
        curve=powers.curve,
        n_public=circuit.n_public,
        log_n=log_n,
        k1=k1,
        k2=k2,
        **commitments,
        x_2=powers.tau_g2[1],
    )
    return ProvingKey(
        verifying_key=verifying_key,
        n_vars=gates.n_vars,
        additions=gates.additions,
        wires=gates.wires,
        **polynomials,
        lagrange=rows.lagrange(),
        tau_g1=tau_g1,
    )
