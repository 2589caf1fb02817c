"""Bits that are sums of wires."""

from __future__ import annotations

from tests.support.lint_rows import P, bit, equal, proved, row, system_of
from zkctl.lint.facts import Facts
from zkctl.lint.propagation import propagate
from zkctl.lint.rules.form_values import extent_by_name

LOW = {1: 1, 2: -2, 3: -4}  # what the bits 2 and 3 leave of the input 1
NOT_LOW = {0: 1, 1: -1, 2: 2, 3: 4}
ROWS = [bit(2), bit(3), row(LOW, NOT_LOW, {})]


def test_the_bits_above_a_sum_that_is_a_bit() -> None:
    assert proved([*ROWS, equal({4: 1}, LOW)], [1], [2, 3, 4]) == {2, 3, 4}


def test_a_sum_with_another_root_reaches_the_next_bit() -> None:
    """With 0 and 2 as values of the sum, 4 = 2 + 2 = 0 + 4."""
    other = {0: 2, 1: -1, 2: 2, 3: 4}
    assert proved([bit(2), bit(3), row(LOW, other, {})], [1], [2, 3]) == set()


def test_sides_that_are_not_multiples() -> None:
    other = {0: 1, 1: -1, 2: 2, 3: 5}
    assert proved([bit(2), bit(3), row(LOW, other, {})], [1], [2, 3]) == set()


def test_rows_with_the_sum_get_the_wire() -> None:
    facts = Facts(system_of([*ROWS, row({4: 1}, {**LOW, 5: 1}, {6: 1})], [1], [6]))
    propagate(facts)
    (named,) = facts.named.values()
    (wire,) = facts.rows[named].c
    assert facts.rows[named + 1] == row({4: 1}, {wire: 1, 5: 1}, {6: 1})


def test_the_range_of_the_sum_and_of_its_complement() -> None:
    facts = Facts(system_of(ROWS, [1], [2]))
    propagate(facts)
    (named,) = facts.named.values()
    low, not_low = ({w: c % P for w, c in form.items()} for form in (LOW, NOT_LOW))
    assert extent_by_name(facts, low) == ((0, 1), [named, P - 1])
    assert extent_by_name(facts, not_low) == ((0, 1), [named, 1])
    assert extent_by_name(facts, {2: 1}) == ((0, 1), [])
