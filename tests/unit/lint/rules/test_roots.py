from tests.support.lint_rows import facts_of, row
from zkctl.lint.propagation import propagate


def test_a_quadratic_has_its_two_roots() -> None:
    facts = facts_of([row({1: 1, 0: -3}, {1: 2, 0: 10}, {})])
    propagate(facts)
    assert facts.ranges[1] == (-5, 3)
    assert len(facts.roots[1]) == 2


def test_rows_with_one_common_root_fix_the_wire() -> None:
    facts = facts_of([row({1: 1}, {1: 1, 0: -1}, {}), row({1: 1, 0: -1}, {1: 1, 0: -7}, {})])
    propagate(facts)
    assert facts.ranges[1] == (1, 1)


def test_a_square_that_is_no_square_is_impossible() -> None:
    facts = facts_of([row({1: 1}, {1: 1}, {0: 5})])
    propagate(facts)
    assert facts.is_impossible


def test_a_square_with_a_root_is_possible() -> None:
    facts = facts_of([row({1: 1}, {1: 1}, {0: 4})])
    propagate(facts)
    assert not facts.is_impossible
    assert facts.ranges[1] == (-2, 2)
