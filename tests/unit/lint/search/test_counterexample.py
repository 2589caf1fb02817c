from __future__ import annotations

from dataclasses import replace

import pytest

from zkctl.lint.search.counterexample import counterexample, satisfies
from zkctl.lint.system import Row, System

P = 31
SQUARE_ROOT = System(P, 3, [Row({1: 1}, {1: 1}, {2: 1})], frozenset({2}), (1,))


def test_two_roots() -> None:
    found = counterexample(SQUARE_ROOT, [1, 3, 9], [1, 28, 9])
    assert found is not None
    assert (found.first, found.second, found.outputs) == ([1, 3, 9], [1, 28, 9], (1,))
    assert "28" not in repr(found).partition(" at ")[0]  # an address may hold any digits


@pytest.mark.parametrize(
    "second",
    [
        pytest.param([1, 3, 9], id="same outputs"),
        pytest.param([1, 4, 16], id="other inputs"),
        pytest.param([1, 4, 9], id="a row is broken"),
        pytest.param([1, 59, 9], id="not canonical"),
        pytest.param([2, 28, 9], id="the constant is not 1"),
        pytest.param([1, 28, 9, 0], id="a wire too many"),
    ],
)
def test_what_is_no_counterexample(second: list[int]) -> None:
    assert counterexample(SQUARE_ROOT, [1, 3, 9], second) is None


def test_the_first_assignment_is_checked_too() -> None:
    wrong = replace(SQUARE_ROOT, inputs=frozenset())
    assert counterexample(wrong, [1, 4, 9], [1, 28, 9]) is None
    assert satisfies(wrong, [1, 28, 9])
