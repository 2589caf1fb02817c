"""Addresses of arrays: writable, read-only and empty ones; nothing that is not contiguous."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from zkctl.errors import ShapeError
from zkctl.field.kernels.compiled.memory import Room, address, aligned_words


@pytest.mark.parametrize("kind", [np.uint64, np.int32, np.uint8])
@pytest.mark.parametrize("is_writable", [True, False])
def test_the_address_is_that_of_the_first_byte(
    kind: type[np.generic], *, is_writable: bool
) -> None:
    array = np.arange(24).astype(kind).reshape(6, 4)
    array.flags.writeable = is_writable
    assert address(array) == array.ctypes.data
    assert address(array[2:]) == address(array) + 8 * array.itemsize
    assert address(array[:0]) == array[:0].ctypes.data


def test_rows_that_are_not_contiguous() -> None:
    with pytest.raises(ShapeError, match="array is not contiguous: expected C order, got strides"):
        address(np.zeros((4, 4), np.uint64)[:, :2])


def test_words_are_aligned() -> None:
    for n in (1, 7, 64, 1000):
        words = aligned_words(n)
        assert (len(words), address(words) % 64) == (n, 0)


@pytest.mark.parametrize("n", [0, 1, 64, 100])
def test_room_is_aligned_and_its_own(n: int) -> None:
    rooms = [Room(n) for _ in range(3)]
    assert all(room.address % 64 == 0 and room.n_bytes == n for room in rooms)
    for fill, room in enumerate(rooms, 1):
        assert not any(ctypes.string_at(room.address, n))
        ctypes.memset(room.address, fill, n)
    assert [ctypes.string_at(room.address, n) for room in rooms] == [
        bytes([k]) * n for k in (1, 2, 3)
    ]
