"""Point arrays: layout, broadcasting, questions, refusals (the group law is tested in tests/oracle)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.points import add, multiply, negate
from zkctl.curve import BLS12_381, BN254, G1Array, G2Array, Group, PointArray, point_array
from zkctl.errors import ShapeError

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]
EACH_GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)


def multiples(group: Group, factors: list[int]) -> PointArray:
    points = [multiply(group, group.generator, k) for k in factors]
    return point_array(group, PointArray.from_ints(group, points).data)


@EACH_GROUP
def test_layout_is_that_of_files(group: Group) -> None:
    """x then y, Montgomery words with R = 2^(64 n), infinity all zero."""
    field = group.base_field
    points = multiples(group, [1, 0])
    x, y = group.generator
    expected = b"".join(
        (c * field.montgomery_r % field.modulus).to_bytes(field.n_bytes, "little") for c in (*x, *y)
    )
    assert points.data.tobytes() == expected + bytes(group.point_bytes)
    assert points.to_ints() == [group.generator, None]


@EACH_GROUP
def test_own_type(group: Group) -> None:
    assert type(multiples(group, [1])) is (G1Array if group.degree == 1 else G2Array)
    assert type(multiples(group, [1]) + multiples(group, [2])) is type(multiples(group, [1]))


def test_wrong_words_are_refused() -> None:
    for words in (np.zeros((3, 16), np.uint64), np.zeros((3, 8), np.int64)):
        with pytest.raises(
            ShapeError, match=r"words do not fit bn254.g1: expected \(..., 8\) uint64, got"
        ):
            G1Array(BN254.g1, words)


@EACH_GROUP
def test_operators(group: Group) -> None:
    points, one = multiples(group, [0, 1, 2, 3]), multiples(group, [1])[0]
    ints, g = points.to_ints(), group.generator
    assert (points + one).to_ints() == [add(group, p, g) for p in ints]
    assert (points - one).to_ints() == [add(group, p, negate(group, g)) for p in ints]
    assert (-points).to_ints() == [negate(group, p) for p in ints]
    assert (-one).to_ints() == [negate(group, g)]
    assert points.doubled(3).to_ints() == [multiply(group, p, 8) for p in ints]
    assert points.sum().to_ints() == [multiply(group, g, 6)]
    assert points[:0].sum().to_ints() == [None]


@EACH_GROUP
def test_questions(group: Group) -> None:
    points = multiples(group, [0, 1, 2, 0])
    assert points.is_infinity().tolist() == [True, False, False, True]
    assert (points == points[::-1]).tolist() == [True, False, False, True]
    assert (points == "points") is False
    assert points.shape == (4,)
    assert points[1].shape == ()
    assert [p.to_ints()[0] for p in points] == points.to_ints()


@EACH_GROUP
def test_concatenate(group: Group) -> None:
    points = multiples(group, [1, 2])
    joined = type(points).concatenate([points, points[0], type(points).infinity(group, 1)])
    assert joined.to_ints() == [*points.to_ints(), group.generator, None]


def test_representation() -> None:
    assert repr(multiples(BN254.g2, [1])) == "G2Array(bn254.g2, shape=(1,))"
    assert repr(BN254.g1) == "Group(bn254.g1)"
