from __future__ import annotations

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_all_witnesses, check_circuit
from zkctl.dsl import Array, Bit, Signal, Uint, bit, circuit, private
from zkctl.errors import CircuitError


@circuit
def all_bits(x: Uint = private(bits=2), y: Uint = private(bits=2)) -> Array[Bit]:
    return Array(
        [bit(x < y), bit(x <= y), bit(x > y), bit(x >= y), bit(x == y), ~bit(x == 2) & bit(y > 1)]
    )


def test_bits_of_statements() -> None:
    pairs = [(x, y) for x in range(4) for y in range(4)]
    for x, y in pairs:
        expected = [x < y, x <= y, x > y, x >= y, x == y, x != 2 and y > 1]
        assert list(all_bits(x, y)) == expected
    check_circuit(all_bits, [{"x": x, "y": y} for x, y in pairs])


def test_every_witness_gives_the_bits() -> None:
    @circuit
    def order(x: Uint = private(bits=2), y: Uint = private(bits=2)) -> Array[Bit]:
        return Array([bit(x < y), bit(x == y)])

    check_circuit(order, [{"x": 1, "y": 3}], [{"x": 4, "y": 0}])
    for field in SMALL_FIELDS:
        if field.n_bits > 3:
            check_all_witnesses(order.over(field), {})


def test_costs() -> None:
    @circuit
    def costs(x: Uint = private(bits=8), y: Uint = private(bits=8)) -> Array[Bit]:
        return Array([bit(x < y), bit(x == y), bit(x <= 255), bit(x > 300)])

    assert (
        costs.compile().r1cs.n_constraints == 16 + 9 + 2 + 2
    )  # the last two are constants, each a linear row


def test_a_bit_stays_a_bit() -> None:
    @circuit
    def same(b: Bit = private()) -> Signal:
        assert bit(b) is b
        return b * 1

    same.compile()


@pytest.mark.parametrize("wrong", [True, 1, "x < y", None])
def test_other_things_are_no_statement(wrong: object) -> None:
    @circuit
    def mistaken(x: Signal = private()) -> Signal:
        return bit(wrong)

    with pytest.raises(
        CircuitError,
        match="bit needs a comparison, an equation or a Bit: expected x < y or x == y, got a",
    ):
        mistaken.compile()
