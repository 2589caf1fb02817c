"""The numpy group kernels: every pair of generator multiples, infinity, duplicates, points outside the group."""

from __future__ import annotations

import pytest

from tests.support.points import add, first_curve_points, multiply, negate
from zkctl.curve import BLS12_381, BN254, Group, PointArray
from zkctl.curve.kernels.numpy import NumpyGroupKernels

EACH_GROUP = pytest.mark.parametrize(
    "group", [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2], ids=lambda g: g.name
)


def sums(group: Group, left: list, right: list) -> list:
    x, y = (PointArray.from_ints(group, points).data for points in (left, right))
    return PointArray(group, NumpyGroupKernels(group).add(x, y)).to_ints()


@EACH_GROUP
def test_addition_is_complete(group: Group) -> None:
    small = [multiply(group, group.generator, k) for k in (0, 1, 2, 3, 5)]
    outside = first_curve_points(group, 2)
    pool = small + outside
    pool += [negate(group, p) for p in pool[1:]]
    left = [p for p in pool for _ in pool]
    right = [q for _ in pool for q in pool]
    assert sums(group, left, right) == [add(group, p, q) for p, q in zip(left, right, strict=True)]


@EACH_GROUP
@pytest.mark.parametrize("n", [0, 1, 300])
def test_many_equal_pairs(group: Group, n: int) -> None:
    double = add(group, group.generator, group.generator)
    assert sums(group, [group.generator] * n, [group.generator] * n) == [double] * n


@EACH_GROUP
def test_doubling_a_point_with_y_zero_gives_infinity(group: Group) -> None:
    """No such point lies on these curves; a kernel must not answer with nonsense for foreign points either."""
    point = (tuple([5] * group.degree), tuple([0] * group.degree))
    assert sums(group, [point], [point]) == [None]
