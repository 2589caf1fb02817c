"""Memory that compiled kernels read and write: addresses of arrays, and arrays at addresses they may load vectors from."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from zkctl.errors import ShapeError
from zkctl.field.words import Words


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
