"""Values on the larger domain: stored, or computed."""

from __future__ import annotations

from zkctl.curve import BN254
from zkctl.field import FieldArray
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
