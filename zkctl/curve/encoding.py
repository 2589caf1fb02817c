"""Byte encodings of points for hashes and challenges (U) and for responses (C).

U, uncompressed: x then y, plain big-endian, an Fq2 coordinate as c1 then c0; infinity is all zero.
C, compressed: x only; in the first byte 0x80 says that y is negative, 0x40 that it is infinity.
y is negative when it exceeds (q - 1) / 2; over Fq2 when c1 does, or c0 where c1 = 0.  BLS12-381
uses the same bits (not those of the IETF drafts).  The third encoding, the one in files, is the
array's own bytes.
Source: docs/reference/ceremonies.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from zkctl.curve.coordinates import (
    Coordinates,
    curve_value,
    join_point,
    split_coordinate,
    square_root,
)
from zkctl.curve.curves.parameters import Group
from zkctl.curve.group import PointArray, point_array
from zkctl.curve.subgroup.membership import is_on_curve
from zkctl.errors import EncodingError
from zkctl.field import FieldArray, words_from_ints
from zkctl.field.words import Words, ints_from_bytes
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Bytes: TypeAlias = "NDArray[np.uint8]"
Flags: TypeAlias = "NDArray[np.bool_]"

FEW_POINTS = 64  # Python integers encode so few points as quickly

_NEGATIVE, _INFINITY = 0x80, 0x40


def encode_uncompressed(points: PointArray) -> Bytes:
    """Return points as U bytes.  Shapes: (n,) -> (n, point_bytes); a single point counts as n = 1."""
    return _big_endian(points.group, _plain(points))


def uncompressed_bytes(points: PointArray) -> bytes:
    """Return points as U bytes, one after the other; a few points need no operations on arrays."""
    field, degree = points.group.base_field, points.group.degree
    if points.shape and len(points) > FEW_POINTS:
        return encode_uncompressed(points).tobytes()
    plain = [
        number * field.montgomery_r_inverse % field.modulus
        for number in ints_from_bytes(points.to_bytes(), field.n_words)
    ]
    return b"".join(
        plain[k + part].to_bytes(field.n_bytes, "big")
        for k in range(0, len(plain), degree)
        for part in reversed(range(degree))
    )


def encode_compressed(points: PointArray) -> Bytes:
    """Return points as C bytes.  Shapes: (n,) -> (n, point_bytes / 2); a single point counts as n = 1."""
    group = points.group
    plain = _plain(points)
    out = _big_endian(group, plain)[:, : group.point_bytes // 2].copy()
    negative = _plain_is_negative(group, plain[:, group.coordinate_words :])
    out[negative, 0] |= _NEGATIVE
    out[~plain.any(axis=1), 0] = _INFINITY
    return out


def decode_uncompressed(group: Group, encoded: Bytes | bytes) -> PointArray:
    """Return points from U bytes; infinity is zeros or 0x40 and zeros.  Shapes: (n point_bytes,) -> (n,).

    Raises: EncodingError for a wrong length, a coordinate >= q, a point off the curve, stray bits.
    """
    rows = _rows(encoded, group.point_bytes)
    _clear_infinity(rows)
    points = point_array(group, _montgomery(group, _little_endian(group, rows)))
    _check_each(~is_on_curve(points), f"is not on the curve {group.name}")
    return points


def decode_compressed(group: Group, encoded: Bytes | bytes) -> PointArray:
    """Return points from C bytes.  Shapes: (n point_bytes / 2,) -> (n,).

    Raises: EncodingError for a wrong length, an x >= q or of no point, stray bits.
    """
    rows = _rows(encoded, group.point_bytes // 2)
    negative = rows[:, 0] & _NEGATIVE != 0
    infinite = _clear_infinity(rows)
    rows[:, 0] &= 0xFF ^ _NEGATIVE
    x = split_coordinate(group, _montgomery(group, _little_endian(group, rows)))
    y, exists = square_root(curve_value(group, x))
    _check_each(~exists & ~infinite, f"is not on the curve {group.name}")
    points = join_point(group, x, y)
    flip = is_negative(group, y) != negative
    data = np.where(flip[:, None], (-points).data, points.data)
    data[infinite] = 0
    return point_array(group, data)


def is_negative(group: Group, y: Coordinates) -> Flags:
    """Return whether each coordinate is negative, in the sense of the sign bit.  Shapes: (n,) -> (n,)."""
    return _plain_is_negative(group, np.concatenate([part.to_words() for part in y], axis=1))


def _size(group: Group) -> int:
    return 8 * group.coordinate_words


def _plain(points: PointArray) -> Words:
    """Return plain coordinate words.  Shapes: (n,) or () -> (n, point_words)."""
    group = points.group
    flat = np.ascontiguousarray(points.data).reshape(-1, group.base_field.n_words)
    return FieldArray(group.base_field, flat).to_words().reshape(-1, group.point_words)


def _montgomery(group: Group, plain: Words) -> Words:
    """Return Montgomery words, the inverse of `_plain`; check that every coordinate is below q.  Shapes: (n, words)."""
    flat = plain.reshape(-1, group.base_field.n_words)
    return FieldArray.from_words(group.base_field, flat).data.reshape(plain.shape)


def _big_endian(group: Group, plain: Words) -> Bytes:
    """Return the bytes of each coordinate, highest first.  Shapes: (n, words) -> (n, bytes)."""
    raw = np.ascontiguousarray(plain).astype("<u8", copy=False).view(np.uint8)
    coordinates = raw.reshape(len(plain), 2, _size(group))
    return np.ascontiguousarray(coordinates[:, :, ::-1]).reshape(-1, group.point_bytes)


def _little_endian(group: Group, rows: Bytes) -> Words:
    """Return words, the inverse of `_big_endian`.  Shapes: (n, bytes) -> (n, words)."""
    coordinates = rows.reshape(-1, rows.shape[1] // _size(group), _size(group))[:, :, ::-1]
    raw = np.ascontiguousarray(coordinates).reshape(rows.shape)
    return raw.view("<u8").astype(np.uint64, copy=False)


def _plain_is_negative(group: Group, y: Words) -> Flags:
    n_words, half = group.base_field.n_words, (group.base_field.modulus - 1) // 2
    sign = _exceeds(y[:, -n_words:], half)
    if group.degree == 1:
        return sign
    return np.where(y[:, n_words:].any(axis=1), sign, _exceeds(y[:, :n_words], half))


def _exceeds(words: Words, bound: int) -> Flags:
    """Return whether each integer is above the bound.  Shapes: (n, n_words) -> (n,)."""
    limit = words_from_ints([bound], words.shape[1])[0]
    result: Flags = np.zeros(len(words), dtype=np.bool_)
    for k in range(words.shape[1]):
        result = np.where(words[:, k] == limit[k], result, words[:, k] > limit[k])
    return result


def _rows(encoded: Bytes | bytes, size: int) -> Bytes:
    """Return a private copy of the bytes, one row per point."""
    raw = np.frombuffer(encoded, np.uint8).reshape(-1)
    if len(raw) % size:
        raise EncodingError(
            f"encoded points have a wrong length: expected a multiple of {size} bytes, got {len(raw)}"
        )
    return raw.reshape(-1, size).copy()


def _clear_infinity(rows: Bytes) -> Flags:
    """Clear the bit of infinity and return the rows that had it.  Raises: EncodingError for anything beside it."""
    infinite: Flags = rows[:, 0] & _INFINITY != 0
    rows[infinite, 0] ^= _INFINITY
    _check_each(infinite & rows.any(axis=1), "is marked infinite but has coordinates")
    return infinite


def _check_each(bad: Flags, what: str) -> None:
    if bad.any():
        raise EncodingError(f"point {int(np.argmax(bad))} {what}")
