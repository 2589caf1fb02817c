from tests.support.lint_rows import bit, equal, facts_of, proved, row, rules_used
from zkctl.lint.propagation import propagate
from zkctl.lint.rules.cases import split_rows

# out = 1 if x is 0, else 0
IS_ZERO = [row({1: 1}, {3: 1}, {0: 1, 2: -1}), row({1: 1}, {2: 1}, {})]


def test_a_test_for_zero_is_unique_its_inverse_is_not() -> None:
    assert proved(IS_ZERO, [1], [2, 3]) == {2}
    assert "zero_or_not" in rules_used(IS_ZERO, [1], [2])


def test_each_row_of_the_test_is_needed() -> None:
    assert proved(IS_ZERO[:1], [1], [2]) == set()
    assert proved(IS_ZERO[1:], [1], [2]) == set()


def test_cases_on_a_form_that_is_not_unique_prove_no_pair() -> None:
    assert proved([*IS_ZERO, equal({1: 1}, {4: 1, 5: 1})], [4], [2]) == set()


def test_a_flag_that_masks_a_free_wire() -> None:
    """on * (v - a) = 0, o = on * v."""
    rows = [bit(1), row({1: 1}, {3: 1, 2: -1}, {}), row({1: 1}, {3: 1}, {4: 1})]
    assert proved(rows, [1, 2], [3, 4]) == {4}
    assert "by_value" in rules_used(rows, [1, 2], [4])
    unmasked = [*rows[:2], row({2: 1}, {3: 1}, {4: 1})]
    assert proved(unmasked, [1, 2], [4]) == set()


def test_no_case_left_means_no_assignment() -> None:
    rows = [bit(1), row({1: 1}, {2: 1}, {0: 1, 1: 1}), row({1: 1, 0: -1}, {3: 1}, {1: 1})]
    assert proved(rows, [1], [2, 3, 4]) == {2, 3, 4}


def first_difference(*, with_inverse: bool) -> list:
    """Flags 7 and 8 mark the higher of two differences 1 - 2 and 3 - 4 that is not 0, or flag 9 says that there is none.

    Wire 10 is the marked difference; it has an inverse where 9 is 0.
    """
    rows = [
        *map(bit, (7, 8, 9)),
        equal({7: 1, 8: 1, 9: 1}, {0: 1}),
        row({0: 1, 7: -1}, {1: 1, 2: -1}, {}),
        row({0: 1, 7: -1, 8: -1}, {3: 1, 4: -1}, {}),
        row({7: 1}, {1: 1, 2: -1}, {11: 1}),
        row({8: 1}, {3: 1, 4: -1}, {10: 1, 11: -1}),
    ]
    return [*rows, row({10: 1}, {12: 1}, {0: 1, 9: -1})] if with_inverse else rows


def test_the_mark_of_the_first_difference_is_unique() -> None:
    inputs = [1, 2, 3, 4]
    assert proved(first_difference(with_inverse=True), inputs, [7, 8, 9, 10]) == {7, 8, 9, 10}


def test_without_its_inverse_a_place_without_difference_may_be_marked() -> None:
    assert not proved(first_difference(with_inverse=False), [1, 2, 3, 4], [7, 8])


def test_cases_that_led_to_nothing_are_tried_again_after_a_change_only() -> None:
    facts = facts_of([bit(1), row({1: 1}, {2: 1}, {3: 1}), row({1: 1}, {3: 1}, {4: 1})], [1])
    propagate(facts)
    assert not split_rows(facts)
    work = facts.work_in_cases
    assert work > 0
    assert not split_rows(facts)
    assert facts.work_in_cases == work
    facts.put_range(2, (0, 1))
    split_rows(facts)
    assert facts.work_in_cases > work
