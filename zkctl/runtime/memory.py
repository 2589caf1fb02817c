"""Windows of computations over large files, and the place of results that outlive a window.

Arrays as long as a file are read and made in windows.  Beside its points a window needs digits, references and pools of
each thread: measured, 12 to 15 times the points themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
from numpy.typing import NDArray

from zkctl.runtime.settings import memory_mib

Room = Callable[[int, int], NDArray[np.uint64]]

WORKING_BYTES_PER_BYTE = 16  # bytes at work for each byte of a window's rows
MIN_ROWS = 1 << 8


def _in_memory(n: int, n_words: int) -> NDArray[np.uint64]:
    return np.zeros((n, n_words), np.uint64)


# of one task, like its settings: two tasks in one process may write into different folders
_ROOM: ContextVar[Room] = ContextVar("zkctl_room", default=_in_memory)


@contextmanager
def large_rows_in(room: Room) -> Iterator[None]:
    """Let the block put arrays that exceed the working memory into the rows that `room` returns."""
    token = _ROOM.set(room)
    try:
        yield
    finally:
        _ROOM.reset(token)


def rows_at_once(row_bytes: int) -> int:
    """Return the number of rows of this size in a window: a power of two."""
    rows = (memory_mib() << 20) // (WORKING_BYTES_PER_BYTE * row_bytes)
    return max(MIN_ROWS, 1 << (rows.bit_length() - 1) if rows else 0)


def windows(n: int, row_bytes: int) -> Iterator[slice]:
    """Yield 0 .. n - 1, window by window."""
    step = rows_at_once(row_bytes)
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))


def new_rows(n: int, n_words: int) -> NDArray[np.uint64]:
    """Return zeroed rows that outlive a window: in memory while they take a small part of it."""
    if 8 * n * n_words * WORKING_BYTES_PER_BYTE <= memory_mib() << 20:
        return _in_memory(n, n_words)
    return _ROOM.get()(n, n_words)
