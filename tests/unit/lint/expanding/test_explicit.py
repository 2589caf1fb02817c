"""The checker's steps, of those of an emitter: their results are stated, and what they say of single variables is added."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lint_worlds import P, row, system_of
from zkctl.errors import CheckFailed
from zkctl.lint.expanding.explicit import ExplicitWorld, explicit, scaled

ONE = [[[], 1]]
ROWS = [row({1: 1}, {1: 1}, {2: 1}), row({2: 1}, {2: 1, 0: -1}, {}), row({}, {}, {2: 3, 3: -1})]


def steps_of(steps: list[Any], ranges: dict[int, tuple[int, int]] | None = None) -> list[Any]:
    world = ExplicitWorld(system_of(ROWS), {})
    for v, (low, high) in (ranges or {}).items():
        world.limit(v, low, high)
    world.run(steps)
    return world.steps


def test_a_combination_is_multiplied_out() -> None:
    assert explicit(system_of(ROWS), [["zero", [[2, [[[6], 2]]]]]]) == [
        ["zero", [[[4, 4, 6], 2], [[4, 6], -2]], [[2, [[[6], 2]]]]]
    ]


def test_what_a_combination_says_of_a_variable() -> None:
    parts = [[0, ONE], [1, [[[], 100]]]]
    assert steps_of([["learn", parts]]) == [["same", 4, 100, 1, parts]]
    known = {2: (1, 1)}  # the input is 1, and so is its square
    assert steps_of([["learn", [[0, ONE]]]], known) == [
        ["bound", 4, 1, [[[], -1]], [[0, [[[], -1]]]]]
    ]
    assert steps_of([["learn", [[2, ONE]]]], {4: (2, 2)}) == [
        ["bound", 0, 1, [[[], 1]], [[2, ONE]]]
    ]  # 2 = 0
    assert steps_of([["learn", [[2, ONE]]]]) == []


def test_a_bound_has_a_positive_factor_and_the_multiple_of_p_that_the_sum_is() -> None:
    assert steps_of([["bound", [[4, ONE]], 6]], {4: (0, 1)}) == [
        ["bound", 6, 1, [[[4], -3]], [[4, ONE]]]
    ]
    assert steps_of([["bound", [[4, ONE]], 4]], {6: (0, 7), 4: (0, 5)}) == [
        ["bound", 4, 3, [[[6], -1], [[], 0]], [[4, [[[], -1]]]]]
    ]
    beyond = steps_of([["bound", [[4, ONE]], 4]], {6: (0, 1), 4: (33, 40)})
    assert beyond == [["bound", 4, 3, [[[6], -1], [[], -P]], [[4, [[[], -1]]]]]]
    assert steps_of([["bound", [[4, ONE]], 6]], {4: (0, 1), 6: (0, 2)}) == []  # no news
    with pytest.raises(CheckFailed):
        steps_of([["bound", [[4, ONE]], 4]], {6: (0, 60), 4: (0, 50)})


def test_the_case_that_is_left_holds() -> None:
    impossible = [["learn", [[6, ONE]]]]
    (split,) = [
        step
        for step in steps_of([["split", [[[4], 1]], [impossible, []], [], []]], {4: (0, 1)})
        if step[0] == "split"
    ]
    assert split[1] == [[[4], 1]]
    assert split[4] == [[]]  # both cases are left: row 1 says nothing of wire 2 alone
    refuted = [["split", [4, 0], [[], [["learn", [[2, ONE]]]]], [], [4]]]
    (split,) = steps_of(refuted, {4: (0, 2)})
    assert split[1] == [4, 0]
    assert split[5] == [[4, 0, 2]] or split[5] == []


def test_a_zero_that_no_case_shows_is_refused() -> None:
    with pytest.raises(CheckFailed):
        steps_of([["split", [[[4], 1]], [[], []], [[[[6], 1]]], []]])


def test_scaled() -> None:
    assert scaled([[3, [[[2], 5]]]], -1) == [[3, [[[2], -5]]]]
