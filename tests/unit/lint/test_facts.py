from tests.support.lint_rows import P, bit, equal, facts_of, row


def test_a_case_is_forgotten_at_its_end() -> None:
    facts = facts_of([bit(1), row({1: 1}, {2: 1}, {3: 1})])
    before = dict(facts.ranges), set(facts.unique), len(facts.rows)
    mark = facts.begin()
    facts.fix(1, 1)
    facts.define({1: 1}, {0: 1})
    facts.put_zero({2: 1, 3: P - 1})
    assert 1 in facts.unique
    steps = facts.end(mark)
    assert steps[0][0] == "define"
    assert (dict(facts.ranges), set(facts.unique), len(facts.rows)) == before
    assert not facts.zero


def test_a_fixed_wire_is_unique_and_folds() -> None:
    facts = facts_of([equal({1: 1}, {2: 3})])
    facts.fix(2, -1)
    assert 2 in facts.unique
    assert facts.fold({0: 5, 2: 3, 4: 1}) == {0: 2, 4: 1}
    assert facts.fold({0: 3, 2: 3}) == {}


def test_a_form_that_is_not_zero_cannot_be_set_to_zero() -> None:
    facts = facts_of([bit(1)])
    facts.put_keys(facts.nonzero, {((1, 1), (2, 1))})
    facts.put_zero({1: 4, 2: 4})
    assert facts.is_impossible


def test_a_row_is_linear_with_a_constant_side() -> None:
    facts = facts_of([row({0: 2}, {1: 1}, {2: 1}), row({1: 1}, {2: 1}, {3: 1})])
    assert facts.linear_of(0) == {1: 2, 2: P - 1}
    assert facts.linear_of(1) is None
    assert facts.open_of(1) is None
