from __future__ import annotations

from zkctl.lint.search.degenerate import vanishing_factors
from zkctl.lint.system import Row


def test_factors_of_forms_that_are_not_unique_each_once() -> None:
    quotient = Row({3: 1}, {1: 1, 2: 30}, {4: 1})
    unique = Row({1: 1}, {2: 1}, {5: 1})
    assert list(vanishing_factors([quotient, unique, quotient], frozenset({0, 1, 2}))) == [
        {1: 1, 2: 30}
    ]
    assert list(vanishing_factors([Row({3: 1}, {4: 1}, {})], frozenset({0}))) == [{3: 1}, {4: 1}]
