from __future__ import annotations

from zkctl.lint.search.assignment import Reduced
from zkctl.lint.search.linear import determined

P = 31


def row(constant: int, form: dict[int, int]) -> Reduced:
    return Reduced(0, {}, 0, {}, constant, form)


def test_a_square_system() -> None:
    """x + y = 5, x - y = 1."""
    assert determined([row(26, {1: 1, 2: 1}), row(30, {1: 1, 2: 30})], P) == {1: 3, 2: 2}


def test_what_is_not_determined_is_left_out() -> None:
    rows = [row(0, {1: 1, 2: 1, 3: 1}), row(30, {1: 2, 2: 2, 3: 2, 4: 1})]
    assert determined(rows, P) == {4: 1}


def test_a_contradiction() -> None:
    assert determined([row(1, {1: 1, 2: 1}), row(2, {1: 1, 2: 1})], P) is None
