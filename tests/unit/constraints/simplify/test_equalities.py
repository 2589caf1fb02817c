"""Level 1: which of several equal signals stays."""

from __future__ import annotations

from zkctl.constraints.simplify.equalities import (
    is_constant_signal,
    is_equality,
    replace_constant_signals,
    replace_equal_signals,
)

P = 13


def equal(x: int, y: int, factor: int = 1) -> dict[int, int]:
    return {x: factor, y: P - factor}


def test_kinds_of_linear_constraints() -> None:
    assert is_equality(equal(3, 4, 5), P)
    assert not is_equality({3: 1, 4: 1}, P)
    assert not is_equality({0: 1, 4: P - 1}, P)
    assert not is_equality({3: 1, 4: P - 1, 5: 1}, P)
    assert is_constant_signal({3: 1})
    assert is_constant_signal({3: 1, 0: 4})
    assert not is_constant_signal({0: 4})
    assert not is_constant_signal({3: 1, 4: 1})


def test_the_smallest_signal_stays() -> None:
    assert replace_equal_signals([equal(5, 7)], 3, P) == ({7: {5: 1}}, [])
    assert replace_equal_signals([equal(7, 5)], 3, P) == ({7: {5: 1}}, [])
    assert replace_equal_signals([equal(7, 2)], 3, P) == ({7: {2: 1}}, [])
    chain = [equal(9, 8), equal(7, 6), equal(8, 7)]
    assert replace_equal_signals(chain, 3, P) == ({7: {6: 1}, 8: {6: 1}, 9: {6: 1}}, [])


def test_equalities_of_signals_that_stay_are_kept() -> None:
    one = equal(2, 1, 5)
    assert replace_equal_signals([one], 3, P) == ({}, [one])
    cluster = [equal(4, 2), equal(4, 1)]
    assert replace_equal_signals(cluster, 3, P) == ({4: {1: 1}}, [{2: P - 1, 1: 1}])


def test_clusters_come_in_the_order_of_their_last_equality() -> None:
    mixed = [equal(1, 2), equal(5, 6), equal(3, 4, 2), equal(6, 7)]
    replacements, _ = replace_equal_signals(mixed, 1, P)
    assert list(replacements) == [2, 4, 6, 7]


def test_constants() -> None:
    assert replace_constant_signals([{5: 2, 0: 1}], 3, P) == ({5: {0: 6}}, [])  # 5 = -1 / 2
    assert replace_constant_signals([{5: 2}], 3, P) == ({5: {}}, [])
    public = {2: 1, 0: 4}
    assert replace_constant_signals([public, {0: 3}], 3, P) == ({}, [public, {0: 3}])
    assert replace_constant_signals([{5: 1}, {5: 3}, {}], 3, P) == ({5: {}}, [])


def test_a_second_constant_for_a_signal_stays_as_a_contradiction() -> None:
    replacements, kept = replace_constant_signals([{5: 1, 0: 1}, {5: 1, 0: 2}], 3, P)
    assert replacements == {5: {0: P - 1}}
    assert kept == [{0: 1}]
