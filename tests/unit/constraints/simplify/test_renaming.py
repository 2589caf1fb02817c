"""Level 1: which of several equal signals stays."""

from __future__ import annotations

import random

import numpy as np

from tests.support import constraint_rows
from zkctl.constraints.linear import Terms
from zkctl.constraints.simplify.renaming import (
    Renaming,
    equalities_of,
    renamed,
    renaming_of,
    rows_with_repeats,
)

P = 13


def equal(x: int, y: int, factor: int = 1) -> Terms:
    return {x: factor, y: P - factor}


def renaming(linear: list[Terms], n_fixed: int) -> Renaming:
    rows = constraint_rows.rows([({}, {}, terms) for terms in linear], n_signals=10, modulus=P)
    return renaming_of(rows, equalities_of(rows, rows.linear_rows()), n_fixed)


def replaced(linear: list[Terms], n_fixed: int) -> dict[int, int]:
    stays = renaming(linear, n_fixed).stays.tolist()
    return {signal: other for signal, other in enumerate(stays) if other != signal}


def test_the_smallest_signal_stays() -> None:
    assert replaced([equal(5, 7)], 3) == {7: 5}
    assert replaced([equal(7, 5)], 3) == {7: 5}
    assert replaced([equal(7, 2)], 3) == {7: 2}
    assert replaced([equal(9, 8), equal(7, 6), equal(8, 7)], 3) == {7: 6, 8: 6, 9: 6}


def test_equalities_of_signals_that_stay_are_kept() -> None:
    one = equal(2, 1, 5)
    assert (replaced([one], 3), renaming([one], 3).kept) == ({}, [one])
    cluster = [equal(4, 2), equal(4, 1)]
    assert (replaced(cluster, 3), renaming(cluster, 3).kept) == ({4: 1}, [{2: P - 1, 1: 1}])


def test_kept_constraints_come_in_the_order_of_the_last_equality_of_their_cluster() -> None:
    mixed = [equal(1, 5), equal(3, 4, 2), equal(5, 2)]
    assert renaming(mixed, 5).kept == [equal(3, 4, 2), {2: P - 1, 1: 1}]


def test_only_differences_of_two_signals_are_equalities() -> None:
    sides = [
        ({}, {}, {3: 1, 4: 1}),
        ({}, {}, {0: 1, 4: P - 1}),
        ({}, {}, {3: 1, 4: P - 1, 5: 1}),
        ({0: 1}, {3: 2}, {4: 2}),
        ({3: 1}, {4: 1}, {}),
    ]
    rows = constraint_rows.rows(sides, n_signals=10, modulus=P)
    assert equalities_of(rows, rows.linear_rows()).rows.tolist() == [3]
    assert equalities_of(rows, np.zeros(5, bool)).rows.tolist() == []


def test_a_chain_of_many_signals_ends_at_the_smallest() -> None:
    n = 2000
    linear: list[Terms] = [equal(signal + 1, signal) for signal in range(2, n)]
    random.Random(7).shuffle(linear)
    rows = constraint_rows.rows([({}, {}, terms) for terms in linear], n_signals=n + 1, modulus=P)
    stays = renaming_of(rows, equalities_of(rows, rows.linear_rows()), 1).stays
    assert set(stays[2:].tolist()) == {2}


def test_renamed_rows_may_repeat_a_signal() -> None:
    rows = constraint_rows.rows(
        [({3: 1, 4: 1}, {5: 1}, {}), ({3: 1}, {4: 1}, {})], n_signals=6, modulus=P
    )
    stays = np.array([0, 1, 2, 3, 3, 5])
    assert rows_with_repeats(renamed(rows, stays)).tolist() == [True, False]
    assert rows_with_repeats(rows).tolist() == [False, False]
