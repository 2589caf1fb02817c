from __future__ import annotations

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_all_witnesses, check_circuit
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.compare import (
    enforce_range,
    greater_or_equal,
    greater_than,
    in_range,
    is_equal,
    is_zero,
    less_or_equal,
    less_than,
    to_uint,
)

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
    assert greater_than(x, y) == (x > y)
    assert greater_or_equal(x, y) == (x >= y)


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

    check_circuit(zero, good=[{"x": x} for x in (0, 1, R - 1)], all_witnesses=True)


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


@circuit
def confined(x: Signal = private(), *, low: int, high: int) -> None:
    enforce_range(x, low, high)


@circuit
def aged(x: Uint = private(bits=8), *, low: int, high: int) -> None:
    enforce_range(x + 3, low, high, "the age {value} is wrong")


@circuit
def between(x: Signal = private(), ends: Array[Uint] = private(2, bits=1)) -> None:
    enforce_range(x, ends[0], ends[1])


@circuit
def uint_between(x: Uint = private(bits=8), ends: Array[Uint] = private(2, bits=8)) -> Bit:
    enforce_range(x, ends[0], ends[1])
    return in_range(x, ends[0], 200)


@pytest.mark.parametrize(
    ("low", "high", "rows"),
    [
        (0, 0, 1), (5, 5, 1), (0, 1, 1), (3, 4, 1), (0, 2, 2), (18, 120, 7), (0, 255, 8), (7, 1000, 10),
        (1, 2**253 + 5, 254), (R - 4, R - 2, 2),
    ],
)  # fmt: skip
def test_a_range_costs_the_bits_of_its_length(low: int, high: int, rows: int) -> None:
    good = [{"x": x} for x in {low, high, (low + high) // 2}]
    bad = [{"x": low - 1}, {"x": high + 1}, {"x": (high + 2**250) % R}]
    compiled = check_circuit(confined, good, bad, low=low, high=high)
    assert compiled.r1cs.n_constraints == rows


def test_every_range_over_small_fields() -> None:
    for field in SMALL_FIELDS[:3]:
        for low in range(field.modulus):
            for high in range(low, field.modulus):
                check_all_witnesses(confined.over(field), {"low": low, "high": high})


def test_ranges_between_signals() -> None:
    check_circuit(between, [{"x": 0, "ends": [0, 1]}], [{"x": 1, "ends": [1, 0]}])
    for field in SMALL_FIELDS[1:]:
        check_all_witnesses(between.over(field), {})
    good = [{"x": 7, "ends": ends} for ends in ([7, 7], [0, 255], [6, 8])]
    bad = [{"x": 7, "ends": ends} for ends in ([8, 8], [0, 6], [8, 6], [0, 256])]
    check_circuit(uint_between, good, bad)
    enforce_range(5, 3, 5)
    with pytest.raises(UnsatisfiedError, match="value 7 is not in the range"):
        enforce_range(7, 3, 5)


@pytest.mark.parametrize(("low", "high", "rows"), [(0, 258, 0), (0, 400, 0), (18, 400, 8), (18, 81, 6)])  # fmt: skip
def test_a_known_interval_makes_ranges_cheaper(low: int, high: int, rows: int) -> None:
    assert aged.compile(low=low, high=high).r1cs.n_constraints == 8 + rows


@pytest.mark.parametrize("high", [80, 81])
def test_the_message_of_a_range(high: int) -> None:
    for run in (aged.compile(low=18, high=high).witness, lambda x: aged(x, low=18, high=high)):
        with pytest.raises(UnsatisfiedError, match="the age 17 is wrong"):
            run(x=14)
    with pytest.raises(UnsatisfiedError, match="value 121 is not in the range 18 to 120"):
        confined.compile(low=18, high=120).witness(x=121)


def test_ends_of_ranges() -> None:
    assert [in_range(x, 18, 120) for x in (0, 17, 18, 120, 121)] == [0, 0, 1, 1, 0]
    assert in_range(5, 6, 4) == 0
    with pytest.raises(
        CircuitError,
        match="the range of enforce_range is empty: expected low <= high, got 4 to 3",
    ) as caught:
        confined.compile(low=4, high=3)
    assert "negative ends are large numbers of the field" in caught.value.hint
    assert "enforce_range(x, low, high)" in caught.value.where
    with pytest.raises(
        CircuitError, match="enforce_range can never hold: expected 300 to 400, got 3 to 258"
    ) as caught:
        aged.compile(low=300, high=400)
    assert caught.value.hint == "change the ends of the range, or the width of x"
    with pytest.raises(
        CircuitError, match=r"enforce_range of 253 bits does not fit in bn254.fr \(254 bits\)"
    ) as caught:
        enforce_range(5, 3, 2**253 - 1)
    assert caught.value.hint == "at most 251 bits can be compared"
