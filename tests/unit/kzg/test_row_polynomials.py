"""The rows over a domain; refusals that the setups of PLONK and fflonk share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.points import first_curve_points
from tests.support.toy_gates import mixed, toy_powers
from tests.support.toy_groth16 import circuit
from zkctl.constraints.plonk.arithmetise import plonk_gates
from zkctl.curve import BLS12_381, BN254, CURVES, Curve, G1Array
from zkctl.errors import EncodingError, EnvironmentProblem, InputError, IntegrityError
from zkctl.kzg.row_polynomials import (
    RowPolynomials,
    check_circuit,
    check_powers,
    log_rows,
    members,
)
from zkctl.poly import Domain

FIELD = BN254.scalar_field


def test_custom_gates() -> None:
    with pytest.raises(InputError, match="no proof system here can express"):
        check_circuit(replace(mixed(FIELD), has_custom_gates=True), toy_powers(BN254))


def test_another_curve() -> None:
    with pytest.raises(IntegrityError) as caught:
        check_circuit(mixed(BLS12_381.scalar_field), toy_powers(BN254))
    message = "the circuit is over bls12_381.fr, the powers of tau over bn254"
    assert caught.value.message == message
    assert caught.value.hint == "compile the circuit for the curve of the ptau file"


def test_no_constraint_and_no_public_signal() -> None:
    with pytest.raises(InputError) as caught:
        check_circuit(circuit(FIELD, [], 2, 0, 0), toy_powers(BN254))
    assert caught.value.message == (
        "the circuit has no constraint left and no public signal: there is nothing to prove"
    )
    assert caught.value.hint == (
        "compile without simplification (--O0) or constrain a product of signals"
    )
    check_circuit(circuit(FIELD, [], 2, 1, 0), toy_powers(BN254))
    check_circuit(circuit(FIELD, [([], [], [])], 2, 0, 0), toy_powers(BN254))


@pytest.mark.parametrize(
    ("n_rows", "log_n"), [(1, 3), (8, 3), (9, 4), (16, 4), (17, 5), (2**20, 20), (2**20 + 1, 21)]
)
def test_the_size_of_the_domain(n_rows: int, log_n: int) -> None:
    assert log_rows(n_rows) == log_n


@pytest.mark.parametrize(
    ("log_n", "n_powers", "need"), [(7, 10, 7), (3, 127, 6), (3, 128, 7), (3, 255, 7), (3, 256, 8)]
)
def test_too_small_powers(log_n: int, n_powers: int, need: int) -> None:
    if need == 6:
        check_powers(toy_powers(BN254), log_n, n_powers)
        return
    with pytest.raises(EnvironmentProblem) as caught:
        check_powers(toy_powers(BN254), log_n, n_powers)
    message = f"the powers of tau are too small: expected 2^{need} or more, got 2^6"
    assert caught.value.message == message
    assert caught.value.hint == f"use a ptau file of power {need} or more"


def test_unprepared_powers() -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        check_powers(replace(toy_powers(BN254), lagrange=None), 3, 14)
    assert caught.value.message == "the powers of tau are not prepared for phase 2"
    assert caught.value.hint == "run `prepare_ptau()` on the file first"


def test_points_outside_their_group() -> None:
    good = toy_powers(BLS12_381).tau_g1[:4]
    assert members(good, "tau_g1") is good
    outside = G1Array.from_ints(BLS12_381.g1, first_curve_points(BLS12_381.g1, 1))
    with pytest.raises(EncodingError) as caught:
        members(G1Array.concatenate([good, outside]), "tau_g1")
    assert caught.value.message == "a point of the powers of tau is not in its group"
    assert caught.value.where == "tau_g1"
    assert caught.value.hint == "run `verify_ptau()` to find the first one"


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_cosets_and_permutation(curve: Curve) -> None:
    field = curve.scalar_field
    rows = RowPolynomials(plonk_gates(mixed(field)), Domain(field, 3))
    k1, k2 = rows.shifts
    assert (k1, k2) == (2, 3)
    labels = [k * pow(rows.domain.root, i, field.modulus) for k in (1, 2, 3) for i in range(8)]
    found = [value for column in rows.sigmas() for value in column.to_ints()]
    assert sorted(found) == sorted(label % field.modulus for label in labels)
    assert rows.selector("q_l").to_ints()[:2] == [1, 1]
    assert rows.selector("q_l").to_ints()[-1] == 0


def test_the_last_rows_are_free_for_blinding() -> None:
    rows = RowPolynomials(plonk_gates(mixed(FIELD)), Domain(FIELD, 3), 2)
    w = rows.domain.root
    for k, column in zip((1, 2, 3), rows.sigmas(), strict=True):
        assert column.to_ints()[6:] == [
            k * pow(w, i, FIELD.modulus) % FIELD.modulus for i in (6, 7)
        ]


def test_shifts_that_lie_in_the_domain_are_passed_over() -> None:
    class Field:
        modulus = 73

    class Ninth:
        field, n = Field, 9  # modulo 73, 2 has order 9: k1 = 3; 6 = 2 * 3 is in its coset

    rows = RowPolynomials(plonk_gates(mixed(FIELD)), Ninth)  # type: ignore[arg-type]
    assert rows.shifts == (3, 5)


def test_padding_rows_lie_on_lines() -> None:
    gates = plonk_gates(mixed(FIELD))
    rows = RowPolynomials(gates, Domain(FIELD, 5))
    first = gates.wires.shape[1] + 1
    for slope, column in zip(rows.padding_slopes, rows.sigmas(), strict=True):
        expected = [slope * pow(rows.domain.root, i, FIELD.modulus) for i in range(first, 32)]
        assert column.to_ints()[first:] == [value % FIELD.modulus for value in expected]
