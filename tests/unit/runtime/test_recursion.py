"""The limit of recursion is high inside, and as before afterwards."""

from __future__ import annotations

import sys

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.runtime.recursion import deep_recursion


def depth(n: int) -> int:
    return 0 if n == 0 else depth(n - 1) + 1


def test_calls_are_deep_inside() -> None:
    before = sys.getrecursionlimit()
    with pytest.raises(ValueError, match="an error"), deep_recursion():
        assert depth(50_000) == 50_000
        raise ValueError("an error")
    assert sys.getrecursionlimit() == before


def test_a_higher_limit_stays() -> None:
    before = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(3_000_000)
        with deep_recursion():
            assert sys.getrecursionlimit() == 3_000_000
        assert sys.getrecursionlimit() == 3_000_000
    finally:
        sys.setrecursionlimit(before)


def test_a_limit_of_the_interpreter_is_a_problem_of_the_environment() -> None:
    with (
        pytest.raises(
            EnvironmentProblem,
            match="the input is nested deeper than this version of Python can follow",
        ),
        deep_recursion(),
    ):
        raise RecursionError
