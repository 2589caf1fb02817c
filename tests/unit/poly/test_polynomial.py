"""Values on the larger domain: stored, or computed."""

from __future__ import annotations

from zkctl.curve import BN254
from zkctl.field import FieldArray
from zkctl.poly.domain import Domain
from zkctl.poly.polynomial import Polynomial

FIELD = BN254.scalar_field


def test_values_are_computed_where_none_are_stored() -> None:
    coefficients = [3, 1, 4, 1]
    found = Polynomial(FieldArray.from_ints(FIELD, coefficients)).extended.to_ints()
    w, r = FIELD.root_of_unity(4), FIELD.modulus
    assert found == [
        sum(c * pow(w, i * j, r) for j, c in enumerate(coefficients)) % r for i in range(16)
    ]


def test_stored_values_are_returned() -> None:
    values = FieldArray.from_ints(FIELD, range(16))
    assert Polynomial(FieldArray.from_ints(FIELD, range(4)), values).extended is values


def test_values_on_the_cosets_are_rows_of_the_larger_domain() -> None:
    domain = Domain(FIELD, 3)
    polynomial = Polynomial(FieldArray.from_ints(FIELD, [3, 1, 4, 1, 5, 9, 2, 6]))
    stored = Polynomial(polynomial.coefficients, polynomial.extended)
    for k in range(4):
        expected = polynomial.extended.to_ints()[k::4]
        for each in (polynomial, stored):
            assert each.on_coset(k, domain.coset(k)).to_ints() == expected


def test_polynomials_of_one_domain_share_its_cosets() -> None:
    cosets = Domain(FIELD, 2).cosets()
    for coefficients in ([3, 1, 4, 1], [0, 0, 0, 0], [0, 0, 0, 5]):
        polynomial = Polynomial(FieldArray.from_ints(FIELD, coefficients))
        assert polynomial.extended_on(cosets).to_ints() == polynomial.extended.to_ints()
    stored = FieldArray.from_ints(FIELD, range(16))
    assert Polynomial(polynomial.coefficients, stored).extended_on(cosets) is stored
