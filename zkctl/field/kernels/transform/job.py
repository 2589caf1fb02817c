"""The words of a job of the transform's pass, which the kernel (emit.py) and its caller (compiled/transform.py) share."""

from __future__ import annotations

from enum import IntEnum, auto

MOST_BITS = 7  # of one digit: the bounds of lazy reduction in emit.py hold for 2^7 points


class PassWord(IntEnum):
    """Places in a job: addresses, and distances in words; a distance of the legs of the input is in ORDER."""

    SOURCE = 0
    TARGET = auto()
    SCRATCH = auto()  # 2^LOG_POINTS vectors of elements
    SECOND = auto()  # as many again, for the second transform
    LOG_POINTS = auto()
    # loops around the legs
    N_OUTER = auto()
    N_INNER = auto()
    SOURCE_OUTER = auto()
    SOURCE_INNER = auto()
    SOURCE_LANE = auto()
    TARGET_OUTER = auto()
    TARGET_INNER = auto()
    TARGET_LANE = auto()
    TARGET_LEG = auto()
    # the transform
    ORDER = auto()  # distances of the input's legs in digit-reversed order
    TWIDDLES = auto()
    UNIT = auto()
    BEFORE = auto()  # constants for the legs in digit-reversed order, or 0
    # the second transform, of the same length, or not: BETWEEN is 0
    BETWEEN = auto()  # constants for the legs in natural order
    TURNED = auto()  # distances in SECOND of the legs in natural order
    SECOND_TWIDDLES = auto()
    SECOND_UNIT = auto()
    # factors of the results, or not: FACTORS is 0
    FACTORS = auto()
    FACTORS_OUTER = auto()
    FACTORS_INNER = auto()
    FACTORS_LEG = auto()
    AFTER = auto()  # constants for the legs in natural order, or 0
    IN_PLACE = auto()  # distances in the scratch of legs that stay where they are
    CANONICAL = auto()  # 1: the results are canonical, and no FACTORS
