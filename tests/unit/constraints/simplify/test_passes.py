"""Simplification changes neither the public signals nor the solutions."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.support.constraint_rows import (
    Sides,
    holds,
    left_over,
    random_constraints,
    rows,
    solutions,
    value,
)
from zkctl.constraints.simplify.passes import Simplified, simplify

P = 5
N_SIGNALS = 6
N_FIXED = 3


def both(constraints: list[Sides], level: int) -> tuple[list[Sides], Simplified]:
    base = rows(constraints, n_signals=N_SIGNALS, modulus=P)
    result = simplify(base, N_FIXED, level=level)
    return left_over(base, result), result  # type: ignore[return-value]  # a Constraint is a tuple of sides


def check_same_solutions(constraints: list[Sides], level: int) -> None:
    """Every solution stays one, and each value of the signals that are left has one extension: by the replacements."""
    simple, result = both(constraints, level)
    kept = result.kept.tolist()
    assert kept[:N_FIXED] == list(range(N_FIXED))
    assert not set(kept) & set(result.replacements)
    assert all(
        set(terms) <= {0, *kept} | _free(simple, kept) for terms in result.replacements.values()
    )
    before = set(solutions(constraints, N_SIGNALS, P))
    after = set()
    for values in solutions(list(simple), N_SIGNALS, P):
        full = list(values)
        for signal, terms in result.replacements.items():
            full[signal] = value(terms, values) % P
        after.add(tuple(full))
    assert before == after


def _free(simple: list[Sides], kept: list[int]) -> set[int]:
    """Signals that no constraint mentions any more, so that they are no wires; any value serves."""
    used = {signal for sides in simple for side in sides for signal in side}
    return set(range(1, N_SIGNALS)) - used - set(kept)


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("seed", range(20))
def test_same_solutions(level: int, seed: int) -> None:
    source = random.Random(seed)
    n_rows = source.randint(1, 7)
    constraints = random_constraints(source, n_rows=n_rows, n_signals=N_SIGNALS, modulus=P)
    check_same_solutions(constraints, level)


def test_equal_signals_at_level_1() -> None:
    """4 = 3 and 5 = 4: all become 3; the product stays."""
    constraints: list[Sides] = [
        ({}, {}, {4: 1, 3: P - 1}),
        ({}, {}, {5: 2, 4: P - 2}),
        ({3: 1}, {5: 1}, {2: 1}),
    ]
    simple, result = both(constraints, 1)
    assert simple == [({3: 1}, {3: 1}, {2: 1})]
    assert result.replacements == {4: {3: 1}, 5: {3: 1}}
    assert result.kept.tolist() == [0, 1, 2, 3]
    assert result.origins.tolist() == [2]


def test_sums_stay_at_level_1_and_go_at_level_2() -> None:
    constraints: list[Sides] = [
        ({}, {}, {3: 1, 1: 1, 4: P - 1}),
        ({3: 1}, {4: 1}, {2: 1}),
    ]
    assert both(constraints, 1)[0] == [({3: 1}, {4: 1}, {2: 1}), ({}, {}, {3: 1, 1: 1, 4: P - 1})]
    simple, result = both(constraints, 2)
    assert simple == [({3: 1}, {3: 1, 1: 1}, {2: 1})]
    assert result.replacements == {4: {3: 1, 1: 1}}


def test_what_becomes_linear_is_solved_in_the_next_round() -> None:
    """3 = 2 makes 3 * 4 = 5 a product of the constant, 4 = 3 * 5 linear, and so on."""
    constraints: list[Sides] = [
        ({}, {}, {3: 1, 0: P - 2}),
        ({3: 1}, {4: 1}, {5: 1}),
        ({5: 1}, {1: 1}, {2: 1}),
    ]
    base = rows(constraints, n_signals=N_SIGNALS, modulus=P)
    simple, result = both(constraints, 2)
    assert simple == [({4: 2}, {1: 1}, {2: 1})]
    assert result.replacements == {3: {0: 2}, 5: {4: 2}}
    one_round = simplify(base, N_FIXED, level=2, max_rounds=1)
    assert left_over(base, one_round) == [({5: 1}, {1: 1}, {2: 1}), ({}, {}, {5: 1, 4: P - 2})]


@pytest.mark.parametrize("n_rounds", [1, 2, 3, 4])
def test_each_round_is_counted(n_rounds: int) -> None:
    """Signal k + 1 is the square of signal k; signal 3 is 2."""
    squares: list[Sides] = [({k: 1}, {k: 1}, {k + 1: P - 1}) for k in (3, 4, 5)]
    base = rows([({}, {}, {3: 1, 0: P - 2}), *squares], n_signals=N_SIGNALS + 1, modulus=P)
    found = simplify(base, N_FIXED, level=2, max_rounds=n_rounds)
    assert sorted(found.replacements) == [3, 4, 5, 6][:n_rounds]


@pytest.mark.parametrize("level", [1, 2])
def test_a_contradiction_stays(level: int) -> None:
    constraints: list[Sides] = [({}, {}, {3: 1, 0: 1}), ({}, {}, {3: 1, 0: 2})]
    simple, _ = both(constraints, level)
    assert not holds(simple, [1] * N_SIGNALS, P)
    assert [set(c) for _, _, c in simple] == [{0}]


@pytest.mark.parametrize("level", [1, 2])
def test_signals_that_stay_are_never_replaced(level: int) -> None:
    constraints: list[Sides] = [({}, {}, {1: 1, 2: P - 1}), ({}, {}, {1: 1, 0: 1})]
    simple, result = both(constraints, level)
    assert simple == constraints
    assert result.replacements == {}
    assert result.kept.tolist() == [0, 1, 2]


def test_nothing_to_simplify() -> None:
    base = rows([], n_signals=4, modulus=P)
    result = simplify(base, 2, level=2)
    assert (result.kept.tolist(), result.linear, result.replacements) == ([0, 1], [], {})
    assert len(result.origins) == 0
    assert result.origins.dtype == np.int64
