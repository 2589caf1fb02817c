"""A prover's steps become steps of the checker, or are refused with the number of the step."""

from __future__ import annotations

import pytest

from tests.support.lint_worlds import row, system_of
from zkctl.errors import CheckFailed
from zkctl.lint.expanding.expand import expanded

ROWS = [row({1: 1}, {1: 1}, {2: 1}), row({2: 1}, {1: 1}, {3: 1})]


def test_a_row_with_one_unknown_wire() -> None:
    assert expanded(system_of(ROWS), [["solve", 0]]) == [
        ["same", 4, -1, 1, [[0, [[[], 1]]], [1, [[[], -1]]]]]
    ]


@pytest.mark.parametrize("step", [["trust me"], ["solve"], ["solve", "0"], ["solve", 1], [], 7])
def test_a_step_that_cannot_be_written(step: object) -> None:
    with pytest.raises(CheckFailed) as problem:
        expanded(system_of(ROWS), [["solve", 0], ["solve", 1], step])
    assert "step 2" in str(problem.value)


@pytest.mark.parametrize("step", [[], 7, ["divide", "0", 1, 2, 3]])
def test_a_step_of_a_wrong_form(step: object) -> None:
    with pytest.raises(CheckFailed, match="the step is malformed"):
        expanded(system_of(ROWS), [step])
