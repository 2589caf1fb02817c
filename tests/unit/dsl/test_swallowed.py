"""Errors that a try statement of the author swallows."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, gadget, private
from zkctl.dsl.swallowed import attempt, note, noting, refuse_swallowed
from zkctl.errors import CircuitError, UnsatisfiedError


def test_what_an_attempt_noted_is_forgotten() -> None:
    errors = [CircuitError("before")]
    with noting(errors):
        with contextlib.suppress(KeyError), attempt():
            note(CircuitError("inside"))
            raise KeyError
        with attempt():
            note(CircuitError("kept: nothing failed"))
    note(CircuitError("outside of a circuit"))
    assert [error.message for error in errors] == ["before", "kept: nothing failed"]


def test_the_first_error_is_told() -> None:
    refuse_swallowed([])
    errors = [CircuitError("one", where="here"), CircuitError("two")]
    with pytest.raises(CircuitError) as caught:
        refuse_swallowed(errors)
    assert str(caught.value) == (
        "here: the circuit went on after an error, which a try or with statement swallowed: one\n"
        "hint: let errors leave the circuit: what raised one is not enforced; isinstance(x, Uint) asks for a type"
    )


@gadget(stamped=True)
def unfinished(x: Signal) -> Signal:
    constrain(x == 3)
    raise LookupError


@circuit
def goes_on(x: Signal = private()) -> Signal:
    with contextlib.suppress(LookupError):
        unfinished(x)
    return x * x


def test_a_stamped_gadget_that_was_not_finished() -> None:
    """Its constraint is in no circuit; eager mode says the same."""
    for run in (goes_on.compile, lambda: goes_on(3)):
        with pytest.raises(CircuitError) as caught:
            run()
        assert caught.value.message == (
            "the circuit went on after an error, which a try or with statement swallowed: "
            "the stamped gadget unfinished raised LookupError"
        )
        assert caught.value.where.endswith(" in unfinished")


@circuit
def lenient(x: Signal = private()) -> Signal:
    with contextlib.suppress(UnsatisfiedError):
        constrain(x == 3, "x is not three")
    return x * x


def test_eager_mode_accepts_no_more_than_the_circuit() -> None:
    assert lenient(3) == 9
    for run in (lenient, lambda x: lenient.compile().witness(x=x)):
        with pytest.raises(UnsatisfiedError, match=r"x is not three \(4 is not 3\)"):
            run(4)


@gadget
def number_or_bit(x: Bit | Uint) -> Signal:
    return x * x


def test_what_the_language_tries_itself_is_no_error() -> None:
    @circuit
    def either(x: Uint = private(bits=8)) -> Signal:
        return number_or_bit(x)

    assert either(5) == either.compile().witness(x=5)[1] == 25


def test_signals_may_be_in_numpy_arrays() -> None:
    """numpy asks a signal for its length first, and goes on when it has none."""

    @circuit
    def squares(x: Array[Signal] = private(3)) -> Signal:
        given = np.array(x.flat, dtype=object)
        return (given * given).sum() * np.int64(2)

    assert squares([1, 2, 3]) == squares.compile().witness(x=[1, 2, 3])[1] == 28
