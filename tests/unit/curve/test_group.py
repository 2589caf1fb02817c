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


def test_bytes_that_are_no_whole_points() -> None:
    with pytest.raises(
        ShapeError, match=r"bytes do not fit bn254\.g1: expected a multiple of 64, got 65"
    ):
        PointArray.from_bytes(BN254.g1, bytes(65))
    assert PointArray.from_bytes(BN254.g1, b"").shape == (0,)
    assert PointArray.from_bytes(BN254.g1, bytes(128)).to_ints() == [None, None]


def reduced_and_not() -> list[tuple[bytes, int | None, bool]]:
    """Bytes of three points, the first one with a coordinate that is not reduced, and whether one is infinite."""
    q, fine = BN254.base_field.modulus, PointArray.generator(BN254.g1).to_bytes()
    large = q.to_bytes(32, "little")
    return [
        (fine * 3, None, False),
        (fine + bytes(64) + fine, None, True),
        (fine * 2 + large + fine[32:], 2, False),
        (fine + fine[:32] + large + bytes(64), 1, True),
        (bytes([255]) * 192, 0, False),
    ]


@pytest.mark.parametrize(("raw", "first", "infinite"), reduced_and_not())
@pytest.mark.parametrize("copies", [1, 30])
def test_questions_have_one_answer_for_bytes_and_arrays(
    raw: bytes, first: int | None, copies: int, *, infinite: bool
) -> None:
    held = PointArray.from_bytes(BN254.g1, raw * copies)
    array = PointArray(BN254.g1, PointArray.from_bytes(BN254.g1, raw * copies).data)
    assert not array.is_bytes
    for points in (held, array):
        assert points.first_not_reduced() == first
        assert points.has_infinity() is infinite
        assert points.rows() == [raw[k : k + 64] for k in (0, 64, 128)] * copies


@pytest.mark.parametrize("group", [BN254.g1, BN254.g2], ids=str)
def test_bytes_and_arrays_have_the_same_opposites_and_sums(group: Group) -> None:
    ints = [group.generator, None, group.generator]
    for index in (slice(None), 0, 1):
        held = PointArray.from_ints(group, ints)[index]
        array = PointArray(group, PointArray.from_ints(group, ints).data)[index]
        assert (-held).to_bytes() == (-array).to_bytes() and (-held).shape == array.shape
        for times in (1, 3):
            assert held.doubled(times).to_bytes() == array.doubled(times).to_bytes()
        held = PointArray.from_ints(group, ints)[index]
        single = PointArray.from_ints(group, ints)[0]
        assert (held + single).to_bytes() == (array + single).to_bytes()
        assert (held + single).shape == array.shape
