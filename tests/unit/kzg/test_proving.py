"""Blinding, public signals and the parts of a quotient."""

from __future__ import annotations

import pytest

from zkctl.curve import CURVES, Curve
from zkctl.errors import UnsatisfiedError
from zkctl.field import FieldArray
from zkctl.kzg.proving import (
    QUOTIENT_COSETS,
    blinded,
    check_verified,
    parts_of,
    public_polynomial,
)
from zkctl.poly.domain import Domain


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_blinding_changes_no_value_on_the_domain(curve: Curve) -> None:
    domain = Domain(curve.scalar_field, 3)
    values = FieldArray.from_ints(domain.field, range(8))
    first, second = blinded(domain, values, 3), blinded(domain, values, 3)
    assert len(first) == 11
    assert not (first[8:] == second[8:]).any()
    assert not first[8:].is_zero().any()
    for each in (first, second):
        assert (domain.coset(0).values(each) == values).all()


@pytest.mark.parametrize("public", [[], [5], [5, 0, 7]])
def test_public_signals_are_in_the_first_rows(public: list[int]) -> None:
    domain = Domain(CURVES[0].scalar_field, 3)
    found = public_polynomial(domain, FieldArray.from_ints(domain.field, public))
    p = domain.field.modulus
    assert domain.ntt(found).to_ints() == [-x % p for x in public] + [0] * (8 - len(public))


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_parts_from_values_on_three_cosets(curve: Curve) -> None:
    domain = Domain(curve.scalar_field, 3)
    whole = FieldArray.from_ints(domain.field, range(1, 25))
    cosets = [domain.coset(k) for k in QUOTIENT_COSETS]
    remainders = []
    for coset in cosets:
        total = FieldArray.zeros(domain.field, 8)
        for k in range(3):
            factor = pow(coset.shift_to_n, k, domain.field.modulus)
            total = total + coset.values(whole[8 * k : 8 * k + 8]) * factor
        remainders.append(coset.coefficients(total))
    low, mid, high = parts_of(domain, remainders)
    assert low.to_ints() + mid.to_ints() + high.to_ints() == whole.to_ints()


def test_a_proof_that_does_not_hold_is_not_returned() -> None:
    check_verified(True)
    with pytest.raises(
        UnsatisfiedError, match="the witness does not satisfy the circuit of this key"
    ) as caught:
        check_verified(False)
    assert "`r1cs`" in caught.value.hint
