from __future__ import annotations

from zkctl.lint.search.degenerate import conditions
from zkctl.lint.system import Row

P = 31


def test_factors_of_forms_that_are_not_unique() -> None:
    quotient = Row({3: 1}, {1: 1, 2: 30}, {4: 1})
    unique = Row({1: 1}, {2: 1}, {5: 1})
    assert conditions([quotient, unique], frozenset({0, 1, 2}), P) == [
        {1: 1, 2: 30},
        {1: 1, 2: 30, 0: 30},
    ]


def test_multiples_of_a_form_are_one_condition() -> None:
    rows = [Row({3: 1}, {1: 2}, {}), Row({3: 1}, {1: 30}, {})]
    assert conditions(rows, frozenset({0, 1}), P) == [{1: 2}, {0: 30, 1: 2}]


def test_what_the_inputs_determine_comes_first() -> None:
    rows = [Row({3: 1, 0: 1}, {4: 1}, {}), Row({4: 1}, {1: 1}, {})]
    assert conditions(rows, frozenset({0, 1}), P)[:3] == [{1: 1}, {3: 1, 0: 1}, {4: 1}]
    assert conditions(rows, frozenset({0, 1}), P)[4] == {3: 1}
