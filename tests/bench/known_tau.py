"""Keys and powers of tau made quickly by somebody who knows the secrets: for measurements only.

    python tests/bench/known_tau.py CIRCUIT.r1cs -o KEY.zkey
    python tests/bench/known_tau.py --power 15 -o POT.ptau

With tau known every query is a scalar times the generator, so 2^18 constraints take seconds and no
powers of tau are needed.  Whoever runs this can forge proofs under the key.
"""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path

import numpy as np

from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.curve import BN254, Curve, G1Array, G2Array, curve_by_scalar_modulus, multiply_base
from zkctl.field import FieldArray, PrimeField, powers
from zkctl.formats.binary.ptau.file import PtauFile, write_ptau
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.zkey_groth16 import ZkeyFile, write_zkey
from zkctl.groth16.keys import ProvingKey
from zkctl.groth16.qap import coefficients_of, log_domain_size, row_of_terms
from zkctl.srs.powers_of_tau import LagrangePowers, PowersOfTau


def lagrange_at(tau: int, field: PrimeField, log_n: int) -> FieldArray:
    """L_i(tau) = (tau^n - 1) / n * w^i / (tau - w^i) over the domain of size n.  Shapes: -> (n,)."""
    n, p = 1 << log_n, field.modulus
    points = powers(field.root_of_unity(log_n), n, field)
    factor = (pow(tau, n, p) - 1) * pow(n, -1, p) % p
    return (tau - points).inverse() * points * factor


def column_sums(matrix: SparseMatrix, values: FieldArray, n_columns: int) -> FieldArray:
    """sum over rows c of matrix[c, s] values[c], for every column s.  Shapes: (n_rows,) -> (n_columns,)."""
    order = np.argsort(matrix.wires, kind="stable")
    terms = FieldArray.from_canonical_words(matrix.field, matrix.values[order])
    terms = terms * values[row_of_terms(matrix)[order]]
    counts = np.bincount(matrix.wires, minlength=n_columns)
    return terms.segment_sums(np.concatenate([[0], np.cumsum(counts)]))


def known_tau_key(r1cs: R1CS) -> ProvingKey:
    """The key for fresh secrets, which are forgotten when this returns."""
    field, curve = r1cs.field, curve_by_scalar_modulus(r1cs.field.modulus)
    assert curve is not None
    p, log_n = field.modulus, log_domain_size(r1cs.n_constraints, r1cs.n_public)
    tau, alpha, beta, delta = (1 + secrets.randbelow(p - 1) for _ in range(4))
    at_tau = lagrange_at(tau, field, log_n)
    rows = at_tau[: r1cs.n_constraints]
    a, b, c = (column_sums(m, rows, r1cs.n_wires) for m in (r1cs.a, r1cs.b, r1cs.c))
    public = slice(0, r1cs.n_public + 1)
    extra = at_tau[r1cs.n_constraints : r1cs.n_constraints + r1cs.n_public + 1]
    a.data[public] = (a[public] + extra).data
    combined = a * beta + b * alpha + c
    g1, g2 = G1Array.generator(curve.g1), G2Array.generator(curve.g2)

    def one(value: int) -> FieldArray:
        return FieldArray.from_ints(field, [value])

    fine = lagrange_at(tau, field, log_n + 1)[1::2]
    return ProvingKey(
        curve=curve,
        domain_size=1 << log_n,
        alpha_g1=multiply_base(g1, one(alpha))[0],
        beta_g1=multiply_base(g1, one(beta))[0],
        beta_g2=multiply_base(g2, one(beta))[0],
        gamma_g2=g2,
        delta_g1=multiply_base(g1, one(delta))[0],
        delta_g2=multiply_base(g2, one(delta))[0],
        gamma_abc_g1=multiply_base(g1, combined[public]),
        a_query=multiply_base(g1, a),
        b_g1_query=multiply_base(g1, b),
        b_g2_query=multiply_base(g2, b),
        l_query=multiply_base(g1, combined[public.stop :] * pow(delta, -1, p)),
        h_query=multiply_base(g1, fine * pow(delta, -1, p)),
        coefficients=coefficients_of(r1cs),
    )


def write_known_tau_key(circuit: Path, output: Path) -> None:
    """Read a circuit, write its key (without contributions: policy refuses it unless told otherwise)."""
    with output.open("wb") as file:
        key = ZkeyFile(
            key=known_tau_key(read_r1cs(circuit)), circuit_hash=bytes(64), contributions=[]
        )
        write_zkey(file, key)


def known_tau_powers(curve: Curve, power: int) -> PowersOfTau:
    """Prepared powers of tau for fresh secrets, which are forgotten when this returns."""
    field, p, n = curve.scalar_field, curve.scalar_field.modulus, 1 << power
    tau, alpha, beta = (1 + secrets.randbelow(p - 1) for _ in range(3))
    g1, g2 = G1Array.generator(curve.g1), G2Array.generator(curve.g2)
    in_tau = powers(tau, 2 * n - 1, field)
    blocks = [lagrange_at(tau, field, k) for k in range(power + 1)]
    # block power + 1 is made from 2n - 1 powers: without the term of tau^(2n-1)
    top = pow(tau, 2 * n - 1, p) * pow(2 * n, -1, p) % p
    wide = (
        lagrange_at(tau, field, power + 1)
        - powers(field.root_of_unity(power + 1), 2 * n, field) * top
    )
    narrow = FieldArray(field, np.concatenate([block.data for block in blocks]))
    all_blocks = FieldArray(field, np.concatenate([narrow.data, wide.data]))
    return PowersOfTau(
        curve=curve,
        power=power,
        ceremony_power=power,
        tau_g1=multiply_base(g1, in_tau),
        tau_g2=multiply_base(g2, in_tau[:n]),
        alpha_tau_g1=multiply_base(g1, in_tau[:n] * alpha),
        beta_tau_g1=multiply_base(g1, in_tau[:n] * beta),
        beta_g2=multiply_base(g2, FieldArray.from_ints(field, [beta]))[0],
        lagrange=LagrangePowers(
            tau_g1=multiply_base(g1, all_blocks),
            tau_g2=multiply_base(g2, narrow),
            alpha_tau_g1=multiply_base(g1, narrow * alpha),
            beta_tau_g1=multiply_base(g1, narrow * beta),
        ),
    )


def write_known_tau_powers(power: int, output: Path) -> None:
    """A prepared ptau file without contributions (policy refuses it unless told otherwise)."""
    with output.open("wb") as file:
        write_ptau(file, PtauFile(powers=known_tau_powers(BN254, power), contributions=[]))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("circuit", type=Path, nargs="?")
    parser.add_argument("--power", type=int)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.power is not None:
        write_known_tau_powers(arguments.power, arguments.output)
    elif arguments.circuit is not None:
        write_known_tau_key(arguments.circuit, arguments.output)
    else:
        parser.error("give a circuit or --power")


if __name__ == "__main__":
    main()
