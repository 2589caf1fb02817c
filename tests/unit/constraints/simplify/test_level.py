"""Levels of simplification."""

from __future__ import annotations

import pytest

from zkctl.constraints.simplify.level import SimplificationLevel


@pytest.mark.parametrize(
    ("level", "max_rounds", "number"), [(2, 0, 1), (2, 1, 2), (2, None, 2), (1, 0, 1), (0, 0, 0), (0, None, 0)]
)  # fmt: skip
def test_no_rounds_are_level_1(level: int, max_rounds: int | None, number: int) -> None:
    assert SimplificationLevel(level, max_rounds).number == number
