from __future__ import annotations

import pytest

from tests.support.circuits import check_circuit
from zkctl.dsl import Signal, Uint, circuit, constrain, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.compare import is_equal, is_zero, less_or_equal, less_than, to_uint

R = BN254_FR.modulus


@pytest.mark.parametrize("x", [0, 1, 5, R - 1])
def test_is_zero(x: int) -> None:
    assert is_zero(x) == (x == 0)
    assert is_equal(x, 5) == (x == 5)


@pytest.mark.parametrize(
    ("x", "y"), [(0, 0), (0, 1), (1, 0), (333, 444), (661, 660), (2**252 - 1, 2**252 - 2)]
)
def test_order(x: int, y: int) -> None:
    assert less_than(x, y) == (x < y)
    assert less_or_equal(x, y) == (x <= y)


@circuit
def ordered(x: Uint = private(bits=32), y: Uint = private(bits=32)) -> Signal:
    return less_than(x, y)


@pytest.mark.parametrize("pair", [(0, 0), (0, 2**32 - 1), (2**32 - 1, 0), (7, 8), (8, 7)])
def test_order_in_a_circuit(pair: tuple[int, int]) -> None:
    x, y = pair
    assert ordered.compile().witness(x=x, y=y)[1] == (x < y) == ordered(x, y)


def test_order_in_every_way() -> None:
    good = [{"x": x, "y": y} for x, y in ((0, 0), (3, 2**32 - 1), (9, 8))]
    check_circuit(ordered, good, bad=[{"x": 2**32, "y": 0}, {"x": 0, "y": -1}])


def test_zero_in_every_way() -> None:
    @circuit
    def zero(x: Signal = private()) -> Signal:
        return is_zero(x)

    check_circuit(zero, good=[{"x": x} for x in (0, 1, R - 1)], bad=[{}], all_witnesses=True)


def test_wider_values_than_declared() -> None:
    with pytest.raises(UnsatisfiedError, match="input x does not fit in 32 bits"):
        ordered.compile().witness(x=2**32, y=0)
    with pytest.raises(UnsatisfiedError, match="input x does not fit in 32 bits"):
        ordered(2**32, 0)


def test_less_than_refuses_a_signal_without_a_width() -> None:
    @circuit
    def unbounded(x: Signal = private(), y: Signal = private()) -> Signal:
        return less_than(x, y)

    with pytest.raises(CircuitError, match="x of less_than must be a Uint, got a Signal") as caught:
        unbounded.compile()
    assert "to_uint(x, n_bits) proves a width" in caught.value.hint
    assert "return less_than(x, y)" in caught.value.where


def test_less_than_refuses_widths_that_do_not_fit() -> None:
    with pytest.raises(CircuitError, match=r"less_than of 254 bits does not fit in bn254.fr"):
        less_than(R - 1, 5)


def test_to_uint() -> None:
    assert to_uint(255, 8) == 255
    with pytest.raises(UnsatisfiedError, match="value 256 does not fit in 8 bits"):
        to_uint(256, 8)
    with pytest.raises(UnsatisfiedError, match="too old"):
        to_uint(256, 8, "too old")
    with pytest.raises(
        CircuitError, match=r"to_uint proves widths of 1 to 253 bits in bn254.fr, not 254"
    ):
        to_uint(5, 254)


def test_bounds_follow_the_arithmetic() -> None:
    @circuit
    def sums(x: Uint = private(bits=8), y: Uint = private(bits=8)) -> None:
        for value, expected in ((x + y, 510), (3 * x + 1, 766), (x * y, 255 * 255), (300 - x, 300)):
            assert isinstance(value, Uint)
            assert value.maximum == expected
        assert not isinstance(x - y, Uint)
        assert isinstance(x - y + 255, Uint)
        constrain(less_than(x - y + 255, 511) == 1)

    sums.compile().witness(x=0, y=255)


def test_operands_wider_than_assumed_have_no_witness() -> None:
    from zkctl.dsl import assume_uint

    @circuit
    def wrong(x: Signal = private()) -> Signal:
        return less_than(assume_uint(x, 8, because="a lie, for this test"), 3)

    with pytest.raises(UnsatisfiedError, match="the operands are wider than proven"):
        wrong.compile().witness(x=2**200)
