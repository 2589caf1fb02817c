"""A prover's steps become steps of the checker, or are refused with the number of the step."""

from __future__ import annotations

import pytest

from tests.support.lint_worlds import row, system_of
from zkctl.errors import CheckFailed
from zkctl.lint.expanding import expand
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.expanding.world import World

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


def test_a_step_whose_result_cannot_be_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a bound by a variable without a range, say: the verdict is UNKNOWN then."""

    def bound_without_range(world: World, _steps: object) -> None:
        world.emitter.bound([(2, {(): 1})], 6)

    monkeypatch.setattr(expand, "run", bound_without_range)
    with pytest.raises(CheckFailed, match="a step has no result that could be stated"):
        expanded(system_of(ROWS), [])
