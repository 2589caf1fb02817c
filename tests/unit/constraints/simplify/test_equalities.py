"""Level 1: kinds of linear constraints, and constants."""

from __future__ import annotations

from zkctl.constraints.simplify.equalities import (
    is_constant_signal,
    is_equality,
    replace_constant_signals,
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


def test_the_last_of_two_constants_wins_as_in_circom() -> None:
    constants = [{5: 1, 0: 1}, {5: 1, 0: 2}]
    replacements, kept = replace_constant_signals(constants, 3, P, last_wins=True)
    assert (replacements, kept) == ({5: {0: P - 2}}, [])
