from __future__ import annotations

from typing import NamedTuple

from tests.support.linted import messages_in
from zkctl.dsl import Signal, circuit, constrain, hint, hints, private


class Spent(NamedTuple):
    nullifier: Signal
    amount: Signal


@circuit
def spend(secret: Signal = private(), index: Signal = private(), *, bound: int = 0) -> Spent:
    path = secret * index
    high = hint(hints.divide_or_zero, path, index)
    if bound:
        constrain(high == secret)
    constrain(high * index == path)
    return Spent(path + high, high * high)


def test_a_nullifier_that_is_not_proved_unique() -> None:
    assert messages_in(spend, "L008") == [
        "output nullifier is not proved unique, and its name says that a second value would be a second use"
    ]


def test_a_nullifier_that_is() -> None:
    assert messages_in(spend, "L008", bound=1) == []
