"""Memory that compiled kernels read and write: addresses of arrays, and arrays at addresses they may load vectors from."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

from zkctl.errors import ShapeError
from zkctl.field.words import Words
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def address(array: NDArray[np.generic]) -> int:
    """Return the address of a contiguous array's first byte."""
    if not array.flags.c_contiguous:
        raise ShapeError(f"array is not contiguous: expected C order, got strides {array.strides}")
    try:
        return ctypes.addressof(ctypes.c_char.from_buffer(array))  # type: ignore[arg-type]  # a buffer
    except (
        TypeError,
        ValueError,
    ):  # read-only, or empty: numpy's own answer takes three times as long
        return int(array.ctypes.data)


def aligned_words(n: int) -> Words:
    """Return uninitialised words at a 64-byte boundary."""
    buffer = np.empty(n + 8, np.uint64)
    start = (-buffer.ctypes.data % 64) // 8
    return buffer[start : start + n]


class Room:
    """Bytes at a 64-byte boundary, zero at first, for kernels that compute without arrays."""

    def __init__(self, n_bytes: int) -> None:
        self._buffer = ctypes.create_string_buffer(n_bytes + 63)
        start = ctypes.addressof(self._buffer)
        self.address = start + -start % 64
        self.n_bytes = n_bytes
