"""Steps that show wires to be unique: each where it holds, and refused where one condition does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lint_worlds import is_same, row, shown, world_of
from zkctl.errors import CheckFailed
from zkctl.lint.expanding.expand import run

ONE = [[[], 1]]

DIVISION = row({1: 1}, {2: 1}, {5: 1, 3: -1})  # 5 = 1 * quotient 2 + remainder 3
BELOW = row({}, {}, {1: 1, 0: -1, 3: -1, 4: -1})
NOT_ABOVE = row({}, {}, {1: 1, 3: -1, 4: -1})
FLAGS = [row({2: 1}, {1: 1}, {}), row({3: 1}, {1: 1, 0: -1}, {}), row({}, {}, {2: 1, 3: 1, 0: -1})]
FIFTH_POWER = [
    row({2: 1}, {2: 1}, {3: 1}),
    row({3: 1}, {3: 1}, {4: 1}),
    row({4: 1}, {2: 1}, {1: 1}),
]
FIFTH = [[2, ONE], [1, [[[2], 1]]], [0, [[[2, 3], 1], [[2, 2, 2], 1]]]]

# rows, ranges of wires, unique wires besides 1, step, wires that it shows to be unique
HOLDS: list[tuple[list[Any], dict[int, tuple[int, int]], set[int], list[Any], set[int]]] = [
    ([row({1: 1}, {1: 1}, {2: 3})], {}, set(), ["solve", 0], {2}),
    ([row({}, {}, {2: 1, 3: 1, 1: 1}), row({}, {}, {2: 1, 3: 2})], {}, set(), ["combine", [[0, 1], [1, 100]]], {3}),
    ([row({1: 2, 0: 1}, {2: 1}, {2: 3, 1: 1})], {1: (5, 9)}, set(), ["divide", 0], set()),
    ([row({1: 1}, {2: 1}, {1: 1, 0: 1})], {1: (5, 9)}, set(), ["apart", [[1, 1]], 1], set()),
    ([row({2: 1}, {2: 1}, {1: 1})], {2: (0, 50)}, set(), ["root", [[0, ONE]], 2, 2], {2}),
    ([row({2: 1}, {2: 1}, {3: 1}), row({3: 1}, {2: 1}, {1: 1})], {}, set(), ["root", [[1, ONE], [0, [[[2], 1]]]], 2, 3], {2}),
    ([row({}, {}, {2: 1, 3: 2, 4: 4, 1: -1})], {2: (0, 1), 3: (0, 1), 4: (0, 1)}, set(), ["digits", 0, 1], {2, 3, 4}),
    (FLAGS, {}, set(), ["one_hot", 2, [[0, 2], [1, 3]]], {2, 3}),
    ([DIVISION, BELOW], {2: (0, 5), 3: (0, 4), 4: (0, 4)}, {5}, ["quotient", 0, 1, 3, 4], {2, 3}),
    ([row({2: 1}, {3: 1}, {3: 1}), row({}, {}, {2: 1, 3: 1, 1: -1})], {2: (0, 1), 3: (0, 1)}, set(), ["staircase", 1, [2, 3], [0]], {2, 3}),
    ([row({}, {}, {2: 1, 3: 3, 1: -1})], {2: (0, 2), 3: (0, 1)}, set(), ["enumerate", [2, 3], [0], []], {2, 3}),
]  # fmt: skip

REFUSED: list[tuple[list[Any], dict[int, tuple[int, int]], set[int], list[Any]]] = [
    ([row({1: 1}, {2: 1}, {3: 3})], {}, set(), ["solve", 0]),
    ([row({}, {}, {2: 1, 3: 1, 1: 1})], {}, set(), ["combine", [[0, 1]]]),
    ([row({1: 2, 0: 1}, {2: 1}, {2: 3, 1: 1})], {}, set(), ["divide", 0]),  # 2 x - 2 may be 0
    ([row({1: 1}, {2: 1}, {1: 1, 0: 1})], {}, set(), ["isolate", 2, [[1, 1]], [[0, ONE]]]),
    ([row({2: 1}, {2: 1}, {1: 1})], {2: (0, 51)}, set(), ["root", [[0, ONE]], 2, 2]),  # 50 and 51
    (FIFTH_POWER, {}, set(), ["root", FIFTH, 2, 5]),  # 5 divides 100
    ([row({}, {}, {2: 1, 3: 2, 4: 3, 1: -1})], {2: (0, 1), 3: (0, 1), 4: (0, 1)}, set(), ["digits", 0, 1]),
    ([row({}, {}, {2: 1, 3: 2, 1: -1})], {2: (0, 1), 3: (0, 50)}, set(), ["digits", 0, 1]),  # 101 = 0
    ([row({}, {}, {2: 1, 3: 2, 1: -1})], {2: (0, 1), 3: (0, 1)}, set(), ["bits", 0, 1, [2, 3]]),
    ([FLAGS[0], row({3: 1}, {1: 1}, {}), FLAGS[2]], {}, set(), ["one_hot", 2, [[0, 2], [1, 3]]]),
    ([DIVISION, NOT_ABOVE], {2: (0, 5), 3: (0, 4), 4: (0, 4)}, {5}, ["quotient", 0, 1, 3, 4]),  # r may be the divisor
    ([DIVISION, BELOW], {2: (0, 11), 3: (0, 4), 4: (0, 4)}, {5}, ["quotient", 0, 1, 3, 4]),  # the product wraps
    ([row({2: 1}, {3: 1}, {2: 1}), row({}, {}, {2: 1, 3: 2, 1: -1})], {2: (0, 1), 3: (0, 1)}, set(), ["staircase", 1, [2, 3], [0]]),
    ([row({}, {}, {2: 1, 3: 1, 1: -1})], {2: (0, 2), 3: (0, 2000)}, set(), ["enumerate", [2, 3], [0], []]),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOLDS)))
def test_a_step_shows_its_wires_to_be_unique(number: int) -> None:
    rows, ranges, unique, step, wires = HOLDS[number]
    steps = [step]
    if step[0] == "divide":
        steps = [["apart", [[0, 99], [1, 2]], 1], step]  # 2 x - 2, the factor of wire 2
        wires = {2}
    world = world_of(rows, ranges, unique)
    run(world, steps)
    assert wires <= world.unique
    checked = shown(rows, ranges, unique, steps)
    assert all(is_same(checked, w) for w in wires)


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_a_step_is_refused(number: int) -> None:
    rows, ranges, unique, step = REFUSED[number]
    world = world_of(rows, ranges, unique)
    with pytest.raises(CheckFailed):
        run(world, [step])


def test_isolate_divides_by_what_is_not_zero() -> None:
    world = world_of([row({1: 1}, {2: 1}, {1: 1, 0: 1})], {1: (5, 9)}, set())
    run(world, [["apart", [[1, 1]], 1], ["isolate", 2, [[1, 1]], [[0, ONE]]]])
    assert 2 in world.unique


def test_values_that_the_filters_leave() -> None:
    """x + y = 2 with bits x = y is x = y = 1."""
    rows = [row({}, {}, {2: 1, 3: -1}), row({}, {}, {2: 1, 3: 1, 1: -1})]
    world = world_of(rows, {2: (0, 1), 3: (0, 1)}, set())
    run(world, [["enumerate", [2, 3], [1], [0]]])
    assert {2, 3} <= world.unique
