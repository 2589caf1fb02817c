"""Steps with cases keep what all cases share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lint_worlds import row, world_of
from zkctl.errors import CheckFailed
from zkctl.lint.expanding.expand import run

# x is the input 1: out = 1 - x * inverse (2, 3) and x * out = 0
IS_ZERO = [row({1: 1}, {3: 1}, {0: 1, 2: -1}), row({1: 1}, {2: 1}, {})]
ZERO_CASE = [["cancel", 0, 2]]
OTHER_CASE = [["cancel", 1, 1]]


def test_a_value_in_both_cases() -> None:
    world = world_of(IS_ZERO)
    run(world, [["zero_or_not", [[1, 1]], [["solve", 0]], OTHER_CASE]])
    assert 2 in world.unique
    assert 3 not in world.unique


def test_cases_of_a_form_that_is_not_unique() -> None:
    """Two assignments of a pair may be in different cases."""
    rows = [row({4: 1}, {3: 1}, {0: 1, 2: -1}), row({4: 1}, {2: 1}, {})]
    world = world_of(rows)
    run(world, [["zero_or_not", [[4, 1]], [["cancel", 0, 2]], [["cancel", 1, 1]]]])
    assert 2 not in world.unique
    assert world.ranges.get(2, (0, 1)) == (0, 1)


def test_facts_of_one_case_do_not_stay() -> None:
    world = world_of(IS_ZERO)
    run(world, [["zero_or_not", [[1, 1]], [], OTHER_CASE]])
    assert 2 not in world.unique
    assert not world.nonzero
    assert not world.more


def test_each_value_of_a_bit() -> None:
    rows = [
        row({1: 1}, {1: 1, 0: -1}, {}),
        row({1: 1}, {2: 1}, {}),
        row({1: 1, 0: -1}, {2: 1, 0: -5}, {}),
    ]
    world = world_of(rows, {1: (0, 1)})  # fmt: skip
    cases = [[["cancel", 2, 1]], [["cancel", 1, 1]]]
    run(world, [["by_value", 1, [0, 1], cases]])
    assert 2 in world.unique
    assert world.ranges[2] == (0, 5)


@pytest.mark.parametrize(
    "step",
    [
        ["by_value", 1, [0], [[]]],  # 1 is missing
        ["by_value", 2, [0, 1], [[], []]],  # without known values
        ["by_value", 1, [0, 1], [[]]],
        ["zero_or_not", [[0, 1]], [], []],
        ["by_value", 1, [0, 1.0], [[], []]],  # floats, whose case would be 0 again
        ["by_value", 1, [0, True], [[], []]],
        ["by_value", 1, [0, 1, 102], [[], [], []]],
        ["by_value", 1, [0, 1, float("inf")], [[], [], []]],
    ],
)
def test_refused(step: list[Any]) -> None:
    with pytest.raises(CheckFailed):
        run(world_of(IS_ZERO, {1: (0, 1)}), [step])


@pytest.mark.parametrize(
    "facts",
    [
        [["solve", 4]],
        [["range", 4, 1, 5]],
        [["table", 4, 5]],
        [["nonzero", 4, 2]],
    ],
)
def test_facts_of_wires_that_cases_define_do_not_stay(facts: list[Any]) -> None:
    """The number of such a wire is given again: the next wire has none of its facts."""
    world = world_of([*IS_ZERO, row({4: 1}, {4: 1}, {4: 1}), row({1: 1, 0: -1}, {1: 1, 0: 1}, {})])
    run(world, [["roots", [[3, [[[], 1]]]], 1, [1, 100]]])
    case = [["define", [[1, 1]], [[1, 1]]], *facts]
    run(world, [["by_value", 1, [1, 100], [case, case]]])
    assert 5 not in {*world.unique, *world.ranges, *world.roots}
    assert all(form[-1][0] != 5 for form in world.nonzero | world.zero)
    run(world, [["define", [[4, 1]], [[0, 1]]]])
    with pytest.raises(CheckFailed):
        run(world, [["solve", 4]])


@pytest.mark.parametrize(
    "step", [["by_value", 2, [0], [[]]], ["table", 1, 3], ["enumerate", [2], [], []]]
)
def test_a_wire_with_too_many_values(step: list[Any]) -> None:
    """More than a machine integer counts."""
    world = world_of(IS_ZERO)
    world.p = 2**255 - 19
    world.meet(2, 0, 2**200)
    world.meet(1, 0, 2**200)
    with pytest.raises(CheckFailed):
        run(world, [step])


# bits 2, 3, 4 of a number that is at most 5: not both of the bits of 4 and 2
AT_MOST_FIVE = [row({4: 1}, {3: 1}, {})]
BITS = {2: (0, 1), 3: (0, 1), 4: (0, 1)}


def test_bits_below_a_limit() -> None:
    world = world_of(AT_MOST_FIVE, BITS)
    places: list[Any] = [[[], []], [[["contradiction", 0]], []], [[], []]]
    run(world, [["at_most", [2, 3, 4], 5, 0, places]])
    assert world.sums == {(2, 3, 4): (0, 5)}
    assert world.ranges[3] == (0, 1)


@pytest.mark.parametrize("limit", [4, 3])
def test_a_limit_that_the_rows_do_not_keep(limit: int) -> None:
    places: list[Any] = [[[], []], [[["contradiction", 0]], []], [[], []]]
    with pytest.raises(CheckFailed):
        run(world_of(AT_MOST_FIVE, BITS), [["at_most", [2, 3, 4], limit, 0, places]])


def test_inverted_bits() -> None:
    """The number of 1 - b is at most 5, so that of b is at least 2."""
    world = world_of([row({4: 1, 0: -1}, {3: 1, 0: -1}, {})], BITS)
    places: list[Any] = [[[], []], [[["contradiction", 0]], []], [[], []]]
    run(world, [["at_most", [2, 3, 4], 5, 1, places]])
    assert world.sums == {(2, 3, 4): (2, 7)}
