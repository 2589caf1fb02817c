from tests.support.lint_rows import bit, equal, facts_of, row
from zkctl.lint.propagation import MOST_WORK_IN_CASES, may_work, propagate


def test_facts_travel_along_rows_in_any_order() -> None:
    rows = [equal({w + 1: 1}, {w: 2, 0: 1}) for w in range(1, 50)][::-1]
    facts = facts_of(rows, [1])
    propagate(facts)
    assert facts.unique >= set(range(51))


def test_a_limit_of_visits_is_kept() -> None:
    facts = facts_of([bit(w) for w in range(1, 50)])
    propagate(facts, 10)
    assert len(facts.ranges) == 10


def test_an_impossible_row_ends_the_walk() -> None:
    facts = facts_of([equal({0: 1}, {}), row({1: 1}, {1: 1}, {2: 1})], [1])
    propagate(facts)
    assert facts.is_impossible
    assert 2 not in facts.unique


def test_the_work_in_cases_has_a_limit() -> None:
    facts = facts_of([bit(1), bit(2)])
    mark = facts.begin()
    facts.work_in_cases = MOST_WORK_IN_CASES + 1
    propagate(facts)
    assert not facts.ranges
    facts.end(mark)
    facts.put_range(3, (0, 1))
    propagate(facts)  # outside of cases there is none
    assert not may_work(facts)
