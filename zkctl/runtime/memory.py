"""How much a computation over a large file holds at a time: its window, and where its results wait.

Whoever reads or makes arrays as long as a file goes through them in windows.  What a window takes beside its points
(digits, references, pools of each thread) was measured at 12 to 15 times the points themselves.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from zkctl.errors import UsageError

Words = NDArray[np.uint64]
Room = Callable[[int, int], Words]

LEAST_MIB, DEFAULT_MIB, MOST_MIB = 1, 512, 1 << 24
OVERHEAD = 16  # bytes at work for each byte of a window's rows
LEAST_ROWS = 1 << 8


def _in_memory(n: int, n_words: int) -> Words:
    return np.zeros((n, n_words), np.uint64)


class _Chosen:
    """What the process gave itself, which goes before the variable."""

    mib: int | None = None
    room: Room = staticmethod(_in_memory)


@contextmanager
def working_memory(mib: int | None) -> Iterator[None]:
    """Let the block work in windows of this many MiB, whatever ZKCTL_MEMORY says; None changes nothing.

    It holds for the whole process, so that threads started inside the block know it as well.
    Raises: UsageError.
    """
    if mib is not None and not LEAST_MIB <= mib <= MOST_MIB:
        raise UsageError(
            f"a working memory of {mib} MiB is asked for, {LEAST_MIB} to {MOST_MIB} are possible"
        )
    before = _Chosen.mib
    _Chosen.mib = before if mib is None else mib
    try:
        yield
    finally:
        _Chosen.mib = before


@contextmanager
def large_rows_in(room: Room) -> Iterator[None]:
    """Let the block put arrays that exceed the working memory where `room` finds place for them."""
    before = _Chosen.room
    _Chosen.room = staticmethod(room)
    try:
        yield
    finally:
        _Chosen.room = before


def memory_mib() -> int:
    """What `working_memory` says, else ZKCTL_MEMORY, else half a GiB."""
    if _Chosen.mib is not None:
        return _Chosen.mib
    asked = os.environ.get("ZKCTL_MEMORY", "")
    if not asked:
        return DEFAULT_MIB
    if not (asked.isascii() and asked.isdigit() and LEAST_MIB <= int(asked) <= MOST_MIB):
        raise UsageError(
            f"ZKCTL_MEMORY is {asked!r}, not a number of MiB from {LEAST_MIB} to {MOST_MIB}",
            hint="unset ZKCTL_MEMORY",
        )
    return int(asked)


def rows_at_once(row_bytes: int) -> int:
    """How many rows of this size make a window: a power of two."""
    rows = (memory_mib() << 20) // (OVERHEAD * row_bytes)
    return max(LEAST_ROWS, 1 << (rows.bit_length() - 1) if rows else 0)


def windows(n: int, row_bytes: int) -> Iterator[slice]:
    """0 .. n - 1, window by window."""
    step = rows_at_once(row_bytes)
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))


def new_rows(n: int, n_words: int) -> Words:
    """Zeroed rows that outlive a window: in memory while they take a small part of it."""
    if 8 * n * n_words * OVERHEAD <= memory_mib() << 20:
        return _in_memory(n, n_words)
    return _Chosen.room(n, n_words)
