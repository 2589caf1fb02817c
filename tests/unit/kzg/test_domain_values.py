"""Lagrange polynomials at a point, against their definition."""

from __future__ import annotations

import pytest

from tests.support.polynomials import Polynomials
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.kzg.domain_values import domain_values, public_value

FIELDS = pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)


@FIELDS
@pytest.mark.parametrize("n_rows", [0, 1, 3, 8])
def test_values_are_those_of_the_polynomials(field: PrimeField, n_rows: int) -> None:
    p, root, point = field.modulus, field.root_of_unity(3), 123456789
    found = domain_values(field, 3, point, n_rows)
    assert found is not None
    assert found.vanishing == (pow(point, 8, p) - 1) % p
    f, expected = Polynomials(p), []
    for k in range(max(1, n_rows)):
        basis = f.interpolate([int(i == k) for i in range(8)], root)
        expected.append(f.value(basis, point))
    assert list(found.lagrange) == expected
    product = 1
    for k in range(max(1, n_rows)):
        product = product * 8 * (point - pow(root, k, p)) % p
    assert found.denominator == product


@FIELDS
def test_there_are_none_on_the_domain(field: PrimeField) -> None:
    for k in range(8):
        assert domain_values(field, 3, pow(field.root_of_unity(3), k, field.modulus), 2) is None
    assert domain_values(field, 3, field.root_of_unity(4), 2) is not None
    assert domain_values(field, 3, 0, 2) is not None


def test_public_signals_are_subtracted() -> None:
    assert public_value([3, 4], [5, 6], 101) == -39 % 101
    assert public_value([], [5], 101) == 0
