from tests.support.lint_rows import P, equal, facts_of, proved, rules_used
from zkctl.lint.rules.elimination import RowSpan, components, core, eliminate


def test_two_rows_with_a_determinant_fix_two_wires() -> None:
    rows = [equal({2: 1, 3: 1}, {1: 1}), equal({2: 1, 3: 3}, {1: 5})]
    assert proved(rows, [1], [2, 3]) == {2, 3}
    assert "combine" in rules_used(rows, [1], [2, 3])


def test_rows_without_one_do_not() -> None:
    rows = [equal({2: 1, 3: 2}, {1: 1}), equal({2: 2, 3: 4}, {1: 2})]
    assert proved(rows, [1], [2, 3]) == set()


def test_wires_that_cancel_need_no_value() -> None:
    rows = [equal({2: 1, 3: 1}, {1: 1}), equal({2: 2, 3: 2, 4: 1}, {1: 5})]
    assert proved(rows, [1], [2, 3, 4]) == {4}


def test_rows_with_two_wires_for_themselves_are_left_out() -> None:
    parts = {0: {1: 1, 2: 1}, 1: {2: 1, 3: 1}, 2: {3: 1, 4: 1, 5: 1}}
    assert core(parts) == {0: {1: 1, 2: 1}, 1: {2: 1, 3: 1}}
    square = {0: {1: 1, 2: 1}, 1: {1: 1, 2: 2}}
    assert core(square) == square


def test_components_share_no_wire() -> None:
    parts = {0: {1: 1, 2: 1}, 1: {2: 1}, 2: {3: 1}}
    assert components(parts) == [{0: {1: 1, 2: 1}, 1: {2: 1}}, {2: {3: 1}}]


def test_a_span_reduces_what_rows_set_to_zero() -> None:
    facts = facts_of([equal({1: 1}, {2: 2}), equal({3: 1}, {2: 1, 0: 4})])
    rest, made_of = RowSpan(facts, [0, 1]).reduce({1: 1, 3: P - 2, 0: 8})
    assert rest == {}
    assert set(made_of) == {0, 1}


def test_a_part_that_gave_nothing_is_not_tried_again() -> None:
    facts = facts_of([equal({2: 1, 3: 2}, {1: 1}), equal({2: 2, 3: 4}, {1: 2})])
    assert not eliminate(facts)
    assert len(facts.eliminated) == 1
    assert not eliminate(facts)
    assert len(facts.eliminated) == 1


def test_more_than_a_thousand_rows_are_solved_together() -> None:
    # w_k + 2 w_(k+1) is known for each k around a circle
    n = 1500
    rows = [equal({2 + k: 1, 2 + (k + 1) % n: 2}, {1: 1}) for k in range(n)]
    assert proved(rows, [1], [2, 3, n]) == {2, 3, n}
