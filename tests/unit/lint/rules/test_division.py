from tests.support.lint_rows import bit, equal, facts_of, proved, row
from zkctl.lint.propagation import propagate


def test_a_quotient_by_what_has_an_inverse_is_unique() -> None:
    quotient = row({1: 1}, {3: 1}, {2: 1})
    assert proved([row({1: 1}, {4: 1}, {0: 1}), quotient], [1, 2], [3]) == {3}
    assert proved([quotient], [1, 2], [3]) == set()


def test_a_divisor_that_vanishes_elsewhere_proves_nothing() -> None:
    rows = [row({1: 1}, {4: 1}, {0: 1}), row({1: 1, 0: 1}, {3: 1}, {2: 1})]
    assert proved(rows, [1, 2], [3]) == set()


def test_the_wire_on_both_sides_counts_in_the_divisor() -> None:
    """x * w = w + y: the divisor is x - 1."""
    rows = [row({1: 1, 0: -1}, {4: 1}, {0: 1}), row({1: 1}, {3: 1}, {3: 1, 2: 1})]
    assert proved(rows, [1, 2], [3]) == {3}
    assert proved([row({1: 1}, {4: 1}, {0: 1}), rows[1]], [1, 2], [3]) == set()


def test_a_divisor_whose_range_is_apart_from_zero_is_not_zero() -> None:
    bits = [bit(5), bit(6)]
    by_sum = row({5: 1, 6: 2, 0: 1}, {3: 1}, {2: 1})
    assert proved([*bits, by_sum], [5, 6, 2], [3]) == {3}
    by_less = row({5: 1, 6: 2, 0: -1}, {3: 1}, {2: 1})
    assert proved([*bits, by_less], [5, 6, 2], [3]) == set()


def test_a_divisor_that_is_odd_is_not_zero() -> None:
    """The range of 3 - 2 x - 4 y has 0 in it, that of its half, (p + 3) / 2 - x - 2 y, has not."""
    bits = [bit(5), bit(6)]
    odd = row({0: 3, 5: -2, 6: -4}, {3: 1}, {2: 1})
    assert proved([*bits, odd], [5, 6, 2], [3]) == {3}
    even = row({0: 2, 5: -2, 6: -4}, {3: 1}, {2: 1})
    assert proved([*bits, even], [5, 6, 2], [3]) == set()


def test_factors_of_what_is_not_zero_are_not_zero() -> None:
    rows = [row({1: 1}, {2: 1}, {3: 1}), row({3: 1}, {4: 1}, {0: 1}), row({1: 1}, {5: 1}, {2: 1})]
    assert proved(rows, [1, 2], [5]) == {5}


def test_a_product_that_is_zero_sets_its_other_side_to_zero() -> None:
    product = row({1: 1}, {2: 1, 4: -1}, {})
    rows = [row({1: 1}, {3: 1}, {0: 1}), product, equal({5: 1}, {4: 1, 2: -1})]
    assert proved(rows, [1], [5]) == {5}
    assert proved(rows[1:], [1], [5]) == set()


def test_a_row_that_cannot_hold_is_impossible() -> None:
    facts = facts_of([bit(1), equal({1: 1}, {0: 1}), row({1: 1}, {2: 0, 0: 1}, {0: 2})])
    propagate(facts)
    assert facts.is_impossible


def test_a_table_that_fixes_the_wire_ends_the_visit() -> None:
    """x * -y = 2 y says y = 0 for a bit x, which another row refuses: no step is about the sides as they were before."""
    rows = [bit(1), row({2: 5}, {3: 1}, {0: 1}), row({1: 1}, {3: -1}, {3: 2})]
    assert proved(rows, [1], [2, 3]) == {2, 3}
