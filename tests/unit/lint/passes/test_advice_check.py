from __future__ import annotations

from tests.support.linted import messages_in
from zkctl.dsl import Int, Signal, advice, circuit, constrain, private
from zkctl.dsl.advice import check


@advice
def half(x: Int) -> Int:
    check(x % 2 == 0, "x is odd")
    return x // 2


@advice
def whole_half(x: Int) -> Int:
    return x // 2


def test_advice_that_asserts() -> None:
    """B27: an assertion binds the honest prover; the message names the constraint to write."""

    @circuit
    def halved(x: Signal = private()) -> Signal:
        y = half(x)
        constrain(y + y == x)
        return y

    assert messages_in(halved, "L010") == [
        "advice half asserts a condition that no constraint of it enforces"
    ]


def test_advice_that_only_computes() -> None:
    @circuit
    def halved(x: Signal = private()) -> Signal:
        y = whole_half(x)
        constrain(y + y == x)
        return y

    assert messages_in(halved, "L010") == []
