"""A copy serves where its promises hold."""

from __future__ import annotations

from tests.support.lint_rows import bit, equal, system_of
from zkctl.lint.copies import UsedCopy
from zkctl.lint.facts import Facts
from zkctl.lint.propagation import propagate
from zkctl.lint.rules.copy import use_copy

COPY = UsedCopy(0, frozenset({1, 2}), (3,), ((3, 7),), ((1, {1: 1}, 1),))


def facts_with(*, is_bit: bool, inputs: list[int]) -> Facts:
    rows = [bit(1)] if is_bit else []
    facts = Facts(system_of([*rows, equal({4: 1}, {2: 1})], inputs, [3]))
    propagate(facts)
    return facts


def test_results_and_bounds() -> None:
    facts = facts_with(is_bit=True, inputs=[1, 2])
    use_copy(facts, COPY)
    assert 3 in facts.unique
    assert facts.ranges[3] == (0, 7)
    assert facts.steps[-1] == ["copy", 0, []]
    n_steps = len(facts.steps)
    use_copy(facts, COPY)
    assert len(facts.steps) == n_steps


def test_bounds_without_unique_ports() -> None:
    facts = facts_with(is_bit=True, inputs=[1])
    use_copy(facts, COPY)
    assert 3 not in facts.unique
    assert facts.ranges[3] == (0, 7)


def test_a_promise_that_is_not_kept() -> None:
    facts = facts_with(is_bit=False, inputs=[1, 2])
    use_copy(facts, COPY)
    assert 3 not in facts.unique
    assert 3 not in facts.ranges
