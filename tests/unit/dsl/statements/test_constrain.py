from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import Array, Bit, Signal, circuit, constrain, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.compare import to_uint


def built(body: Callable[[Signal], Any]) -> None:
    @circuit
    def example(x: Signal = private()) -> None:
        body(x)

    example.compile()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [(True, "the Python value True"), (5, "a int"), (None, "a NoneType"), ("x == y", "a str")],
)
def test_constrain_takes_equations_only(wrong: Any, named: str) -> None:
    with pytest.raises(
        CircuitError,
        match=f"constrain needs an equation of signals, a comparison or a Bit, got {named}",
    ):
        built(lambda x: constrain(wrong))
    with pytest.raises(
        CircuitError,
        match="constrain needs an equation of signals, a comparison or a Bit, got a Signal",
    ):
        built(constrain)


def test_arrays_of_equations() -> None:
    @circuit
    def same(x: Array[Signal] = private(2, 2), y: Array[Signal] = private(2, 2)) -> None:
        constrain(x == y, "they differ")
        constrain([x[0, 0] == x[0, 0], x[0, 1] == y[0, 1]], "they differ")

    compiled = same.compile()
    assert compiled.r1cs.n_constraints == 4 + 2
    compiled.witness(x=[[1, 2], [3, 4]], y=[[1, 2], [3, 4]])
    with pytest.raises(UnsatisfiedError, match="they differ"):
        compiled.witness(x=[[1, 2], [3, 4]], y=[[1, 2], [3, 5]])


def test_constant_equations_are_decided_at_once() -> None:
    built(lambda x: constrain(x * 0 == 0))
    built(lambda x: constrain(x - x + 1 == 1))
    with pytest.raises(CircuitError, match=r"this constraint can never hold: odd \(1 is not 2\)"):
        built(lambda x: constrain(x - x + 1 == 2, "odd"))
    with pytest.raises(CircuitError, match=r"this constraint can never hold \(-1 is not 0\)"):
        built(lambda x: constrain(x - x - 1 == 0))


def test_a_bit_is_constrained_to_be_one() -> None:
    @circuit
    def allowed(a: Bit = private(), b: Bit = private()) -> None:
        constrain(a, "not allowed")
        constrain(~b, "forbidden")
        constrain(a | b)
        constrain(a & ~b, "one of them")

    compiled = allowed.compile()
    assert compiled.r1cs.n_constraints == 2 + 4
    compiled.witness(a=1, b=0)
    allowed(1, 0)
    with pytest.raises(UnsatisfiedError, match=r"not allowed \(0 is not 1\)"):
        compiled.witness(a=0, b=0)
    with pytest.raises(UnsatisfiedError, match=r"forbidden"):
        allowed(1, 1)


@pytest.mark.parametrize("n_bits", [2, 32])
def test_a_wider_number_is_no_statement(n_bits: int) -> None:
    message = f"constrain needs an equation of signals, a comparison or a Bit, got a Uint of {n_bits} bits"
    with pytest.raises(CircuitError, match=message):
        built(lambda x: constrain(to_uint(x, n_bits)))


@pytest.mark.parametrize("nothing", [[], (), Array([]), zip([], [1], strict=False), [[], []]])
def test_nothing_is_no_statement(nothing: Any) -> None:
    with pytest.raises(
        CircuitError,
        match="constrain got nothing to enforce: expected at least one statement, got an empty",
    ):
        built(lambda x: constrain(nothing))
