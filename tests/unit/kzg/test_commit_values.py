"""Commitments to values, small and negative ones included."""

from __future__ import annotations

import random

import pytest

from tests.support.toy_gates import evaluated, toy_powers
from zkctl.curve import BN254, CURVES, Curve, G1Array, msm
from zkctl.field import FieldArray
from zkctl.kzg.commit_values import commit_near_line, commit_values
from zkctl.poly import Domain

CASES = {
    "zero": lambda _rng: 0,
    "minus one": lambda _rng: -1,
    "bits": lambda rng: rng.choice((0, 1)),
    "signs": lambda rng: rng.choice((-1, 0, 1, -(2**64) + 1, 2**64 - 1, 2**64, -(2**64))),
    "all": lambda rng: rng.choice((0, 1, -1, rng.randrange(2**252))),
    "few": lambda rng: rng.choice((3**150, -(3**150), 5**100, 2**200, 0)),
    "different": lambda rng: rng.randrange(-(2**252), 2**252),
    "halves": lambda rng: rng.choice((1, -1)) * ((BN254.scalar_field.modulus - 1) // 2),
    "equal low words": lambda rng: 7 + (rng.randrange(3) << 64) + (rng.randrange(3) << 200),
}


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("case", CASES)
def test_against_the_interpolated_polynomial(curve: Curve, case: str) -> None:
    rng, field = random.Random(case), curve.scalar_field
    values = FieldArray.from_ints(field, [CASES[case](rng) for _ in range(16)])
    lagrange = toy_powers(curve).lagrange
    assert lagrange is not None
    found = commit_values(lagrange.tau_g1[15:31], values)
    assert (found == evaluated(curve, Domain(field, 4).intt(values))).all()


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("values", [[5, -5, 5, 5, 9, 9], [1, 1, 1, -1, -1, 0], [4, 4, 3, -3, 2, 1]])
def test_equal_opposite_and_infinite_points(curve: Curve, values: list[int]) -> None:
    point = G1Array.generator(curve.g1)
    infinity = G1Array.infinity(curve.g1, 1)
    points = G1Array.concatenate([point, point, infinity, -point, point, infinity])
    scalars = FieldArray.from_ints(curve.scalar_field, values)
    assert (commit_values(points, scalars) == msm(points, scalars)).all()


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("slope", [0, 1, 3, -1])
def test_values_on_a_line_but_for_a_few(curve: Curve, slope: int) -> None:
    field, powers = curve.scalar_field, toy_powers(curve)
    domain = Domain(field, 4)
    line = [slope * pow(domain.root, i, field.modulus) for i in range(16)]
    assert powers.lagrange is not None
    for changed in (0, 1, 5, 16):
        values = FieldArray.from_ints(field, [7] * changed + line[changed:])
        found = commit_near_line(
            powers.lagrange.tau_g1[15:31], powers.tau_g1[1], values, slope, domain
        )
        assert (found == evaluated(curve, domain.intt(values))).all()
