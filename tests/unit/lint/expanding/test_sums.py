"""Sums of bits that may pass p: bounded by a walk from the highest digit, then unique."""

from __future__ import annotations

from typing import Any

from tests.support.lint_worlds import is_same, row, shown

BITS = [2, 3, 4, 5, 6, 7, 8]
RANGES = dict.fromkeys(BITS, (0, 1))
SUM = row({}, {}, {w: 2**i for i, w in enumerate(BITS)} | {1: -1})
NAMED = row({}, {}, {w: -(2**i) for i, w in enumerate(BITS)} | {9: 1})
# 100 = 1100100b: bits 6 and 5 are not both 1 with one of the bits 4 and 3; nor with bit 2 and one of the bits 1 and 0
CHAIN = [
    row({8: 1}, {7: 1}, {10: 1}),
    row({10: 1}, {6: 1}, {}),
    row({10: 1}, {5: 1}, {}),
    row({10: 1}, {4: 1}, {11: 1}),
    row({11: 1}, {3: 1}, {}),
    row({11: 1}, {2: 1}, {}),
]
TOP = [[], [["range", 1, 1, 10]]]
PLACES: list[Any] = [
    [[], []],
    TOP,
    [[["contradiction", 2]], []],
    [[["contradiction", 3]], []],
    [[], [["range", 4, 1, 11]]],
    [[["contradiction", 5]], []],
    [[["contradiction", 6]], []],
]
AT_MOST = ["at_most", BITS, 100, 0, PLACES]


def test_digits_of_a_number_below_p_are_unique() -> None:
    world = shown([SUM, *CHAIN], RANGES, set(), [AT_MOST, ["bits", 0, 100, BITS]])
    assert all(is_same(world, w) for w in BITS)


def test_a_wire_that_digits_spell_is_bounded() -> None:
    steps = [["at_most", BITS, 100, 0, PLACES], ["sum_range", 0, 1, 9, BITS]]
    world = shown([NAMED, *CHAIN], RANGES, set(), steps)
    assert world.range[18] == (0, 100)
