"""The words of a job, which the round drivers (rounds.py) and their callers share.

A job is one array of 64-bit words, addresses among them, that a driver reads and moves forward; it can stop
after any round and go on from there.
"""

from __future__ import annotations

from enum import IntEnum, auto

CHUNK = 1 << 15  # references, and segments, per chunk
NONE = -1  # the reference of an empty sum


class JobWord(IntEnum):
    """Places in a job; counts are of entries, rows of pool rows."""

    POOL = 0
    LEFT = auto()  # the pairs of the present round
    RIGHT = auto()
    SCRATCH = auto()  # of the addition kernel
    FLAGS = auto()
    ROW = auto()  # where the sums of the present round go
    NEXT_ROW = auto()
    # sums of segments
    REFS = auto()
    STARTS = auto()
    N_SEGMENTS = auto()
    RESULTS = auto()
    OUT = auto()  # row of the first segment's sum
    TEMPORARY = auto()  # first temporary row: a reference from here on was computed
    CHUNK = auto()
    FIRST = auto()  # segments of the present chunk
    LAST = auto()
    ACTIVE = auto()
    NOW_REFS = auto()  # the rest of the chunk
    NOW_STARTS = auto()
    NEXT_REFS = auto()  # two buffers, used in turn
    NEXT_STARTS = auto()
    SPARE_REFS = auto()
    SPARE_STARTS = auto()
    # halving
    TABLE = auto()
    STRIDE = auto()
    SIZE = auto()
    N_WINDOWS = auto()
    ODD_REFS = auto()
    ODD_STARTS = auto()
    N_LISTS = auto()
    N_ODD = auto()
