from tests.support.lint_rows import bit, equal, row, system_of
from zkctl.lint.facts import Facts
from zkctl.lint.needed import needed_steps
from zkctl.lint.propagation import propagate
from zkctl.lint.prove import prove
from zkctl.lint.system import System

# wire 1 is an input, 2 and 3 are its bits, 4 their product and 5 three times that
ROWS = [
    bit(2),
    bit(3),
    equal({1: 1}, {2: 1, 3: 2}),
    row({2: 1}, {3: 1}, {4: 1}),
    equal({5: 1}, {4: 3}),
]


def facts_of(system: System) -> Facts:
    facts = Facts(system)
    propagate(facts)
    return facts


def test_bounds_of_bits_stay_for_the_sum_and_those_of_products_go() -> None:
    facts = facts_of(system_of(ROWS, [1], [5]))
    assert {4, 5} <= facts.ranges.keys()
    found = needed_steps(facts, [5], [])
    bounded = {step[2] for step in found if step[0] == "roots"}
    assert bounded == {2, 3}
    assert [step[0] for step in found if step[0] in ("range", "product", "table")] == []
    assert sum(step[0] in ("solve", "digits") for step in found) == 3


def test_a_wanted_bound_keeps_the_bounds_that_it_comes_from() -> None:
    facts = facts_of(system_of(ROWS, [1], [5]))
    found = needed_steps(facts, [5], [5])
    wires = {step[-1] for step in found if step[0] in ("range", "product", "table")}
    assert wires == {4, 5}


def test_no_step_is_lost_when_nothing_satisfies_the_rows() -> None:
    facts = facts_of(system_of([*ROWS, equal({2: 1}, {0: 5})], [1], [5]))
    assert facts.is_impossible
    assert needed_steps(facts, [5], []) == facts.steps


def test_a_bound_that_fixes_an_output_stays() -> None:
    system = system_of([row({1: 1}, {1: 1, 0: -1}, {}), equal({1: 2, 2: 1}, {0: 3}), bit(2)], [], [1])  # fmt: skip
    judgement = prove(system)
    assert judgement.verdict == "PROVED"
    assert judgement.certificate


def test_a_form_that_is_not_zero_stays_where_a_row_is_divided_by_it() -> None:
    # 1 + wire 1 is not 0, as its product with wire 2 is 1; wire 3 is 7 times wire 1, divided by it
    rows = [row({0: 1, 1: 1}, {2: 1}, {0: 1}), row({0: 1, 1: 1}, {3: 1}, {1: 7})]
    steps = needed_steps(facts_of(system_of(rows, [1], [3])), [3], [])
    assert ["nonzero", 0, 0] in steps
    assert ["nonzero", 0, 1] not in steps
    assert ["divide", 1] in steps


def test_what_no_output_needs_is_left_out() -> None:
    rows = [*ROWS, row({1: 1}, {1: 1}, {6: 1}), row({6: 1}, {6: 1}, {7: 1})]
    facts = facts_of(system_of(rows, [1], [5]))
    assert {6, 7} <= facts.unique
    assert not {5, 6} & {step[1] for step in needed_steps(facts, [5], []) if step[0] == "solve"}
    assert {5, 6} <= {step[1] for step in needed_steps(facts, [7], []) if step[0] == "solve"}
