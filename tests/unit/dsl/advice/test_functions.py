"""Every function computes in a traced program as it does in plain Python."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import (
    Int,
    Ints,
    Signal,
    advice,
    circuit,
    constrain,
    eager_field,
    private,
)
from zkctl.dsl.advice import (
    Advice,
    check,
    copy,
    inverse,
    isqrt,
    join,
    maximum,
    minimum,
    modulus,
    order,
    power,
    repeat,
    select,
    sort,
    split,
    zeros,
)
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR, PrimeField

R = BN254_FR.modulus


def reduced(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(reduced(each) for each in value)
    return value % R


def agree(function: Advice, *args: Any, **parameters: Any) -> None:
    assert function(*args, **parameters) == reduced(function.python(*args, **parameters)), args


@advice
def numbers(x: Int, y: Int) -> list[Int]:
    q, r = divmod(x, y + 1)
    return [
        x + y, x - y, 5 - x, x * y, 3 * x, x // (y + 1), 100 // (x + 1), x % (y + 1), 100 % (x + 1), q, r,
        *divmod(1000, x + 1), x ** (y & 7), 2 ** (y & 7), pow(x, y, 97), power(3, y, 97), x << 3, 1 << (y & 63), x >> 2, 77 >> (y & 7),
        x & y, x | y, x ^ y, 12 & x, 12 | x, 12 ^ x, ~x, -x, +x, abs(y - x), x == y, x != y, x < y, x <= y, x > y, x >= y, x > 3, x <= 3,
        x.bit_length(), select(x > y, x, 5), *select(x == y, [x, 1], [2, y]), minimum(x, y), maximum(x, 9), isqrt(x), isqrt(x - y),
        inverse(x, 97), inverse(5, y), inverse(x, y - 3), True + x,
    ]  # fmt: skip


@advice
def arrays(a: Ints, k: Int) -> tuple[Ints, Int, tuple[Int, Ints]]:
    changed = copy(a)
    index = k % len(a)
    changed[index] = changed[index] + a[0]
    changed[-1] = 7
    table = zeros(3)
    table[1] = k
    ordered = [sort(a)[0], sort(a)[-1], *order(a), *changed[1:3], *table]
    return (
        changed,
        join(a, 8),
        (join(split(k - 5, 3, 4), 3), [*ordered, *split(a[1], 5, 2), sum(a)]),
    )


@pytest.mark.parametrize(("x", "y"), [*itertools.product([0, 1, 5, 96, 97, 1 << 80], repeat=2)])
def test_numbers(x: int, y: int) -> None:
    agree(numbers, x, y)


@pytest.mark.parametrize("k", [0, 1, 2, 3, 99])
def test_arrays(k: int) -> None:
    agree(arrays, [3, 200, 1, 1 << 70], k)


def exchanged(k: Any, x: Any, y: Any) -> Any:
    return y, x + y * k


@advice
def loops(n: Int, a: Ints) -> list[Int]:
    x, y = repeat(n, exchanged, 1, 2)
    swapped, other = repeat(n, lambda _k, u, v: (v, u), a, [9, 8, n])
    counted = zeros(4)

    def count(k: Int) -> None:
        counted[k % 4] = counted[k % 4] + k

    repeat(n, count)
    nested = repeat(3, lambda i, s: repeat(i + 1, lambda j, t: t + i * j, s), 0)
    fresh = repeat(n, lambda k, s: s + made(k), 0)
    total = repeat(n, lambda k, s, v: (s + v[0], [v[1], s, v[0]]), 1, a)
    return [
        x,
        y,
        *swapped,
        *other,
        *counted,
        nested,
        fresh,
        total[0],
        *total[1],
        repeat(n, lambda k, s: k, 5),
    ]


def made(k: Any) -> Any:
    array = zeros(2)
    array[k & 1] = array[k & 1] + 1
    return array[0]


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_loops(n: int) -> None:
    agree(loops, n, [4, 5, 6])
    assert len(loops.program(None, 3).code) < 100


def test_a_missing_divisor_is_defined() -> None:
    @advice
    def divided(x: Int, y: Int) -> tuple[Int, Int]:
        return divmod(x, y)

    assert divided(17, 0) == (0, 17)


def test_the_modulus_is_that_of_the_field() -> None:
    @advice
    def last() -> Int:
        return modulus() - 1

    assert last() == last.python() == R - 1
    with eager_field(PrimeField("small", 101)):
        assert last() == 100


def _asserting(x: Any) -> Any:
    assert x < 3, "not below 3"
    return x


WRONG: list[tuple[Callable[..., Any], str, str]] = [
    (lambda x: x if x else 1, "an integer of an advice function cannot decide an if, while, and, or, not", "select(condition, a, b)"),
    (lambda x: x and 1, "an integer of an advice function cannot decide an if, while, and, or, not", "minimum and maximum too"),
    (lambda x: min(x, 5), "an integer of an advice function cannot decide an if, while, and, or, not", "minimum"),
    (lambda x: [1, 2][x], "an integer of an advice function cannot be an index of a Python list or the end of a range", "copy(list)[i]"),
    (lambda x: sum(range(x)), "an integer of an advice function cannot be an index of a Python list or the end of a range", "repeat(n"),
    (lambda x: {x: 1}, "an integer of an advice function cannot be a dictionary key or a member of a set", "lists"),
    (int, "an integer of an advice function cannot become a Python number", "it has no value"),
    (lambda x: check(x < 3, f"{x}"), "an integer of an advice function cannot become text", "log(...)"),
    (str, "an integer of an advice function cannot become text", "the same for every input"),
    (lambda x: check(x < 3, ""), "the message of a check is wrong: expected a text of 1 to 200 characters, got 0 characters", "x <"),
    (lambda x: check(x < 3, "y" * 201), "the message of a check is wrong: expected a text of 1 to 200 characters, got 201 characters", "x"),
    (lambda x: check(x < 3, x), "the message of a check is wrong: expected a text of 1 to 200 characters, got Integer", "check(x < y"),
    (lambda x: check("x", "odd"), "an advice function computes with integers, got a str", "Int for a signal"),
    (lambda x: check(False, "never"), "a check of the advice wrong fails on every input: never", "its condition is a constant"),
    (_asserting, "an integer of an advice function cannot decide an if, while, and, or, not", "check(condition, message)"),
    (lambda x: x / 2, "an integer of an advice function cannot be divided with /", "x // y"),
    (lambda x: x[0], "an integer of an advice function cannot be measured, indexed or iterated", "Ints"),
    (lambda x: x + "1", "an advice function computes with integers, got a str", "Int for a signal"),
    (lambda x: x * 0.5, "an advice function computes with integers, got a float", "Int for a signal"),
    (lambda x: repeat(3, lambda k, y: None, x), "the step of repeat returns 0 values, its state has 1", "return the new state"),
    (lambda x: repeat(3, lambda k, y, z: y, x, x), "the step of repeat returns 1 values, its state has 2", "return the new state"),
    (lambda x: repeat(3, lambda k: x), "the step of repeat returns 1 values, its state has 0", "return the new state"),
    (lambda x: repeat(3, lambda k, y: [x], [x, x]), "the step of repeat returns an array of 1 for an array of 2", "keeps its length"),
    (lambda x: repeat(3, lambda k, y: x, [x, x]), "the step of repeat returns a number for an array of 2", "keeps its length"),
    (lambda x: repeat(3, lambda k, y: [y], x), "an advice function computes with integers, got a Ints", "Ints for an array"),
    (lambda x: zeros(2) == zeros(2), "arrays of an advice function cannot be compared whole", "compare their elements"),
    (lambda x: zeros(0)[x], "an empty array has no elements", "check its length"),
    (lambda x: None, "the advice wrong returns nothing", "return an integer"),
    (lambda x: split(x, 1 << 14, 4), "the advice wrong is too large: operand 3 of instruction 0 is 16384, not a BITS", "repeat(n"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "message", "hint"), WRONG)
def test_mistakes(body: Callable[..., Any], message: str, hint: str) -> None:
    @advice
    def wrong(x: Int) -> Any:
        return body(x)

    with pytest.raises(CircuitError) as caught:
        wrong(5)
    assert caught.value.message == message
    assert hint in caught.value.hint


@advice
def guarded(x: Int, y: Int) -> Int:
    check(y != 0, "the divisor is zero")
    check(True, "holds whatever the input is")

    def step(k: Int, total: Int) -> Int:
        check(total < 1000, "the sum is too large")
        return total + k

    return x // y + repeat(x, step, 0)


def test_checks_stop_with_the_message_and_their_place() -> None:
    assert guarded(10, 3) == guarded.python(10, 3) == 3 + 45
    assert len(guarded.program(None, None).texts) == 2  # no instruction for what holds anyway
    first = guarded.interface.function.__code__.co_firstlineno
    for call in (guarded, guarded.python):
        with pytest.raises(UnsatisfiedError) as caught:
            call(10, 0)
        assert caught.value.message == (
            "an assertion of the advice guarded fails: the divisor is zero"
            f" (test_functions.py:{first + 2}:5 in guarded)"
        )
        with pytest.raises(UnsatisfiedError, match=r"the sum is too large .*step"):
            call(100, 3)


def test_a_check_in_a_circuit_names_the_call_and_no_value() -> None:
    @circuit
    def dividing(x: Signal = private(), y: Signal = private()) -> None:
        constrain(guarded(x, y) == x)

    compiled = dividing.compile()
    for run in (compiled.witness, dividing):
        with pytest.raises(UnsatisfiedError, match="the divisor is zero") as caught:
            run(x=987654, y=0)
        assert "constrain(guarded(x, y) == x)" in caught.value.where
        assert "987654" not in str(caught.value) + caught.value.where

    @circuit
    def constant(x: Signal = private()) -> None:
        constrain(guarded(5, 0) == x)

    with pytest.raises(UnsatisfiedError, match="the divisor is zero") as built:
        constant.compile()
    assert "constrain(guarded(5, 0) == x)" in built.value.where


def test_an_integer_is_shown_without_an_address() -> None:
    shown: list[str] = []

    @advice
    def showing(x: Int) -> Int:
        shown.append(repr(x))
        return x

    showing(3)
    assert shown == ["<integer of an advice function>"]


def test_numbers_of_a_loop_stay_in_it() -> None:
    kept: list[Int] = []

    @advice
    def leaking(x: Int) -> Int:
        repeat(x, lambda k: kept.append(k * 2))
        return kept[0]

    with pytest.raises(
        CircuitError, match="a number made in the body of repeat is used after the loop"
    ):
        leaking(3)

    @advice
    def foreign(x: Int) -> Int:
        return x + kept[0]

    with pytest.raises(CircuitError, match="a number of another advice function is used"):
        foreign(3)


def test_parameters_and_indices() -> None:
    @advice
    def changing(a: Ints) -> Ints:
        a[0] = 1
        return a

    with pytest.raises(CircuitError, match="a parameter of an advice function cannot be changed"):
        changing([1, 2])

    @advice
    def outside(a: Ints) -> Int:
        return a[2]

    with pytest.raises(IndexError, match="index 2 is outside an array of 2"):
        outside([1, 2])
    assert outside([1, 2, 3]) == 3


def test_advice_inside_advice_is_part_of_it() -> None:
    @advice
    def twice(x: Int, y: Int) -> Int:
        return numbers(x, y)[0] + numbers(x, y)[3]

    assert twice(3, 4) == 7 + 12
