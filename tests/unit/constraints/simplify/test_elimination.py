"""Gaussian elimination: what is replaced, and that it solves the constraints."""

from __future__ import annotations

import random

import pytest

from zkctl.constraints.linear import Terms
from zkctl.constraints.simplify import elimination
from zkctl.constraints.simplify.elimination import eliminate
from zkctl.constraints.simplify.rows import replaced

P = 10007
N_FIXED = 3


def check_solved(constraints: list[Terms]) -> dict[int, Terms]:
    """After the replacements only what is left over is left of the constraints, and it mentions fixed signals only."""
    solved, left_over = eliminate(constraints, N_FIXED, P)
    assert all(signal >= N_FIXED for signal in solved)
    assert all(not set(terms) & set(solved) for terms in solved.values())
    assert all(signal < N_FIXED for terms in left_over for signal in terms)
    rest = [replaced(terms, solved, P) for terms in constraints]
    assert all(signal < N_FIXED for terms in rest for signal in terms)
    if not left_over:
        assert not any(rest)
    return solved


def test_the_largest_signal_is_replaced() -> None:
    assert check_solved([{5: 1, 4: 1, 0: 1}]) == {5: {4: P - 1, 0: P - 1}}
    assert list(check_solved([{5: 1, 4: 1}, {5: 1, 6: 1, 4: 2}])) == [5, 6]
    assert check_solved([{2: 1, 1: 1}]) == {}


def test_what_says_the_same_twice_leaves_nothing() -> None:
    assert eliminate([{5: 1, 4: 1}, {5: 2, 4: 2}], N_FIXED, P)[1] == []
    assert eliminate([{5: 1, 4: 1}, {5: 1, 4: 1, 0: 3}], N_FIXED, P)[1] == [{0: 3}]
    assert eliminate([{5: 1, 1: 1}, {5: 1, 2: 1}], N_FIXED, P)[1] == [{1: P - 1, 2: 1}]


@pytest.mark.parametrize("count_from", [350, 1])
@pytest.mark.parametrize("seed", range(30))
def test_random_clusters(count_from: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elimination, "_COUNT_FROM", count_from)
    source = random.Random(seed)
    constraints = [
        {s: source.randrange(1, P) for s in source.sample(range(12), source.randint(0, 4))}
        for _ in range(source.randint(1, 14))
    ]
    check_solved(constraints)


def test_many_constraints_are_one_cluster_without_quadratic_work() -> None:
    chain: list[Terms] = [{k: 1, k + 1: P - 2} for k in range(3, 3003)]
    solved = check_solved(chain)
    assert len(solved) == 3000
    assert all(len(terms) == 1 for terms in solved.values())


def test_signals_that_occur_once_are_chosen_first_in_large_clusters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(elimination, "_COUNT_FROM", 2)
    solved = check_solved([{9: 1, 4: 1, 8: 1}, {9: 1, 5: 1, 8: 1}])
    assert set(solved) == {4, 5}


def test_clusters_come_in_the_order_of_their_newest_constraint() -> None:
    solved, _ = eliminate([{4: 1, 5: 1}, {6: 1, 7: 1}, {5: 1, 8: 1}], N_FIXED, P)
    assert list(solved) == [7, 5, 8]


def test_large_clusters_solve_for_the_largest_signals_if_asked_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(elimination, "_COUNT_FROM", 2)
    constraints: list[Terms] = [{4: 1, 5: 1}, {5: 1, 6: 1}]
    assert set(eliminate(constraints, N_FIXED, P)[0]) == {4, 6}  # each occurs once
    assert set(eliminate(constraints, N_FIXED, P, by_labels=True)[0]) == {5, 6}
