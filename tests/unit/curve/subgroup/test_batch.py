"""Membership of many points at once: members, one stray point anywhere, small orders, what the proof assumes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.points import add, first_curve_points, multiply
from zkctl.curve import (
    BLS12_381,
    BN254,
    G2Array,
    Group,
    PointArray,
    are_in_subgroup,
    is_in_subgroup,
    multiply_base,
    point_array,
)
from zkctl.curve.subgroup.batch import BATCHED, coefficient_bits
from zkctl.field import powers

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]
EACH_GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)
N = BATCHED + 5


def members(group: Group, n: int = N) -> PointArray:
    generator = point_array(group, PointArray.from_ints(group, [group.generator]).data)[0]
    return multiply_base(generator, powers(7, n, group.scalar_field))


def replaced(points: PointArray, index: int, point: Any) -> PointArray:
    data = points.data.copy()
    data[index] = PointArray.from_ints(points.group, [point]).data[0]
    return type(points)(points.group, data)


@EACH_GROUP
def test_members_and_infinity_pass(group: Group) -> None:
    points = members(group)
    assert are_in_subgroup(points)
    assert are_in_subgroup(replaced(points, 3, None))
    assert are_in_subgroup(points[:0])


@pytest.mark.parametrize("index", [0, 1, N // 2, N - 1])
@EACH_GROUP
def test_one_stray_point_fails(group: Group, index: Any) -> None:
    stray = next(p for p in first_curve_points(group, 1))
    if group.cofactor == 1:  # only a point off the curve can be outside
        x, y = stray
        stray = (x, (y[0] + 1,))
    assert not are_in_subgroup(replaced(members(group), index, stray))


def test_one_point_of_small_order_fails_every_time() -> None:
    """A member plus a point of order 10069: one wide combination would miss it once in 10069 times."""
    group = BN254.g2
    order = group.cofactor * group.scalar_field.modulus
    torsion = multiply(group, first_curve_points(group, 1)[0], order // 10069)
    assert torsion is not None
    assert multiply(group, torsion, 10069) is None
    points = replaced(members(group), 77, add(group, group.generator, torsion))
    assert not any(are_in_subgroup(points) for _ in range(10))


def test_stray_points_that_cancel_fail() -> None:
    group = BN254.g2
    stray = first_curve_points(group, 1)[0]
    opposite = multiply(group, stray, group.cofactor * group.scalar_field.modulus - 1)
    points = replaced(replaced(members(group), 4, stray), 5, opposite)
    assert not are_in_subgroup(points)


def test_coefficients_stay_below_the_smallest_order() -> None:
    """What the argument rests on: the cofactors have no prime up to 2^bits."""
    for group in GROUPS:
        bits = coefficient_bits(group)
        if group.cofactor > 1:
            assert all(group.cofactor % d for d in range(2, (1 << bits) + 1))
    assert coefficient_bits(BN254.g2) == 12
    assert coefficient_bits(BLS12_381.g2) == 3
    assert coefficient_bits(BLS12_381.g1) == 1
    assert coefficient_bits(BN254.g1) == 0


def test_a_combination_is_only_taken_where_it_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """BLS12-381 has points of order 3, 11 and 13: each point is tested."""
    asked: list[int] = []

    def counted(points: PointArray) -> np.ndarray:
        asked.append(len(points))
        return is_in_subgroup(points)

    monkeypatch.setattr("zkctl.curve.subgroup.batch.is_in_subgroup", counted)
    assert are_in_subgroup(members(BLS12_381.g2, BATCHED))
    assert are_in_subgroup(members(BN254.g2, BATCHED))
    assert isinstance(members(BN254.g2, 1), G2Array)
    assert asked == [BATCHED, 11]
