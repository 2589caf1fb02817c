"""Structures as arguments and results of advice: the same numbers compiled, eager, on integers and in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import (
    Array,
    Int,
    Ints,
    Signal,
    Struct,
    Uint,
    Word,
    advice,
    circuit,
    constrain,
    gadget,
    private,
    sized,
)
from zkctl.dsl.advice import check, select
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR

R = BN254_FR.modulus


class Point(Struct):
    x: Signal
    y: Signal

    @property
    def product(self) -> Any:
        return self.x * self.y


class Order(Struct):
    owner: Point
    amount: Uint = sized(bits=16)
    code: Word[16]  # type: ignore[type-arg, valid-type]
    path: Array[Signal] = sized(3)
    stops: Array[Point] = sized(2)


class Plain(Struct):
    first: Point
    values: Array[Signal] = sized(2)
    points: Array[Point] = sized(1)


@advice
def weight(order: Order, factor: Int, extra: Array[Point], *, more: int = 0) -> Int:
    total = order.owner.product + order.amount * factor + order.code
    total += sum(v * (k + 1) for k, v in enumerate(order.path)) + order.path[factor % 3]
    return total + sum(p.x - p.y for p in [*order.stops, *extra]) + more


@circuit
def weighing(order: Order = private(), extra: Array[Point] = private(2)) -> Signal:
    return weight(order, order.amount, extra)


def an_order() -> Order:
    stops = Array([Point(5, 6), Point(9, 1)])
    return Order(Point(3, 4), 300, 513, Array([7, 8, 9]), stops)


EXTRA = [Point(1, 2), Point(10, 0)]
EXPECTED = 12 + 300 * 300 + 513 + (7 + 16 + 27) + 7 + (-1 + 8 - 1 + 10)


def test_structures_are_arguments() -> None:
    assert weight(an_order(), 300, EXTRA) == EXPECTED
    assert weight.python(an_order(), 300, EXTRA) == EXPECTED
    assert weight(an_order(), 300, EXTRA, more=5) == EXPECTED + 5
    assert weighing(order=an_order(), extra=EXTRA) == EXPECTED
    given = {
        "order": {
            "owner": {"x": 3, "y": 4},
            "amount": 300,
            "code": 513,
            "path": [7, 8, 9],
            "stops": [{"x": 5, "y": 6}, {"x": 9, "y": 1}],
        },
        "extra": [{"x": 1, "y": 2}, {"x": 10, "y": 0}],
    }
    compiled = weighing.compile()
    assert compiled.witness(**given)[1] == EXPECTED
    assert [(each.n_inputs, each.name) for each in compiled.program.advice] == [(16, "weight")]


def test_dictionaries_and_tuples_stand_for_structures() -> None:
    @advice
    def first(p: Point) -> Int:
        return p.x - p.y

    assert first({"x": 7, "y": 2}) == first((7, 2)) == first(Point(7, 2)) == 5


@advice
def mirrored(p: Point, other: Plain, swap: Int) -> tuple[Point, Plain, Array[Point]]:
    check(p.x != p.y, "a point on the diagonal")
    turned = Point(x=p.y, y=p.x).replace(y=p.x + 1)
    plain = Plain(turned, [1, p.x], [select(swap, p, turned)])
    return turned, plain.replace(values=other.values), [p, *other.points]


@gadget(stamped=True)
def mirrors(p: Point, other: Plain, swap: Signal) -> tuple[Point, Plain, Point]:
    turned, plain, points = mirrored(p, other, swap)
    constrain(turned.x == p.y, "not turned")
    constrain(points[0] == p, "another point")
    return turned, plain, points[1]


@circuit
def turning(
    p: Point = private(), other: Plain = private(), swap: Signal = private()
) -> Array[Signal]:
    turned, plain, last = mirrors(p, other, swap)
    again, _, _ = mirrors(turned, plain, 1 - swap)
    found = [turned.x, turned.y, plain.first.y, *plain.values, plain.points[0].x, last.y, again.y]
    return Array([*found])


@pytest.mark.parametrize("swap", [0, 1])
def test_structures_of_signals_are_results(swap: int) -> None:
    other = Plain(Point(1, 1), Array([20, 30]), Array([Point(40, 50)]))
    outputs = [5, 3, 3, 20, 30, 2 if swap else 5, 50, 6]
    assert list(turning(p=Point(2, 5), other=other, swap=swap)) == outputs
    given = {
        "p": {"x": 2, "y": 5},
        "other": {
            "first": {"x": 1, "y": 1},
            "values": [20, 30],
            "points": [{"x": 40, "y": 50}],
        },
        "swap": swap,
    }
    compiled = turning.compile()
    assert compiled.witness(**given)[1:9] == outputs
    with pytest.raises(UnsatisfiedError, match="a point on the diagonal"):
        compiled.witness(**{**given, "p": {"x": 5, "y": 5}})
    turned, plain, points = mirrored(Point(2, 5), other, swap)
    assert turned == Point(5, 3)
    assert plain.points[0] == (Point(2, 5) if swap else Point(5, 3))
    assert points == [Point(2, 5), Point(40, 50)]


@advice
def one(p: Point, a: Ints, extra: Array[Point]) -> Int:
    return p.x + a[0] + len(extra)


@advice
def compared(p: Point) -> Int:
    return 1 if p == Point(1, 2) else 0


@advice
def sized_wrongly(p: Point) -> Plain:
    return Plain(p, p.x, [p])


@advice
def claiming(p: Point) -> Order:
    return Order(p, 3, p.x, [1, 2, 3], [p, p])


@advice
def claiming_inside(p: Point) -> tuple[Int, list[Order]]:
    return p.x, [Order(p, 3, p.x, [1, 2, 3], [p, p])]


@advice
def holding_text(p: Point) -> Point:
    return Point(p.x, "y")


@advice
def holding_another(p: Point) -> Plain:
    return Plain(Plain(p, [1, 2], [p]), [1, 2], [p])


POINT = Point(1, 2)
MALFORMED: list[tuple[Callable[..., Any], str, str]] = [
    (lambda: one(3, [1], []), "p of the advice one has another structure: expected Point, got an int", "write Point(x=..., y=...)"),
    (lambda: one([1, 2], [1], []), "p of the advice one has another structure: expected Point, got a list of 2", "write Point"),
    (lambda: one({"x": 1}, [1], []), "Point got no value for the field y", "the fields of Point are x, y"),
    (lambda: one(POINT, POINT, []), "a of the advice one must be an array, got a Point", ""),
    (lambda: one(POINT, [POINT], []), "a of the advice one must be an array, got an array of structures", ""),
    (lambda: one(POINT, [1], POINT), "extra of the advice one must hold several values: expected Array[Point], got a Point", "["),
    (lambda: one(POINT, [1], [1]), "an element of extra of the advice one has another structure: expected Point, got an int", "Po"),
    (lambda: compared(POINT), "an integer of an advice function cannot decide an if, while, and, or, not", "select"),
    (lambda: sized_wrongly(POINT), "values of Plain does not fit: expected Array[Signal], got an Integer", "write a list"),
    (lambda: claiming(POINT), "the advice claiming returns Order with a Uint in amount: expected Signals only", "to_uint(x, n)"),
    (lambda: claiming_inside(POINT), "the advice claiming_inside returns Order with a Uint in amount: expected Signals only", ""),
    (lambda: holding_text(POINT), "an advice function computes with integers, got a str", "Int for a signal"),
    (lambda: holding_another(POINT), "first of Plain has another structure: expected Point, got a Plain", "write Point"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message", "hint"), MALFORMED)
def test_mistakes(call: Callable[..., Any], message: str, hint: str) -> None:
    with pytest.raises(CircuitError) as caught:
        call()
    assert caught.value.message == message
    assert hint in caught.value.hint


def test_an_array_of_structures_may_be_empty() -> None:
    assert one(POINT, [4], []) == 5
    assert one(POINT, [4], [POINT, POINT]) == 7
