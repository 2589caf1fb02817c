"""Assumptions of the author: named where the outputs are unique only with them, and no proof."""

from __future__ import annotations

from zkctl.dsl import Array, Signal, assume_bit, circuit, constrain, hint, hints, private
from zkctl.lint.compiled import system_of
from zkctl.lint.prove import prove
from zkctl.lint.verdict import Verdict


@circuit
def digits(x: Signal = private()) -> Array[Signal]:
    """Bits that are only said to be bits."""
    bits = [
        assume_bit(bit, because="the hint returns bits") for bit in hint(hints.bits, x, n_bits=3)
    ]
    constrain(bits[0] + 2 * bits[1] + 4 * bits[2] == x)
    return Array(list(bits))


@circuit
def sums(x: Signal = private(), y: Signal = private()) -> Signal:
    """An assumption that the proof does not need."""
    return assume_bit(x + y, because="one of them is 0") + 0 * x


def test_an_output_that_needs_an_assumption() -> None:
    judgement = prove(system_of(digits.compile()))
    assert judgement.verdict is Verdict.UNKNOWN
    assert judgement.relies_on == ("assumption: the hint returns bits",)
    assert all("the hint returns bits" in each.reason for each in judgement.outputs)


def test_an_output_that_needs_none() -> None:
    judgement = prove(system_of(sums.compile()))
    assert judgement.verdict is Verdict.PROVED
    assert judgement.relies_on == ()
