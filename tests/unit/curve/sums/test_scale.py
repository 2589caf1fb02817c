"""Fixed-base and element-wise scalar multiplication."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.support import points as integer_points
from zkctl.curve import BLS12_381, BN254, PointArray, multiply_base, multiply_each
from zkctl.curve.curves.parameters import Group
from zkctl.curve.subgroup.endomorphism import endomorphism
from zkctl.errors import ShapeError
from zkctl.field import FieldArray

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]


def factors(group: Any, n: Any):
    rng, r = random.Random(n), group.scalar_field.modulus
    return [rng.choice([0, 1, 2, r - 1, 8, rng.randrange(r)]) for _ in range(n)]


@pytest.mark.parametrize("group", GROUPS, ids=str)
@pytest.mark.parametrize("n", [0, 1, 40])
def test_multiply_base(group: Group, n: int) -> None:
    s = factors(group, n)
    got = multiply_base(PointArray.generator(group), FieldArray.from_ints(group.scalar_field, s))
    assert got.to_ints() == [integer_points.multiply(group, group.generator, k) for k in s]


@pytest.mark.parametrize("members", [False, True])
@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_multiply_each(group: Group, members: bool) -> None:
    phi, r = endomorphism(group), group.scalar_field.modulus
    s = factors(group, 40)
    s += [(a + b * phi.eigenvalue) % r for a in (-8, -1, 0, 1, 8) for b in (-8, -1, 0, 1, 8)]
    n = len(s)
    base = [
        integer_points.multiply(group, group.generator, k % 5) for k in range(n)
    ]  # infinity and repeats too
    points = PointArray.from_ints(group, base)
    scalars = FieldArray.from_ints(group.scalar_field, s)
    got = multiply_each(points, scalars, members=members).to_ints()
    assert got == [
        integer_points.multiply(group, p, k) if p else None for p, k in zip(base, s, strict=True)
    ]


@pytest.mark.parametrize("group", [BN254.g2, BLS12_381.g1, BLS12_381.g2], ids=str)
def test_points_outside_the_group(group: Group) -> None:
    """Who does not vouch for membership gets what the definition says."""
    base = integer_points.first_curve_points(group, 6)
    s = [group.scalar_field.modulus - k for k in range(1, 7)]
    points = PointArray.from_ints(group, base)
    got = multiply_each(points, FieldArray.from_ints(group.scalar_field, s)).to_ints()
    assert got == [integer_points.multiply(group, p, k) for p, k in zip(base, s, strict=True)]


@pytest.mark.parametrize("factor", [0, 1, -1, 3, 1 << 250])
def test_one_scalar_for_all(factor: int) -> None:
    group = BN254.g1
    r = group.scalar_field.modulus
    base = [integer_points.multiply(group, group.generator, k) for k in (1, 2, 0, 7)]
    scalar = FieldArray.from_ints(group.scalar_field, [factor])[0]
    got = multiply_each(PointArray.from_ints(group, base), scalar).to_ints()
    assert got == [integer_points.multiply(group, p, factor % r) if p else None for p in base]


def test_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    module = sys.modules["zkctl.curve.sums.scale"]
    monkeypatch.setattr(module, "POINTS_PER_RUN", 16)
    monkeypatch.setattr(module, "SCALARS_PER_RUN", 16)
    group, field = BN254.g1, BN254.g1.scalar_field
    s = FieldArray.from_ints(field, list(range(50)))
    products = multiply_base(PointArray.generator(group), s)
    squares = multiply_each(products, s)
    want = multiply_base(PointArray.generator(group), s * s)
    assert (squares == want).all()


def test_base_at_infinity() -> None:
    group = BN254.g1
    s = FieldArray.from_ints(group.scalar_field, [1, 2])
    assert multiply_base(PointArray.infinity(group), s).is_infinity().all()


def test_lengths_must_agree() -> None:
    group = BN254.g1
    points = PointArray.infinity(group, 2)
    with pytest.raises(ShapeError, match="scalars do not match the points: expected 2, got 3"):
        multiply_each(points, FieldArray.from_ints(group.scalar_field, [1, 2, 3]))
