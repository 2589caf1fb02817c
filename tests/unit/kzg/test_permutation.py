"""The accumulator against its definition."""

from __future__ import annotations

import random

import pytest

from zkctl.curve import CURVES, Curve
from zkctl.field import FieldArray
from zkctl.kzg.permutation import Permutation
from zkctl.poly.domain import Domain


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_against_the_definition(curve: Curve) -> None:
    field, rng, domain = curve.scalar_field, random.Random(3), Domain(curve.scalar_field, 4)
    p, n = field.modulus, 16
    columns, sigmas = ([[rng.randrange(p) for _ in range(n)] for _ in range(3)] for _ in range(2))
    beta, gamma, k1, k2 = rng.randrange(p), rng.randrange(p), 2, 5
    expected = [1]
    for i in range(n - 1):
        value = expected[-1]
        for f, sigma, k in zip(columns, sigmas, (1, k1, k2), strict=True):
            value = value * (f[i] + beta * k * pow(domain.root, i, p) + gamma) % p
            value = value * pow(f[i] + beta * sigma[i] + gamma, -1, p) % p
        expected.append(value)
    made, labels = (
        [FieldArray.from_ints(field, each) for each in group] for group in (columns, sigmas)
    )
    found = Permutation(beta, gamma, k1, k2).accumulator(made, labels, domain.points)
    assert found.to_ints() == expected
