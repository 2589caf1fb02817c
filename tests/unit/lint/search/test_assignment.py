from __future__ import annotations

import pytest

from zkctl.lint.search.assignment import Assignment, OutOfStepsError
from zkctl.lint.system import Row

P = 31
PRODUCT = Row({1: 1}, {2: 1}, {3: 1})  # w1 w2 = w3
SQUARE = Row({1: 1}, {1: 1}, {2: 1})
DIGITS = Row({}, {}, {1: 1, 2: 2, 3: 4, 4: P - 1})  # w4 in bits
BITS = {1: (0, 1), 2: (0, 1), 3: (0, 1)}


def state(*rows: Row, boxes: dict[int, tuple[int, int]] | None = None) -> Assignment:
    return Assignment(rows, 5, P, boxes or {}, steps=1000)


def test_a_product_determines_its_factor() -> None:
    assignment = state(PRODUCT)
    assert assignment.assign(1, 3)
    assert assignment.assign(3, 12)
    assert assignment.propagate()
    assert assignment.values[2] == 4


def test_a_factor_that_is_zero_leaves_the_other_one_open() -> None:
    assignment = state(PRODUCT)
    assert assignment.assign(1, 0)
    assert assignment.propagate()
    assert assignment.values[2:4] == [None, 0]


def test_contradictions() -> None:
    assignment = state(SQUARE)
    mark = assignment.mark()
    assert assignment.assign(2, 3)  # not a square mod 31
    assert not assignment.propagate()
    assignment.undo(mark)
    assert assignment.assign(1, 2)
    assert not assignment.assign(1, 3)
    assert assignment.propagate()
    assert assignment.values[2] == 4


def test_digits_of_a_known_sum() -> None:
    assignment = state(DIGITS, boxes=BITS)
    assert assignment.assign(4, 6)
    assert assignment.propagate()
    assert assignment.values == [1, 0, 1, 1, 6]
    other = state(DIGITS, boxes=BITS)
    assert other.assign(4, 9)
    assert not other.propagate()


def test_undo_forgets_values_and_rows() -> None:
    assignment = state(PRODUCT)
    mark = assignment.mark()
    assignment.add_row(Row({}, {}, {1: 1, 0: P - 5}))
    assert assignment.assign(2, 2)
    assert assignment.propagate()
    assert assignment.values == [1, 5, 2, 10, None]
    assignment.undo(mark)
    assert assignment.values == [1, None, None, None, None]
    assert len(assignment.rows) == 1
    assert assignment.assign(1, 6)
    assert assignment.propagate()
    assert assignment.values[3] is None


def test_reduced_rows() -> None:
    assignment = state(Row({1: 1}, {2: 1, 0: 1}, {3: 1}))
    assert not assignment.reduced(0).is_linear
    assert assignment.assign(1, 2)
    row = assignment.reduced(0)
    assert row.is_linear
    assert (row.c0, row.c) == (P - 2, {2: P - 2, 3: 1})


def test_the_budget_ends() -> None:
    assignment = Assignment([PRODUCT], 5, P, {}, steps=0)
    with pytest.raises(OutOfStepsError):
        assignment.propagate()
