"""Setup of Groth16: a constraint system and powers of tau make the key that phase 2 starts from.

With the Lagrange points L_c = [L_c(tau)]_1 of the domain (qap.py) and m constraints:
a_query[s] = sum_c A[c, s] L_c (+ L_{m + s} for public s), b_*_query[s] = sum_c B[c, s] L_c, and
beta a + alpha b + c goes to gamma_abc_g1 (public s) or l_query (private s).  gamma = delta = 1
here: anyone can forge proofs under this key until phase 2 has a contribution.
"""

from __future__ import annotations

import numpy as np

from zkctl.constraints.r1cs import R1CS, SparseMatrix, custom_gates_refused
from zkctl.curve import G1Array, G2Array, are_in_subgroup
from zkctl.curve.sums.sparse_combination import SparseCombination
from zkctl.errors import EncodingError, EnvironmentProblem, IntegrityError
from zkctl.field import FieldArray
from zkctl.groth16.keys import ProvingKey
from zkctl.groth16.qap import coefficients_of, log_domain_size, row_of_terms
from zkctl.srs.powers_of_tau import LagrangePowers, PowersOfTau


def initial_key(r1cs: R1CS, powers: PowersOfTau) -> ProvingKey:
    """Return the proving key before any contribution of phase 2, byte for byte as other tools compute it.

    Raises: InputError for custom gates, IntegrityError for another curve, EnvironmentProblem for
    powers that are too small or unprepared, EncodingError for a point outside its group.
    """
    lagrange = _matching_lagrange(r1cs, powers)
    log_n, curve = log_domain_size(r1cs.n_constraints, r1cs.n_public), powers.curve
    n, n_public = 1 << log_n, r1cs.n_public
    tau_g1, tau_g2, alpha_tau_g1, beta_tau_g1 = _members(lagrange, slice(n - 1, 2 * n - 1))
    a, b, c = (_columns(matrix, r1cs.n_wires) for matrix in (r1cs.a, r1cs.b, r1cs.c))
    a = _with_public_rows(a, r1cs)
    combined = SparseCombination.added([a, b, c], n)
    combined_g1 = combined.apply(beta_tau_g1, alpha_tau_g1, tau_g1, members=True)
    g1, g2 = G1Array.generator(curve.g1), G2Array.generator(curve.g2)
    return ProvingKey(
        curve=curve,
        domain_size=n,
        alpha_g1=powers.alpha_tau_g1[0],
        beta_g1=powers.beta_tau_g1[0],
        beta_g2=powers.beta_g2,
        gamma_g2=g2,
        delta_g1=g1,
        delta_g2=g2,
        gamma_abc_g1=combined_g1[: n_public + 1],
        a_query=a.apply(tau_g1, members=True),
        b_g1_query=b.apply(tau_g1, members=True),
        b_g2_query=b.apply(tau_g2, members=True),
        l_query=combined_g1[n_public + 1 :],
        h_query=_h_query(lagrange, log_n, curve.scalar_field.two_adicity),
        coefficients=coefficients_of(r1cs),
    )


def _matching_lagrange(r1cs: R1CS, powers: PowersOfTau) -> LagrangePowers:
    """Return the Lagrange powers; check that circuit and powers of tau belong together."""
    if r1cs.has_custom_gates:
        raise custom_gates_refused()
    if r1cs.field != powers.curve.scalar_field:
        raise IntegrityError(
            f"the circuit is over {r1cs.field.name}, the powers of tau over {powers.curve.name}",
            hint="compile the circuit for the curve of the ptau file",
        )
    need = log_domain_size(r1cs.n_constraints, r1cs.n_public)
    if need > powers.power:
        raise EnvironmentProblem(
            f"the powers of tau are too small: expected 2^{need} or more, got 2^{powers.power}",
            hint=f"use a ptau file of power {need} or more",
        )
    if powers.lagrange is None:
        raise EnvironmentProblem(
            "the powers of tau are not prepared for phase 2",
            hint="run `prepare_ptau()` on the file first",
        )
    return powers.lagrange


def _members(lagrange: LagrangePowers, block: slice) -> tuple[G1Array, G2Array, G1Array, G1Array]:
    """Return one block of each section; check that its points are in their groups."""
    found = (
        lagrange.tau_g1[block],
        lagrange.tau_g2[block],
        lagrange.alpha_tau_g1[block],
        lagrange.beta_tau_g1[block],
    )
    for name, points in zip(
        ("tau_g1", "tau_g2", "alpha_tau_g1", "beta_tau_g1"), found, strict=True
    ):
        if not are_in_subgroup(points):
            raise EncodingError(
                "a point of the powers of tau in Lagrange form is not in its group",
                where=f"lagrange {name}",
                hint="run `verify_ptau()` to find the first one",
            )
    return found


def _columns(matrix: SparseMatrix, n_wires: int) -> SparseCombination:
    """Return a matrix by columns: wire s combines the Lagrange points of its rows."""
    plain = FieldArray(matrix.field, matrix.values)
    return SparseCombination(row_of_terms(matrix), matrix.wires.astype(np.int64), plain, n_wires)


def _with_public_rows(columns: SparseCombination, r1cs: R1CS) -> SparseCombination:
    """Add the rows n_constraints + s with coefficient 1 for s = 0 .. n_public."""
    signals = np.arange(r1cs.n_public + 1, dtype=np.int64)
    ones = np.zeros((len(signals), r1cs.field.n_words), np.uint64)
    ones[:, 0] = 1
    values = np.concatenate([columns.coefficients.data, ones])
    return SparseCombination(
        np.concatenate([columns.sources, r1cs.n_constraints + signals]),
        np.concatenate([columns.targets, signals]),
        FieldArray(r1cs.field, values),
        columns.n_targets,
    )


def _h_query(lagrange: LagrangePowers, log_n: int, two_adicity: int) -> G1Array:
    """Return the odd-coset Lagrange points: the odd members of the block of size 2 N.

    Where no root of order 2 N exists, the block is that of H and its coset, one after the other.
    """
    n = 1 << log_n
    block = lagrange.tau_g1[2 * n - 1 : 4 * n - 1]
    odd = block.data[n:] if log_n == two_adicity else block.data[1::2]
    return G1Array(block.group, np.ascontiguousarray(odd))
