"""Python integers beside signals: those of the field, and the refusal of the rest."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, dot, hint, hints, private
from zkctl.dsl.integers import as_integer, remedy
from zkctl.errors import CircuitError
from zkctl.field import BN254_FR, PrimeField
from zkctl.gadgets.bits import from_bits
from zkctl.gadgets.compare import is_equal, less_than
from zkctl.gadgets.select import mux, select

P = BN254_FR.modulus
Body = Callable[[Any, Any], Any]


def refused_by_both(body: Body, message: str) -> CircuitError:
    """Check that a body is refused when it is compiled and when it runs on values; return the first error."""

    @circuit
    def program(x: Uint = private(bits=8), flag: Bit = private()) -> None:
        body(x, flag)

    with pytest.raises(CircuitError, match=message) as caught:
        program.compile()
    with pytest.raises(CircuitError, match=message):
        program(9, 1)
    return caught.value


@pytest.mark.parametrize(
    "c", [P, -P, P + 3, -(2**256), 2**20000], ids=["p", "-p", "p+3", "-2^256", "2^20000"]
)
@pytest.mark.parametrize(
    "meet",
    [
        lambda x, b, c: x + c,
        lambda x, b, c: c + x,
        lambda x, b, c: x - c,
        lambda x, b, c: c - x,
        lambda x, b, c: x * c,
        lambda x, b, c: c * x,
        lambda x, b, c: constrain(x == c),
        lambda x, b, c: constrain(c == x),
        lambda x, b, c: Array([x, x]) * c,
        lambda x, b, c: Array([x, x]) - [0, c],
        lambda x, b, c: constrain(Array([x]) == [c]),
        lambda x, b, c: dot([1, c], [x, x]),
        lambda x, b, c: dot([1, 1], [x, c]),
        lambda x, b, c: dot([1], [x], c),
        lambda x, b, c: select(b, x, c),
        lambda x, b, c: mux([b], [x, c]),
        lambda x, b, c: less_than(x, c),
        lambda x, b, c: is_equal(x, c),
        lambda x, b, c: hint(hints.divide_or_zero, x, c),
        lambda x, b, c: b & c,
    ],
)
def test_integers_outside_the_field(meet: Callable[..., Any], c: int) -> None:
    def body(x: Any, b: Any) -> None:
        meet(x, b, c)

    message = r"is outside bn254\.fr: expected -p < c < p, got "
    problem = refused_by_both(body, message)
    assert "c % p" in problem.hint


@pytest.mark.parametrize("c", [P, -P - 1])
def test_returned_integers_outside_the_field(c: int) -> None:
    @circuit
    def typed(x: Signal = private()) -> Signal:
        return c  # type: ignore[return-value]

    @circuit
    def untyped(x: Signal = private()):  # type: ignore[no-untyped-def]
        return Array([x, c])

    for program in (typed, untyped):
        with pytest.raises(CircuitError, match=r"an integer is outside bn254\.fr"):
            program.compile()
        with pytest.raises(CircuitError, match=r"an integer is outside bn254\.fr"):
            program(1)


def test_integers_of_the_field() -> None:
    @circuit
    def program(x: Signal = private()) -> Signal:
        high, third = 2 ** (P.bit_length() - 1), pow(3, -1, P)
        return x * third + (P - 1) - (1 - P) + high - high + x * (P - 1) + dot([-(P - 1)], [x])

    assert program.compile().witness(x=6)[1] == program(6) == (2 - 2 - 6 + 6) % P


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int8, np.uint64, bool])
def test_integers_of_other_types(kind: Any) -> None:
    one = kind(1)

    @circuit
    def program(x: Uint = private(bits=8), b: Bit = private()) -> Array[Signal]:
        constrain(select(b, x, one) * one == x**one, "b is 1")
        constrain(less_than(one, x) & one == one)
        sums = [one + x - one, dot([one, one], [x, one], one), hint(hints.divide_or_zero, x, one)]
        return Array([*sums, *(Array([x]) * one + [one])])

    assert program.compile().witness(x=6, b=1)[1:5] == [6, 8, 6, 7]
    assert list(program(6, 1)) == [6, 8, 6, 7]


@pytest.mark.parametrize(
    ("value", "found", "advice"),
    [
        (0.5, "a float", "a field has no fractions"),
        (1.0, "a float", "a field has no fractions"),
        (Fraction(1, 2), "a Fraction", "a field has no fractions"),
        (Decimal(1), "a Decimal", "a field has no fractions"),
        (1j, "a complex", "a field has no fractions"),
        (np.float64(2), "a float64", "a field has no fractions"),
        (np.float32(2), "a float32", "a field has no fractions"),
        ("hello", "a str", "int.from_bytes"),
        (b"hello", "a bytes", "int.from_bytes"),
        (np.array([1, 2]), "an ndarray|a ndarray", "Array"),
    ],
)
@pytest.mark.parametrize(
    "meet",
    [
        lambda x, b, c: x + c,
        lambda x, b, c: c - x,
        lambda x, b, c: x * c,
        lambda x, b, c: constrain(x == c),
        lambda x, b, c: constrain(c == x),
        lambda x, b, c: Array([x, x]) * c,
        lambda x, b, c: dot([c], [x]),
        lambda x, b, c: dot([1], [x], c),
        lambda x, b, c: dot([1, 1], [x, c]),
        lambda x, b, c: select(b, x, c),
        lambda x, b, c: hint(hints.divide_or_zero, x, c),
    ],
)
def test_values_that_are_no_integers(
    meet: Callable[..., Any], value: object, found: str, advice: str
) -> None:
    def body(x: Any, b: Any) -> None:
        meet(x, b, value)

    assert advice in refused_by_both(body, f"got ({found})").hint


@pytest.mark.parametrize("value", [None, [1], (1,), {1}, {}])
def test_containers_are_no_operands(value: object) -> None:
    for meet in (lambda x: x + value, lambda x: x * value, lambda x: x == value):
        refused_by_both(lambda x, _, meet=meet: meet(x), "is no number: expected a signal or an integer")  # fmt: skip


def test_numbers_of_more_bits_than_the_field() -> None:
    @circuit
    def wide(bits: Array[Bit] = private(260)) -> Signal:
        return from_bits(bits)

    @circuit
    def summed(bits: Array[Bit] = private(260)) -> Signal:
        return sum((bit * 2**k for k, bit in enumerate(bits)), bits[0] * 0)

    ones = [1] * 260
    assert wide.compile().witness(bits=ones)[1] == wide(ones) == (2**260 - 1) % P
    with pytest.raises(CircuitError, match=r"an integer is outside bn254\.fr"):
        summed.compile()


def test_parts() -> None:
    seven = PrimeField("seven", 7)
    assert [as_integer(c, seven) for c in (-6, 6, True, "6")] == [-6, 6, 1, None]
    with pytest.raises(CircuitError, match="a size is outside seven: expected -p < c < p, got 7"):
        as_integer(7, seven, "a size")
    assert remedy(object()) == ""
