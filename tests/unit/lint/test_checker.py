"""Certificates as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lint_worlds import row, system_of
from zkctl.errors import CheckFailed
from zkctl.lint.checker import replay

ROWS = [row({1: 1}, {1: 1}, {2: 1}), row({2: 1}, {1: 1}, {3: 1})]


def test_the_wires_that_are_proved() -> None:
    assert replay(system_of(ROWS), [["solve", 0]]) == {0, 1, 2}
    assert replay(system_of(ROWS), []) == {0, 1}


def test_the_refused_step_is_named() -> None:
    with pytest.raises(CheckFailed) as problem:
        replay(system_of(ROWS), [["solve", 0], ["solve", 0]])
    assert "step 1 (solve) of the certificate" in str(problem.value)


@pytest.mark.parametrize(
    "steps",
    [
        [["trust me", 0]],
        [["solve"]],
        [["solve", 0, 1]],
        [["solve", "0"]],
        [["solve", 7]],
        [[]],
        [7],
        [[["solve"], 0]],
        [["combine", 3]],
        [["by_value", 1, [0], 5]],
    ],
)
def test_malformed_steps_are_refused(steps: list[Any]) -> None:
    with pytest.raises(CheckFailed):
        replay(system_of(ROWS), steps)


def test_a_malformed_step_is_named() -> None:
    with pytest.raises(CheckFailed, match="the step is malformed"):
        replay(system_of(ROWS), [["solve"]])


def test_cases_in_cases_without_end_are_refused() -> None:
    step: list[Any] = ["solve", 0]
    for _ in range(3000):
        step = ["zero_or_not", [[1, 1]], [step], []]
    with pytest.raises(CheckFailed):
        replay(system_of(ROWS), [step])


def test_everything_is_unique_where_no_assignment_is_left() -> None:
    rows = [*ROWS, row({}, {}, {0: 1})]
    assert replay(system_of(rows), [["contradiction", 2]]) == {0, 1, 2, 3}
