from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import Array, Bit, Signal, Uint, assume_bit, assume_uint, circuit, constrain, private
from zkctl.errors import CircuitError, UnsatisfiedError


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
    with pytest.raises(CircuitError, match=f"constrain needs an equation of signals, got {named}"):
        built(lambda x: constrain(wrong))
    with pytest.raises(CircuitError, match="constrain needs an equation of signals, got a Signal"):
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


def test_assumptions_change_the_type_and_nothing_else() -> None:
    @circuit
    def assumed(x: Signal = private()) -> None:
        assert type(assume_bit(x, because="the caller says so")) is Bit
        wide = assume_uint(x * x, 16, because="the caller says so")
        assert isinstance(wide, Uint)
        assert wide.n_bits == 16

    assert assumed.compile().r1cs.n_constraints == 0


@pytest.mark.parametrize("because", ["", "  "])
def test_assumptions_need_a_reason(because: str) -> None:
    with pytest.raises(CircuitError, match="an assumption needs a reason"):
        built(lambda x: assume_bit(x, because=because))
    with pytest.raises(CircuitError, match="an assumption needs a reason"):
        built(lambda x: assume_uint(x, 8, because=because))


def test_impossible_assumptions() -> None:
    with pytest.raises(CircuitError, match="the constant 2 is not in the range 0 to 1"):
        built(lambda x: assume_bit(x * 0 + 2, because="wrong"))
    for n_bits in (0, 254):
        message = f"a width of {n_bits} bits is not possible in bn254.fr, only 1 to 253"
        with pytest.raises(CircuitError, match=message):
            built(lambda x, n=n_bits: assume_uint(x, n, because="wrong"))
