from __future__ import annotations

from zkctl.lint.search.degenerate import conditions
from zkctl.lint.system import Row

P = 31


def test_factors_of_forms_that_are_not_unique_each_once() -> None:
    quotient = Row({3: 1}, {1: 1, 2: 30}, {4: 1})
    unique = Row({1: 1}, {2: 1}, {5: 1})
    assert list(conditions([quotient, unique, quotient], frozenset({0, 1, 2}), P)) == [
        {1: 1, 2: 30},
        {1: 1, 2: 30, 0: 30},
    ]


def test_both_factors_of_a_product_in_doubt() -> None:
    assert list(conditions([Row({3: 1, 0: 1}, {4: 1}, {})], frozenset({0}), P)) == [
        {3: 1, 0: 1},
        {4: 1},
        {3: 1},
        {4: 1, 0: 30},
    ]
