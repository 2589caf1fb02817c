"""Weights of the powers against a sum over every block, in Python integers; any window gives the same."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.curve import BLS12_381, BN254
from zkctl.field import PrimeField
from zkctl.srs.lagrange_weights import LagrangeWeights

FIELDS = pytest.mark.parametrize(
    "field", [BN254.scalar_field, BLS12_381.scalar_field], ids=lambda f: f.name
)


def slow_weight(weights: LagrangeWeights, blocks: range, j: int) -> int:
    """sum over blocks and i of rho^(n - 1 + i) times the coefficient of X^j in L_i."""
    field = weights.scalar_field
    r, total = field.modulus, 0
    for log_n in blocks:
        n, w = 1 << log_n, field.root_of_unity(log_n)
        if j < n:
            row = (pow(weights.rho, n - 1 + i, r) * pow(w, -i * j, r) for i in range(n))
            total += sum(row) * pow(n, -1, r)
    return total % r


@pytest.mark.parametrize("blocks", [range(5), range(4, 5), range(1)])
@FIELDS
def test_weights_of_powers(field: PrimeField, blocks: Any) -> None:
    weights = LagrangeWeights(field)
    expected = [slow_weight(weights, blocks, j) for j in range(17)]
    assert weights.of_powers(blocks, 0, 17).to_ints() == expected
    for start, stop in ((0, 1), (3, 9), (15, 17), (8, 8)):
        assert weights.of_powers(blocks, start, stop).to_ints() == expected[start:stop]


@FIELDS
def test_weights_of_blocks(field: PrimeField) -> None:
    weights = LagrangeWeights(field)
    expected = [pow(weights.rho, k, field.modulus) for k in range(7)]
    assert weights.of_blocks(0, 7).to_ints() == expected
    assert weights.of_blocks(5, 7).to_ints() == expected[5:]


def test_rho_is_fresh() -> None:
    assert LagrangeWeights(BN254.scalar_field).rho != LagrangeWeights(BN254.scalar_field).rho
