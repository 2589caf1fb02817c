from __future__ import annotations

import random

import pytest

from zkctl.gadgets.text.automaton import automaton_of
from zkctl.gadgets.text.transitions import ALL, Run, run_of

PATTERNS = ["abc", "a*b+c?", "[ab]{1,4}", "(?:a|b)*abb", "(?:ab|a)(?:bc|c)?", ".*a.", "(?:(?:a?b)*|c){2}", "[^a]*|b"]  # fmt: skip


def accepted(run: Run, symbols: bytes) -> list[bool]:
    """Whether the text may end at each place, with integers in place of signals."""
    states = [1]
    found = [bool(run.accepting[0])]
    for step, symbol, accepting in zip(run.steps, symbols, run.accepting[1:], strict=True):
        held = [mask >> symbol & 1 for mask in step.sets]
        made = [
            sum((1 if n == ALL else held[n]) * sum(states[k] for k in into) for n, into in terms)
            if k != step.left
            else 0
            for k, terms in enumerate(step.ways)
        ]
        if step.left != len(made) - 1:
            made[-1] += 1 - sum(states)
        made[step.left] = 1 - sum(made)
        assert sorted(made) == [0] * (len(made) - 1) + [1]
        states = made[:-1]
        found.append(any(states[k] for k in accepting))
    return found


@pytest.mark.parametrize("pattern", PATTERNS)
def test_runs_as_the_automaton(pattern: str) -> None:
    automaton = automaton_of(pattern)
    rng = random.Random(3)
    for n in range(1, 6):
        fixed, free = (run_of(automaton, n, any_length=any_length) for any_length in (False, True))
        for _ in range(40):
            text = bytes(rng.choices(b"abc", k=n))
            if fixed is not None:
                assert accepted(fixed, text)[-1] == automaton.accepts(text)
            else:
                assert not automaton.accepts(text)
            if free is not None:
                fronts = [automaton.accepts(text[:k]) for k in range(n + 1)]
                assert accepted(free, text) == fronts


def test_no_text_of_this_length() -> None:
    assert run_of(automaton_of("abc"), 4, any_length=False) is None
    assert run_of(automaton_of("abc"), 2, any_length=True) is None
    assert run_of(automaton_of("abc"), 4, any_length=True) is not None


def test_a_fixed_text_has_one_state_at_each_place() -> None:
    run = run_of(automaton_of("abcd"), 4, any_length=False)
    assert run is not None
    assert [len(step.ways) - 1 for step in run.steps] == [1, 1, 1, 1]
