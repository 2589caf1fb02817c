from __future__ import annotations

import pytest

from tests.support.circuits import check_circuit
from zkctl.dsl import Bit, Signal, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.inverse import divide, inverse
from zkctl.gadgets.select import mux, select, swap_if


def test_values() -> None:
    assert (select(1, 5, 7), select(0, 5, 7)) == (5, 7)
    assert (swap_if(1, 5, 7), swap_if(0, 5, 7)) == ((7, 5), (5, 7))
    table = [37, 47, 53, 71]
    assert [mux([k & 1, k >> 1], table) for k in range(4)] == table
    assert mux([], [9]) == 9
    quarter = inverse(4)
    assert isinstance(quarter, int)
    assert divide(quarter * 12 % BN254_FR.modulus, 1) == 3


@pytest.mark.parametrize("k", range(16))
def test_mux_of_constants_in_a_circuit(k: int) -> None:
    table = [pow(3, j, 1009) for j in range(16)]

    @circuit
    def looked_up(b0: Bit = private(), b1: Bit = private(), b2: Bit = private(), b3: Bit = private()) -> Signal:  # fmt: skip
        return mux([b0, b1, b2, b3], table)

    assert looked_up.compile().witness(b0=k & 1, b1=k >> 1 & 1, b2=k >> 2 & 1, b3=k >> 3)[1] == table[k]  # fmt: skip


def test_selection_in_every_way() -> None:
    @circuit
    def chosen(c: Bit = private(), x: Signal = private(), y: Signal = private()) -> Signal:
        return select(c, x, y)

    good = [{"c": 0, "x": 5, "y": 7}, {"c": 1, "x": 5, "y": 7}]
    check_circuit(chosen, good, bad=[{"c": 2, "x": 5, "y": 7}], all_witnesses=True)


def test_division_in_every_way() -> None:
    @circuit
    def quotient(x: Signal = private(), y: Signal = private()) -> Signal:
        return divide(x, y)

    check_circuit(quotient, good=[{"x": 12, "y": 4}], bad=[{"x": 1, "y": 0}], all_witnesses=True)


def test_division() -> None:
    assert divide(12, 4) == 3
    for run in (lambda: inverse(0), lambda: divide(1, 0)):
        with pytest.raises(UnsatisfiedError, match="division by zero"):
            run()


def test_conditions_must_be_bits() -> None:
    @circuit
    def unproven(c: Signal = private(), x: Signal = private()) -> Signal:
        return select(c, x, 0)

    with pytest.raises(
        CircuitError, match="condition of select must be a Bit, got a Signal"
    ) as caught:
        unproven.compile()
    assert "assume_bit(x, because=...)" in caught.value.hint

    @circuit
    def wide(c: Uint = private(bits=2), x: Signal = private()) -> Signal:
        return select(c, x, 0)

    with pytest.raises(CircuitError, match="condition of select must be a Bit, got a Uint"):
        wide.compile()
    with pytest.raises(CircuitError, match="condition of select must be a Bit, got 2"):
        select(2, 1, 0)


def test_mux_needs_all_values() -> None:
    with pytest.raises(CircuitError, match="mux with 2 bits selects from 4 values, got 3"):
        mux([0, 1], [1, 2, 3])
