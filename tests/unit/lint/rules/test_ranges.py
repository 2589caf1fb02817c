from tests.support.lint_rows import P, bit, equal, facts_of, proved, row
from zkctl.lint.propagation import propagate


def test_a_sum_of_bits_has_a_range() -> None:
    facts = facts_of([bit(1), bit(2), equal({3: 1}, {1: 1, 2: 2, 0: -1})])
    propagate(facts)
    assert facts.ranges[3] == (-1, 2)


def test_a_sum_as_wide_as_the_field_has_none() -> None:
    facts = facts_of([bit(1), bit(2), bit(4), equal({3: 1}, {1: P // 2, 2: P // 2, 4: 1})])
    propagate(facts)
    assert 3 not in facts.ranges


def test_a_sum_that_is_a_constant_narrows_its_terms() -> None:
    facts = facts_of([bit(1), bit(2), bit(3), equal({1: 1, 2: 2, 3: 4}, {0: 5})])
    propagate(facts)
    assert [facts.ranges[w] for w in (1, 2, 3)] == [(1, 1), (0, 0), (1, 1)]


def test_a_sum_out_of_its_range_is_impossible() -> None:
    facts = facts_of([bit(1), bit(2), equal({1: 1, 2: 1}, {0: 3})])
    propagate(facts)
    assert facts.is_impossible


def test_the_xor_of_bits_is_a_bit_by_its_table() -> None:
    facts = facts_of([bit(1), bit(2), row({1: 2}, {2: 1}, {1: 1, 2: 1, 3: -1})])
    propagate(facts)
    assert facts.ranges[3] == (0, 1)


def test_a_product_of_ranges_has_the_extremes_at_its_ends() -> None:
    bits = [bit(w) for w in range(1, 21)]
    first = equal({21: 1}, {w: 1 << w - 1 for w in range(1, 11)} | {0: -3})
    second = equal({22: 1}, {w: 1 << w - 11 for w in range(11, 21)})
    facts = facts_of([*bits, first, second, row({21: 1}, {22: 1}, {23: 1})])
    propagate(facts)
    assert facts.ranges[23] == (-3 * 1023, 1020 * 1023)


def test_a_product_with_a_side_known_to_be_zero_is_read_again_after_a_wire_is_fixed() -> None:
    """4 is not 0, so 1 + 2 + 3 = 3; the last row, a sum by that, fixes wire 1, with which the side is another form."""
    side = {1: 1, 2: 1, 3: 1, 0: -3}
    rows = [bit(1), bit(2), bit(3), row({4: 1}, {5: 1}, {0: 1}), row({4: 1}, side, {})]
    rows.append(row(side, {6: 1}, {1: 1, 2: 2, 0: -3}))
    assert proved(rows, [4], [1, 2, 3, 6]) == {1, 2, 3}
