"""Setup of fflonk: a circuit and powers of tau make a key; no contribution is needed, and the same files make the same bytes."""

from __future__ import annotations

from zkctl.constraints.plonk.arithmetise import fflonk_gates
from zkctl.constraints.r1cs import R1CS
from zkctl.curve import BN254, msm
from zkctl.errors import InputError
from zkctl.fflonk.interleaving import interleaved
from zkctl.fflonk.keys import BLINDING_ROWS, ProvingKey, VerifyingKey, n_powers
from zkctl.field import PrimeField
from zkctl.kzg.row_polynomials import (
    SELECTORS,
    SIGMAS,
    RowPolynomials,
    check_circuit,
    check_powers,
    log_rows,
    members,
)
from zkctl.poly.domain import Domain
from zkctl.poly.polynomial import Polynomial
from zkctl.srs.powers_of_tau import PowersOfTau

# C0(X) = sum_j X^j f_j(X^8) for these f_0 .. f_7
C0_ORDER = ("q_l", "q_r", "q_o", "q_m", "q_c", *SIGMAS)
# other tools derive their cube roots from these numbers; any would do, but the bytes of keys depend on them
_CUBE_ROOT_BASE = 31624  # its power (r - 1) / 18 is a cube root of 1
_CUBE_ROOT_OF_LARGEST = 467799165886069610036046866799264026481344299079011762026774533774345988080


MEMORY_PER_ROW = 4400  # bytes for each row of the domain, measured at 2^13 rows


def log_rows_within(n_rows: int, tau: PowersOfTau) -> int:
    """Return the logarithm of the number of rows, those for blinding and padding included.

    Raises: EnvironmentProblem for powers of tau that are too small or unprepared.
    """
    log_n = log_rows(n_rows + BLINDING_ROWS)
    check_powers(tau, log_n, n_powers(1 << log_n))
    return log_n


def roots_of_unity(field: PrimeField, log_n: int) -> dict[str, int]:
    """Return w3, w4, w8, and wr, a cube root of the root of unity of order 2^log_n.  Assumes: the scalar field of bn254."""
    r = field.modulus
    return {
        "w3": pow(_CUBE_ROOT_BASE, (r - 1) // 18, r),
        "w4": field.root_of_unity(2),
        "w8": field.root_of_unity(3),
        "wr": pow(_CUBE_ROOT_OF_LARGEST, 1 << (field.two_adicity - log_n), r),
    }


def make_key(circuit: R1CS, powers: PowersOfTau) -> ProvingKey:
    """Return the key of a circuit, byte for byte as other tools compute it.

    Memory: beside circuit and powers about 4.4 kB for each row of the domain, most of it for the sum of eight points a row.
    Raises: InputError for another curve than bn254, custom gates or no rows; IntegrityError for powers over another curve,
    EnvironmentProblem for powers that are too small or unprepared, EncodingError for a point outside its group, LimitError for
    too many wires.
    """
    check_circuit(circuit, powers)
    if powers.curve != BN254:
        raise InputError(
            f"fflonk needs another curve: expected bn254, got {powers.curve.name}",
            hint="use plonk, or compile the circuit for bn254",
        )
    gates = fflonk_gates(circuit)
    log_n = log_rows_within(gates.wires.shape[1], powers)
    n = 1 << log_n
    tau_g1 = members(powers.tau_g1[: n_powers(n)], "tau_g1")
    rows = RowPolynomials(gates, Domain(circuit.field, log_n), BLINDING_ROWS)
    values = {name: rows.selector(name) for name in SELECTORS}
    values |= dict(zip(SIGMAS, rows.sigmas(), strict=True))
    coefficients = {name: rows.domain.intt(values.pop(name)) for name in C0_ORDER}
    c_0 = interleaved([coefficients[name] for name in C0_ORDER], len(C0_ORDER) * n)
    k1, k2 = rows.shifts
    verifying_key = VerifyingKey(
        curve=powers.curve,
        n_public=circuit.n_public,
        log_n=log_n,
        k1=k1,
        k2=k2,
        **roots_of_unity(circuit.field, log_n),
        x_2=powers.tau_g2[1],
        c_0=msm(tau_g1[: len(c_0)], c_0),
    )
    return ProvingKey(
        verifying_key=verifying_key,
        n_vars=gates.n_vars,
        additions=gates.additions,
        wires=gates.wires,
        **{name: Polynomial(each) for name, each in coefficients.items()},
        lagrange=rows.lagrange(),
        tau_g1=tau_g1,
        c_0=c_0,
    )
