"""Number-theoretic transforms against polynomial evaluation in galois."""

from __future__ import annotations

from typing import Any

import galois
import numpy as np
import pytest

from tests.support.numbers import boundary_values, random_values
from zkctl.field import BLS12_381_FR, BN254_FR, FieldArray, PrimeField, powers
from zkctl.poly.domain import Domain

EACH_FIELD = pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=lambda f: f.name)


def coefficients(field: Any, n: int) -> list[int]:
    """Boundary values first, then random ones."""
    return (boundary_values(field) + random_values(field, n))[:n]


def evaluate(field: Any, values: list[int], points: list[int]) -> list[int]:
    """The polynomial with these low-first coefficients at some points."""
    gf = galois.GF(field.modulus, primitive_element=5, verify=False)
    polynomial = galois.Poly(gf(values[::-1]))
    return [int(y) for y in np.asarray(polynomial(gf(points)))]


@EACH_FIELD
@pytest.mark.parametrize("log_n", range(8))
def test_every_output_of_small_transforms(field: PrimeField, log_n: int) -> None:
    domain, values = Domain(field, log_n), coefficients(field, 1 << log_n)
    points = [pow(domain.root, i, field.modulus) for i in range(domain.n)]
    ours = domain.ntt(FieldArray.from_ints(field, values))
    assert ours.to_ints() == evaluate(field, values, points)


@EACH_FIELD
@pytest.mark.parametrize("log_n", [9, 10, 11])
def test_some_outputs_of_larger_transforms(field: PrimeField, log_n: int) -> None:
    domain, values = Domain(field, log_n), coefficients(field, 1 << log_n)
    indices = [0, 1, domain.n // 2, domain.n - 1, 123]
    points = [pow(domain.root, i, field.modulus) for i in indices]
    ours = domain.ntt(FieldArray.from_ints(field, values)).to_ints()
    assert [ours[i] for i in indices] == evaluate(field, values, points)


@EACH_FIELD
@pytest.mark.parametrize("log_n", [0, 1, 2, 3, 4, 5, 6, 9, 12, 15])
def test_interpolation_undoes_evaluation(field: PrimeField, log_n: int) -> None:
    domain = Domain(field, log_n)
    values = FieldArray.from_ints(field, coefficients(field, domain.n))
    assert (domain.intt(domain.ntt(values)) == values).all()
    assert (domain.ntt(domain.intt(values)) == values).all()


@EACH_FIELD
@pytest.mark.parametrize("pattern", ["largest", "zero", "unit", "alternating"])
def test_structured_inputs(field: PrimeField, pattern: str) -> None:
    """The extremes of lazy reduction: all p - 1, all zero, a single one, alternating signs."""
    n, p = 256, field.modulus
    values = {
        "largest": [p - 1] * n,
        "zero": [0] * n,
        "unit": [0] * (n - 1) + [1],
        "alternating": [1, p - 1] * (n // 2),
    }[pattern]
    domain = Domain(field, 8)
    points = [pow(domain.root, i, p) for i in range(n)]
    ours = domain.ntt(FieldArray.from_ints(field, values)).to_ints()
    assert ours == evaluate(field, values, points)


@EACH_FIELD
def test_coset_shift_evaluates_on_the_coset(field: PrimeField) -> None:
    domain, shift = Domain(field, 4), 7
    values = coefficients(field, domain.n)
    points = [shift * pow(domain.root, i, field.modulus) % field.modulus for i in range(domain.n)]
    shifted = FieldArray.from_ints(field, values) * powers(shift, len(values), field)
    assert domain.ntt(shifted).to_ints() == evaluate(field, values, points)
