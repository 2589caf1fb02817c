"""U and C encodings: against plain integers, round trips, refusal of non-canonical forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from zkctl.curve import BLS12_381, BN254, Group, PointArray, multiply_base, point_array
from zkctl.curve.coordinates import curve_value, join_point, square_root
from zkctl.curve.encoding import (
    FEW_POINTS,
    decode_compressed,
    decode_uncompressed,
    encode_compressed,
    encode_uncompressed,
    uncompressed_bytes,
)
from zkctl.errors import EncodingError
from zkctl.field import FieldArray

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]
EACH_GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)


def some_points(group: Group) -> PointArray:
    generator = point_array(group, np.zeros(group.point_words, np.uint64))
    generator = type(generator).generator(group)
    scalars = [1, 2, 3, 4, 5, 0, -1, -2, -3, 12345678910]
    return multiply_base(generator, FieldArray.from_ints(group.scalar_field, scalars))


def reference(group: Group, point: Any, *, compressed: bool) -> bytes:
    """The encoding written out on Python integers, one point at a time."""
    size, q = group.base_field.n_bytes, group.base_field.modulus
    if point is None:
        zeros = bytes(2 * size * group.degree)
        return b"\x40" + zeros[1 : len(zeros) // 2] if compressed else zeros
    x, y = (b"".join(c.to_bytes(size, "big") for c in reversed(part)) for part in point)
    if not compressed:
        return x + y
    leading = next((c for c in reversed(point[1]) if c), 0)
    return bytes([x[0] | (0x80 if leading > (q - 1) // 2 else 0)]) + x[1:]


@EACH_GROUP
def test_encodings_equal_the_definition(group: Group) -> None:
    points = some_points(group)
    integers = points.to_ints()
    assert [bytes(row) for row in encode_uncompressed(points)] == [
        reference(group, p, compressed=False) for p in integers
    ]
    assert [bytes(row) for row in encode_compressed(points)] == [
        reference(group, p, compressed=True) for p in integers
    ]


@EACH_GROUP
def test_round_trips(group: Group) -> None:
    points = some_points(group)
    for encode, decode in (
        (encode_uncompressed, decode_uncompressed),
        (encode_compressed, decode_compressed),
    ):
        encoded = encode(points)
        assert (decode(group, encoded) == points).all()
        assert (decode(group, encoded.tobytes()) == points).all()
        assert len(decode(group, b"")) == 0


def test_single_point_is_one_row() -> None:
    assert encode_uncompressed(some_points(BN254.g1)[0]).tobytes() == (
        (1).to_bytes(32, "big") + (2).to_bytes(32, "big")
    )
    assert encode_compressed(some_points(BN254.g1)[6]).tobytes() == b"\x80" + bytes(30) + b"\x01"


def test_sign_of_an_fq2_coordinate_falls_back_to_c0() -> None:
    group, q = BN254.g2, BN254.base_field.modulus
    low, high = ((1, 2), (5, 0)), ((1, 2), (q - 5, 0))  # not on the curve: the sign does not ask
    points = type(some_points(group)).from_ints(group, [low, high, ((1, 2), (q - 5, 1))])
    assert [int(row[0] >> 7) for row in encode_compressed(points)] == [0, 1, 0]


@EACH_GROUP
def test_infinity_with_its_bit_is_read_from_uncompressed(group: Group) -> None:
    encoded = b"\x40" + bytes(group.point_bytes - 1)
    assert decode_uncompressed(group, encoded).is_infinity().all()


@EACH_GROUP
def test_non_canonical_bytes_are_refused(group: Group) -> None:
    size, q = group.base_field.n_bytes, group.base_field.modulus
    good = encode_uncompressed(some_points(group)[:2]).tobytes()
    with pytest.raises(
        EncodingError, match="encoded points have a wrong length: expected a multiple of"
    ):
        decode_uncompressed(group, good[:-1])
    with pytest.raises(EncodingError, match="is not below the modulus"):
        decode_uncompressed(group, q.to_bytes(size, "big") + good[size:])
    with pytest.raises(EncodingError, match="point 1 is not on the curve"):
        decode_uncompressed(group, good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(EncodingError, match="point 0 is marked infinite but has coordinates"):
        decode_uncompressed(group, bytes([good[0] | 0x40]) + good[1:])
    with pytest.raises(EncodingError, match="is not below the modulus"):
        decode_uncompressed(group, bytes([good[0] | 0x80]) + good[1:])


@EACH_GROUP
def test_bad_compressed_bytes_are_refused(group: Group) -> None:
    size, q = group.base_field.n_bytes, group.base_field.modulus
    good = encode_compressed(some_points(group)[:2]).tobytes()
    with pytest.raises(
        EncodingError, match="encoded points have a wrong length: expected a multiple of"
    ):
        decode_compressed(group, good + b"\x00")
    with pytest.raises(EncodingError, match="is not below the modulus"):
        decode_compressed(group, (q + 1).to_bytes(size, "big") + good[size:])
    with pytest.raises(EncodingError, match="point 1 is marked infinite but has coordinates"):
        decode_compressed(group, good[: len(good) // 2] + b"\x41" + bytes(len(good) // 2 - 1))
    with pytest.raises(EncodingError, match="point 0 is not on the curve"):
        decode_compressed(group, _x_without_point(group))


def test_infinity_with_a_sign_is_refused() -> None:
    with pytest.raises(EncodingError, match="point 0 is marked infinite but has coordinates"):
        decode_compressed(BN254.g1, b"\xc0" + bytes(31))


def _x_without_point(group: Group) -> bytes:
    for k in range(1, 50):
        x = tuple(FieldArray.from_ints(group.base_field, [k]) for _ in range(group.degree))
        _, exists = square_root(curve_value(group, x))
        if not exists[0]:
            return k.to_bytes(group.base_field.n_bytes, "big") * group.degree
    raise AssertionError("no such x")


@EACH_GROUP
def test_square_roots_of_squares_and_only_of_squares(group: Group) -> None:
    values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -1, -2, -4]
    field = group.base_field
    parts = tuple(FieldArray.from_ints(field, values[k:] + values[:k]) for k in range(group.degree))
    real = (parts[0], *(part * 0 for part in parts[1:]))
    for coordinates in (parts, real):
        _, exists = square_root(coordinates)
        if group.degree == 1:
            q = field.modulus
            expected = [pow(v % q, (q - 1) // 2, q) in (0, 1) for v in values]
        else:  # a is a square in Fq2 exactly when its norm is one in Fq
            norm = coordinates[0] * coordinates[0] + coordinates[1] * coordinates[1]
            expected = square_root((norm,))[1].tolist()
        assert exists.tolist() == expected
    assert len(join_point(group, parts, parts)) == len(values)


@EACH_GROUP
@pytest.mark.parametrize("n", [0, 1, 3, FEW_POINTS, FEW_POINTS + 1])
def test_uncompressed_bytes_are_those_of_arrays(group: Group, n: int) -> None:
    ints = [None if k % 5 == 1 else group.generator for k in range(n)]
    held = PointArray.from_ints(group, ints)
    array = PointArray(group, PointArray.from_ints(group, ints).data)
    assert uncompressed_bytes(held) == encode_uncompressed(array).tobytes()
    assert uncompressed_bytes(array) == uncompressed_bytes(held)
    if n:
        assert uncompressed_bytes(array[0]) == uncompressed_bytes(
            PointArray.from_ints(group, ints[:1])
        )
