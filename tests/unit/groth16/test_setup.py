"""Setup: equal to snarkjs' keys byte for byte, and to the formulas in the exponent."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from tests.support.points import first_curve_points
from tests.support.toy_groth16 import Secrets, circuit, factors, lagrange_values, powers_of_tau
from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.curve import BN254, CURVES, Curve, G1Array, G2Array, PointArray, multiply_base
from zkctl.errors import EncodingError, EnvironmentProblem, InputError, IntegrityError
from zkctl.field import BLS12_381_FR, BN254_FR, FieldArray
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.groth16.keys import ProvingKey, QapCoefficients
from zkctl.groth16.qap import log_domain_size
from zkctl.groth16.setup import initial_key
from zkctl.srs.powers_of_tau import PowersOfTau


def assert_same(got: ProvingKey, expected: ProvingKey) -> None:
    for field in fields(ProvingKey):
        a, b = getattr(got, field.name), getattr(expected, field.name)
        if isinstance(a, PointArray):
            assert np.array_equal(a.data, b.data), field.name
        elif isinstance(a, QapCoefficients):
            parts = [part.name for part in fields(QapCoefficients)]
            assert all(np.array_equal(getattr(a, n), getattr(b, n)) for n in parts), field.name
        else:
            assert a == b, field.name


@pytest.mark.parametrize(
    ("folder", "r1cs", "ptau", "zkey"),
    [
        ("golden_bn128", "multiplier.r1cs", "pot6_final.ptau", "multiplier_0000.zkey"),
        ("p0tion", "circuit.r1cs", "powersOfTau28_hez_final_02.ptau", "circuit_0000.zkey"),
    ],
)
def test_keys_of_snarkjs(data: Path, folder: str, r1cs: str, ptau: str, zkey: str) -> None:
    got = initial_key(read_r1cs(data / folder / r1cs), read_ptau(data / folder / ptau).powers)
    assert_same(got, read_zkey(data / folder / zkey).key)


@pytest.mark.parametrize("name", ["tau_g1", "tau_g2", "alpha_tau_g1", "beta_tau_g1"])
@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_points_outside_their_group_are_refused(curve: Curve, name: str) -> None:
    powers = powers_of_tau(curve, 2)
    r1cs = factors(curve.scalar_field)
    assert powers.lagrange is not None
    given = getattr(powers.lagrange, name)
    data = given.data.copy()
    group, start = given.group, (1 << log_domain_size(r1cs.n_constraints, r1cs.n_public)) - 1
    bad = [PointArray.from_ints(group, [point]).data[0] for point in first_curve_points(group, 1)]
    if group.cofactor == 1:  # every point of the curve is in the group
        bad = [data[start] + np.uint64(1)]
    data[start + 1] = bad[0]
    lagrange = replace(powers.lagrange, **{name: type(given)(group, data)})
    message = "a point of the powers of tau in Lagrange form is not in its group"
    with pytest.raises(EncodingError, match=message) as caught:
        initial_key(r1cs, replace(powers, lagrange=lagrange))
    assert caught.value.where == f"lagrange {name}"


def _exponents(r1cs: R1CS, log_n: int, secrets: Secrets) -> dict[str, list[int]]:
    """u_i, v_i and beta u_i + alpha v_i + w_i at tau, with Python integers."""
    p, values = r1cs.field.modulus, lagrange_values(r1cs.field, log_n, secrets.tau)

    def columns(matrix: SparseMatrix) -> list[int]:
        out = [0] * r1cs.n_wires
        for k in range(matrix.n_rows):
            for wire, coefficient in matrix.row(k):
                out[wire] = (out[wire] + coefficient * values[k]) % p
        return out

    u, v, w = columns(r1cs.a), columns(r1cs.b), columns(r1cs.c)
    for s in range(r1cs.n_public + 1):
        u[s] = (u[s] + values[r1cs.n_constraints + s]) % p
    triples = zip(u, v, w, strict=True)
    return {
        "u": u,
        "v": v,
        "l": [(secrets.beta * a + secrets.alpha * b + c) % p for a, b, c in triples],
    }


RICH = [  # repeated wires, a zero coefficient, an empty row, large and small coefficients
    ([(1, 1), (3, -1), (3, 5)], [(2, 9), (0, -8)], [(4, 2**200 + 7)]),
    ([], [(4, 1)], [(0, 0)]),
    ([(5, -(2**130)), (1, 15)], [(5, 16), (1, 2)], [(1, -1), (2, 1)]),
]


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_keys_hold_the_polynomials_at_tau(curve: Curve) -> None:
    r1cs = circuit(curve.scalar_field, RICH, 7, 1, 1)  # wire 6 is used nowhere
    secrets, log_n = Secrets(), 3
    key = initial_key(r1cs, powers_of_tau(curve, 3, secrets))
    exponents = _exponents(r1cs, log_n, secrets)
    g1, g2 = G1Array.generator(curve.g1), G2Array.generator(curve.g2)
    field = curve.scalar_field
    odd = lagrange_values(field, log_n + 1, secrets.tau)[1::2]
    expected = [
        (key.a_query, g1, exponents["u"]),
        (key.b_g1_query, g1, exponents["v"]),
        (key.b_g2_query, g2, exponents["v"]),
        (G1Array.concatenate([key.gamma_abc_g1, key.l_query]), g1, exponents["l"]),
        (key.h_query, g1, odd),
    ]
    for points, base, scalars in expected:
        assert (points == multiply_base(base, FieldArray.from_ints(field, scalars))).all()
    assert np.flatnonzero(key.a_query.is_infinity()).tolist() == [4, 6]  # not in A
    assert (key.n_vars, key.n_public, key.domain_size) == (7, 2, 8)


def _powers(n: int = 2) -> PowersOfTau:
    return powers_of_tau(BN254, n)


def test_too_small_powers_are_refused_with_both_sizes() -> None:
    r1cs = circuit(BN254_FR, [([(1, 1)], [(1, 1)], [(1, 1)])] * 7, 2, 1, 0)
    with pytest.raises(
        EnvironmentProblem,
        match=r"the powers of tau are too small: expected 2\^4 or more, got 2\^2",
    ) as caught:
        initial_key(r1cs, _powers())
    assert caught.value.hint == "use a ptau file of power 4 or more"


def test_unprepared_powers_are_refused() -> None:
    with pytest.raises(EnvironmentProblem, match="the powers of tau are not prepared for phase 2"):
        initial_key(factors(BN254_FR), replace(_powers(), lagrange=None))


def test_other_curve_is_refused() -> None:
    with pytest.raises(IntegrityError, match=r"is over bls12_381.fr, the powers of tau over bn254"):
        initial_key(factors(BLS12_381_FR), _powers())


def test_custom_gates_are_refused() -> None:
    with pytest.raises(
        InputError, match="the circuit uses custom gates, which no proof system here can express"
    ):
        initial_key(replace(factors(BN254_FR), has_custom_gates=True), _powers())
