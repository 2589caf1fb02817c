"""The QAP: domain sizes, coefficient order, evaluations, quotient on the odd coset."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from tests.support.toy_groth16 import circuit, factors, factors_witness
from zkctl.curve import CURVES, Curve
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import BN254_FR, FieldArray, PrimeField, words_from_ints
from zkctl.groth16 import qap
from zkctl.groth16.keys import QapCoefficients
from zkctl.poly.domain import Domain

FIELDS = [curve.scalar_field for curve in CURVES]


@pytest.mark.parametrize(
    ("constraints", "public", "log_n"),
    [
        (0, 0, 1),
        (0, 1, 1),
        (1, 0, 1),
        (1, 1, 2),
        (2, 1, 2),
        (3, 1, 3),
        (1000, 23, 10),
        (1000, 24, 11),
    ],
)
def test_domain_is_the_next_power_above_rows_plus_public(
    constraints: int, public: int, log_n: int
) -> None:
    assert qap.log_domain_size(constraints, public) == log_n


def test_coefficients_follow_the_rows_then_the_public_signals() -> None:
    field = BN254_FR
    rows = [([(3, 7), (1, 2)], [(2, -1)], [(4, 1)]), ([], [(3, 5)], [(1, 1)]), ([(4, 1)], [], [])]
    got = qap.coefficients_of(circuit(field, rows, 5, 1, 1))
    assert got.matrix.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert got.constraint.tolist() == [0, 0, 0, 1, 2, 3, 4, 5]
    assert got.signal.tolist() == [3, 1, 2, 3, 4, 0, 1, 2]
    r_squared = field.montgomery_r**2
    expected = [c * r_squared % field.modulus for c in (7, 2, -1, 5, 1, 1, 1, 1)]
    assert (got.values == words_from_ints(expected, field.n_words)).all()


@pytest.mark.parametrize("chunk", [1, 3, 1 << 18])
@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_evaluations_do_not_depend_on_the_order_of_the_terms(
    field: PrimeField, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qap, "COEFFICIENTS_AT_ONCE", chunk)
    coefficients = qap.coefficients_of(factors(field))
    order = np.random.default_rng(1).permutation(len(coefficients))
    shuffled = QapCoefficients(
        *(
            getattr(coefficients, name)[order]
            for name in ("matrix", "constraint", "signal", "values")
        )
    )
    a, b = qap.evaluations(shuffled, factors_witness(field), Domain(field, 2))
    assert a.to_ints() == [5, 1, 55, 77]
    assert b.to_ints() == [11, 0, 0, 0]


def test_terms_of_one_wire_in_one_row_add_up() -> None:
    rows = [([(1, 2), (1, 3)], [(0, 1)], [])]
    coefficients = qap.coefficients_of(circuit(BN254_FR, rows, 2, 1, 0))
    a, _ = qap.evaluations(coefficients, words_from_ints([1, 10], 4), Domain(BN254_FR, 2))
    assert a.to_ints() == [50, 1, 10, 0]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("matrix", 2, "coefficient 1 has matrix 2, not below 2"),
        ("constraint", 4, "coefficient 1 has constraint 4, not below 4"),
        ("signal", 5, "coefficient 1 has signal 5, not below 5"),
    ],
)
def test_coefficients_outside_the_circuit_are_refused(
    column: str, value: int, message: str
) -> None:
    coefficients = qap.coefficients_of(factors(BN254_FR))
    changed = getattr(coefficients, column).copy()
    changed[1] = value
    wrong = replace(coefficients, **{column: changed})
    with pytest.raises(EncodingError, match=message):
        qap.evaluations(wrong, factors_witness(BN254_FR), Domain(BN254_FR, 2))


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_quotient_is_minus_two_h_on_the_odd_coset(curve: Curve) -> None:
    field, log_n = curve.scalar_field, 3
    p, n, rng = field.modulus, 1 << log_n, Random(7)
    domain = Domain(field, log_n)
    a, b = ([rng.randrange(p) for _ in range(n)] for _ in range(2))
    got = qap.quotient(FieldArray.from_ints(field, a), FieldArray.from_ints(field, b), domain)
    points = [pow(field.root_of_unity(log_n + 1), 2 * i + 1, p) for i in range(n)]
    c = [x * y % p for x, y in zip(a, b, strict=True)]
    at = [[_interpolate(field, domain, values, x) for x in points] for values in (a, b, c)]
    assert got.to_ints() == [(x * y - z) % p for x, y, z in zip(*at, strict=True)]
    assert all((pow(x, n, p) - 1) % p == p - 2 for x in points)


def _interpolate(field: PrimeField, domain: Domain, values: list[int], x: int) -> int:
    p, n, w = field.modulus, domain.n, domain.root
    terms = (v * pow(w, i, p) * pow(x - pow(w, i, p), -1, p) for i, v in enumerate(values))
    return (pow(x, n, p) - 1) * pow(n, -1, p) * sum(terms) % p


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_largest_domain_uses_the_square_of_the_non_residue(field: PrimeField) -> None:
    s = field.two_adicity
    assert qap.odd_coset_shift(field, s) == 25
    assert qap.odd_coset_shift(field, s - 1) == field.root_of_unity(s)


def test_quotient_of_different_lengths_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"quotient of \(2,\) and \(4,\) values"):
        qap.quotient(
            FieldArray.zeros(BN254_FR, 2), FieldArray.zeros(BN254_FR, 4), Domain(BN254_FR, 1)
        )
