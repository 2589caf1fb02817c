"""Certificates as a whole, and the steps of the checker that a prover with a fault might write."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.lint_worlds import P, row, system_of
from zkctl.errors import CheckFailed
from zkctl.lint.checker import World, replay
from zkctl.lint.expanding.digits import read_off
from zkctl.lint.expanding.emission import Emitter, difference
from zkctl.lint.system import System

ROWS = [row({1: 1}, {1: 1}, {2: 1}), row({2: 1}, {1: 1}, {3: 1})]
ONE = [[[], 1]]
MINUS = [[[], P - 1]]


def solved(k: int) -> list[Any]:
    """The difference of both orders of a row."""
    return ["zero", [[2 * k, ONE], [2 * k + 1, MINUS]]]


def system(outputs: tuple[int, ...] = (2, 3), rows: list[Any] | None = None) -> System:
    return System(P, 4, ROWS if rows is None else rows, frozenset({1}), outputs)


def test_the_outputs_that_are_proved() -> None:
    assert replay(system(), [solved(0), solved(1)]) == {2, 3}
    assert replay(system(), [solved(0)]) == {2}
    assert replay(system(), []) == set()


def test_the_refused_step_is_named() -> None:
    with pytest.raises(CheckFailed) as problem:
        replay(system(), [solved(0), ["power", [[2, ONE]], 2, 2, 2]])
    assert "step 1 (power) of the certificate" in str(problem.value)


@pytest.mark.parametrize(
    "steps",
    [
        [["trust me", 0]],
        [["solve", 0]],
        [["zero"]],
        [["zero", [], 1]],
        [["zero", 3]],
        [["zero", [[7, ONE]]]],
        [["zero", [[0, [[[8], 1]]]]]],
        [["zero", [[0, [[[2.0], 1]]]]]],
        [["zero", [[0, [[[], 1.0]]]]]],
        [["zero", [[0, [[[], True]]]]]],
        [["define", [[[8], 1]]]],  # of itself
        [["split", [2, 0], [[], []], [], []]],  # wire 1 has no range
        [["split", [[[2], 1]], [[]], [], []]],  # a case is missing
        [["split", [[[2], 1]], [[], []], [[[[4], 1], [[5], P - 1]]], []]],
        [["split", [[[2], 1]], [[], []], [], [4]]],
        [["power", [[0, ONE]], 2, 2, 2]],
        [["template", [0], []]],
        [["copy", 0, []]],
        [[]],
        [7],
    ],
)
def test_malformed_and_wrong_steps_are_refused(steps: list[Any]) -> None:
    with pytest.raises(CheckFailed):
        replay(system(), steps)


@pytest.fixture
def python_as_it_starts() -> Iterator[None]:
    """Python's own limit of recursion; a package may have raised it in this process."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("python_as_it_starts")
def test_cases_in_cases_without_end_are_refused() -> None:
    step = solved(0)
    for _ in range(3000):
        step = ["split", [[[2], 1]], [[step], []], [], []]
    with pytest.raises(CheckFailed):
        replay(system(), [step])


def test_everything_is_unique_where_no_assignment_is_left() -> None:
    rows = [*ROWS, row({}, {}, {0: 1})]
    assert replay(system(rows=rows), [["zero", [[4, ONE]]]]) == {2, 3}


def test_an_integer_between_two_values_of_a_range() -> None:
    """1 <= wire <= 2 are not the cases up to 1.5 and from 2.5 on."""
    bounded = World(system_of(ROWS), {})
    bounded.limit(2, 1, 2)
    with pytest.raises(CheckFailed):
        bounded.run([["split", [2, 1.5], [[], [["zero", [[0, ONE]]]]], [], []]])


def test_cases_of_one_assignment_say_nothing_of_the_other() -> None:
    """Wire 3 is not an input: each assignment has its own case."""
    rows = [row({3: 1}, {3: 1, 0: -1}, {}), row({3: 1}, {0: 1}, {2: 1})]
    found = World(System(P, 4, rows, frozenset({1}), (2,)), {})
    case = [["zero", [[2, ONE]]]]
    step = ["split", [[[6], 1]], [case, [["zero", [[0, [[[8], 1]]], [4, [[[6], P - 1], ONE[0]]]]], *case]], [], [4]]  # fmt: skip
    found.run([step])
    assert found.range[4] == found.range[5] == (0, 1)
    assert not found.is_same(2)


def test_facts_of_variables_that_a_case_defines_do_not_stay() -> None:
    """Their numbers are given again."""
    fixed = [["define", [[[], 5]]], ["bound", [[6, ONE]], 10]]
    step = ["split", [[[4], 1]], [fixed, fixed], [], []]
    found = World(system_of(ROWS), {})
    found.run([step])
    assert 10 not in found.range
    assert len(found.more) == 2
    with pytest.raises(CheckFailed):
        World(system_of(ROWS), {}).run([[*step[:4], [10]]])


def test_sums_that_wrap_around_are_no_digits() -> None:
    rows = [row({}, {}, {2: 1, 3: 2, 1: -1})]
    found = World(system_of(rows), {})
    found.limit(4, 0, 1)
    found.limit(6, 0, 50)
    emitter = Emitter(P, 1, 4)
    read_off(emitter, difference([(0, {(): 1})]), [(-1, 4), (-2, 6)])
    with pytest.raises(CheckFailed):
        found.run(emitter.steps)
    found = World(system_of(rows), {})
    found.limit(4, 0, 1)
    found.limit(6, 0, 49)
    found.run(emitter.steps)
    assert found.is_same(2)
    assert found.is_same(3)


def test_a_power_that_is_no_bijection() -> None:
    found = World(system_of([row({2: 1}, {2: 1}, {1: 1})]), {})
    with pytest.raises(CheckFailed):
        found.run([["power", [[0, ONE], [1, MINUS]], 4, 5, 2]])
