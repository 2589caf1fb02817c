"""Programs whose arguments or results have another type than declared are refused, compiled and on integers, stamped and not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest

from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, gadget, private
from zkctl.errors import CircuitError
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.compare import is_zero, less_than
from zkctl.gadgets.curve.short_weierstrass import CurvePoint, enforce_on_curve
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.text.base64 import base64_encode
from zkctl.gadgets.text.pattern import matches
from zkctl.gadgets.tree.merkle import merkle_root


class Point(NamedTuple):
    x: Signal
    y: Signal


class Flagged(NamedTuple):
    flag: Bit
    values: Array[Uint]
    count: int


class Other(NamedTuple):
    x: Signal
    y: Signal


def pick(x: Signal, *, flag: Bit) -> Signal:
    return x * flag


def width(x: Signal, *, n: Uint = 300) -> Signal:  # type: ignore[assignment]
    return x * n


def defaulted(x: Signal, flag: Bit = 7) -> Signal:  # type: ignore[assignment]
    return x * flag


def pair(p: tuple[Signal, Bit]) -> Signal:
    return p[0] * p[1]


def reverse(p: tuple[Bit, Signal]) -> Signal:
    return p[0] * p[1]


def on_curve(p: Point) -> Signal:
    return p.x * p.y


def all_of(*flags: Bit) -> Signal:
    return sum(flags[1:], flags[0] * 1)


def by_name(**flags: Bit) -> Signal:
    return sum(flags.values(), flags["a"] * 0)


def summed(x: Signal, *more: Signal, **named: Signal) -> Signal:
    return sum([*more, *named.values()], x * 1)


def matrix(rows: Sequence[Sequence[Uint]]) -> Signal:
    return sum((x for row in rows for x in row), rows[0][0] * 0)


def first(values: Array[Signal]) -> Signal:
    return values[0] * values[0]


def times(x: Signal, n: int) -> Signal:
    return x * n


def anything(x: Signal, more: Any) -> Signal:
    return x + len(more)


def maybe(x: Signal, flag: Bit | None) -> Signal:
    return x if flag is None else x * flag


def one_or_many(flags: Bit | Array[Bit]) -> Signal:
    return flags * 1 if isinstance(flags, Bit) else flags[0] * 1


def labelled(p: tuple[Signal, int]) -> Signal:
    return p[0] * p[1]


ARGUMENTS: list[tuple[Callable[..., Any], Callable[..., Any], str]] = [
    (pick, lambda f, x, u, b: f(x, flag=x), "flag of pick must be a Bit"),
    (pick, lambda f, x, u, b: f(x, flag=7), "flag of pick must be a Bit"),
    (pick, lambda f, x, u, b: f(x, flag=u), "flag of pick must be a Bit"),
    (pick, lambda f, x, u, b: f(x, flag=None), "flag of pick must be a single Bit, got None"),
    (width, lambda f, x, u, b: f(x, n=x), "n of width must be a Uint"),
    (width, lambda f, x, u, b: f(x, n=2.5), "n of width must be a single Uint, got a float"),
    (defaulted, lambda f, x, u, b: f(x), "flag of defaulted must be a Bit"),
    (pair, lambda f, x, u, b: f((x, x)), "element 1 of p of pair must be a Bit"),
    (pair, lambda f, x, u, b: f((b, u)), "element 1 of p of pair must be a Bit"),
    (reverse, lambda f, x, u, b: f((x, b)), "element 0 of p of reverse must be a Bit"),
    (pair, lambda f, x, u, b: f((x, b, b)), "p of pair has the wrong length"),
    (pair, lambda f, x, u, b: f((x,)), "p of pair has the wrong length"),
    (pair, lambda f, x, u, b: f(x), "p of pair has another structure"),
    (on_curve, lambda f, x, u, b: f(Other(x, x)), "p of on_curve has another structure"),
    (on_curve, lambda f, x, u, b: f(Point(x, Array([x]))), "y of p of on_curve must be a single Signal, got an Array"),
    (on_curve, lambda f, x, u, b: f({"x": x, "y": x}), "p of on_curve has another structure"),
    (all_of, lambda f, x, u, b: f(b, x), "element 1 of flags of all_of must be a Bit"),
    (all_of, lambda f, x, u, b: f([b, b]), "element 0 of flags of all_of must be a single Bit, got a list of 2"),
    (by_name, lambda f, x, u, b: f(a=b, c=x), "c of flags of by_name must be a Bit"),
    (matrix, lambda f, x, u, b: f([[u, u], [u, x]]), "element 1 of element 1 of rows of matrix must be a Uint"),
    (matrix, lambda f, x, u, b: f([u, u]), "element 0 of rows of matrix must hold several values"),
    (matrix, lambda f, x, u, b: f(Array([u, u])), "element 0 of rows of matrix must hold several values"),
    (first, lambda f, x, u, b: f(x), "values of first must hold several values"),
    (first, lambda f, x, u, b: f([x, "a"]), "element 1 of values of first must be a single Signal, got a str"),
    (first, lambda f, x, u, b: f(np.array([1, 2])), "values of first must hold several values: .* got a ndarray"),
    (first, lambda f, x, u, b: f([x * 1, [x]]), "the elements of an array have different shapes"),
    (times, lambda f, x, u, b: f(x, x), "n of times must be a Python value: expected int, got a"),
    (times, lambda f, x, u, b: f(2, n=x), "n of times must be a Python value: expected int, got a"),
    (times, lambda f, x, u, b: f(x, 2.5), "n of times has the wrong type: expected int, got a float"),
    (times, lambda f, x, u, b: f(x, None), "n of times has the wrong type: expected int, got None"),
    (times, lambda f, x, u, b: to_bits(x, "8"), "n_bits of to_bits has the wrong type: expected int, got a str"),
    (times, lambda f, x, u, b: matches([u], b"a"), "pattern of matches has the wrong type: expected str, got a bytes"),
    (times, lambda f, x, u, b: base64_encode([u], url="no"), "url of base64_encode has the wrong type: expected bool, got a str"),
    (times, lambda f, x, u, b: enforce_on_curve(CurvePoint([0] * 4, [0] * 4), curve=0), "curve of enforce_on_curve has the wrong type"),
    (anything, lambda f, x, u, b: f(x, [[x]]), "more of anything must be a Python value: expected typing.Any, got a list"),
    (anything, lambda f, x, u, b: f(x, {"a": x}), "more of anything must be a Python value"),
    (maybe, lambda f, x, u, b: f(x, x), "flag of maybe must be a Bit"),
    (one_or_many, lambda f, x, u, b: f(x), "flags of one_or_many fits none of its types"),
    (one_or_many, lambda f, x, u, b: f([b, x]), "flags of one_or_many fits none of its types"),
    (labelled, lambda f, x, u, b: f((x, b)), "element 1 of p of labelled must be a Python value"),
    (times, lambda f, x, u, b: poseidon(Array([x, x])), "element 0 of inputs of poseidon must be a single Signal, got an Array of"),
    (times, lambda f, x, u, b: is_zero([x]), "x of is_zero must be a single Signal, got a list of 1"),
    (times, lambda f, x, u, b: less_than(u, "5"), "y of less_than must be a single Uint, got a str"),
    (times, lambda f, x, u, b: to_bits(x, b), "n_bits of to_bits must be a Python value"),
    (times, lambda f, x, u, b: merkle_root(x, [x], b), "path of merkle_root must hold several values"),
    (times, lambda f, x, u, b: from_bits(u), "bits of from_bits must hold several values"),
]  # fmt: skip


def no_bit(x: Signal) -> Bit:
    return x * x  # type: ignore[return-value]


def two(x: Signal) -> Bit:
    return 2  # type: ignore[return-value]


def wrong_second(x: Signal) -> tuple[Signal, Bit]:
    return is_zero(x), x  # type: ignore[return-value]


def too_long(x: Signal) -> tuple[Signal, Bit]:
    return x, is_zero(x), x  # type: ignore[return-value]


def wide_array(x: Signal) -> Array[Uint]:
    return Array([3, x])


def no_array(x: Signal) -> Array[Signal]:
    return x  # type: ignore[return-value]


def an_array(x: Signal) -> Signal:
    return Array([x])  # type: ignore[return-value]


def wrong_field(x: Signal) -> Flagged:
    return Flagged(x, Array([1]), 1)  # type: ignore[arg-type]


def wrong_values(x: Signal) -> Flagged:
    return Flagged(is_zero(x), Array([x]), 1)


def signal_as_number(x: Signal) -> Flagged:
    return Flagged(is_zero(x), Array([1]), x)  # type: ignore[arg-type]


def forgotten(x: Signal) -> Signal:  # type: ignore[return]
    x * x


def unannounced(x: Signal) -> None:
    return x  # type: ignore[return-value]


def counting(x: Signal) -> int:
    return x  # type: ignore[return-value]


def half(x: Signal) -> Signal:
    return 0.5  # type: ignore[return-value]


def named(x: Signal) -> Point:
    return Other(x, x)  # type: ignore[return-value]


RESULTS: list[tuple[Callable[..., Any], str]] = [
    (no_bit, "the result of no_bit must be a Bit"),
    (two, "the result of two must be a Bit"),
    (wrong_second, "element 1 of the result of wrong_second must be a Bit"),
    (too_long, r"the result of too_long has the wrong length: expected tuple\[Signal, Bit\] of 2, got a tuple of 3"),
    (wide_array, "element 1 of the result of wide_array must be a Uint"),
    (no_array, r"the result of no_array must hold several values: expected Array\[Signal\], got a Signal"),
    (an_array, "the result of an_array must be a single Signal, got an Array of"),
    (wrong_field, "flag of the result of wrong_field must be a Bit"),
    (wrong_values, "element 0 of values of the result of wrong_values must be a Uint"),
    (signal_as_number, "count of the result of signal_as_number must be a Python value: expected int, got a Signal"),
    (forgotten, "the result of forgotten must be a single Signal, got None"),
    (unannounced, "the result of unannounced must be a Python value: expected None, got a Signal"),
    (counting, "the result of counting must be a Python value: expected int, got a Signal"),
    (half, "the result of half must be a single Signal, got a float"),
    (named, "the result of named has another structure: expected Point, got an Other of 2"),
]  # fmt: skip


def refused(body: Callable[[Any, Any, Any], object], message: str) -> CircuitError:
    """Check that a body is refused when it is compiled and when it runs on values; return the first error."""

    @circuit
    def program(x: Signal = private(), u: Uint = private(bits=8), b: Bit = private()) -> None:
        body(x, u, b)

    with pytest.raises(CircuitError, match=message) as caught:
        program.compile()
    assert "test_parameter_types.py" in caught.value.where
    with pytest.raises(CircuitError, match=message):
        program(9, 5, 1)
    return caught.value


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize(("function", "call", "message"), ARGUMENTS)
def test_arguments_of_another_type(
    function: Any, call: Any, message: str, *, stamped: bool
) -> None:
    used = gadget(stamped=stamped)(function)
    refused(lambda x, u, b: call(used, x, u, b), message)


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize(("function", "message"), RESULTS)
def test_results_of_another_type(function: Any, message: str, *, stamped: bool) -> None:
    used = gadget(stamped=stamped)(function)
    place = refused(lambda x, u, b: used(x), message).where
    assert f"in {function.__name__}" in place.splitlines()[0]
    assert "->" in place.splitlines()[1]
    assert "used(x)" in place


@pytest.mark.parametrize(("function", "message"), RESULTS)
def test_results_of_circuits(function: Any, message: str) -> None:
    def program(x: Signal = private()) -> None: ...

    program.__code__ = function.__code__
    program.__name__ = function.__name__
    program.__annotations__ = {**function.__annotations__}
    whole = circuit(program)
    with pytest.raises(CircuitError, match=message):
        whole.compile()
    with pytest.raises(CircuitError, match=message):
        whole(3)
    refused(lambda x, u, b: whole(x), message)


@circuit
def packs(
    a: Uint = private(bits="n"),
    y: Signal = private(),
    flag: Bit = private(),
    more: Array[Uint] = private(2, 2, bits=4),
    *,
    n: int = 8,
) -> Signal:
    return a * y + flag + more[1, 1]


NUMBERS = [[1, 2], [3, 15]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, u, b: packs(256, x, b, NUMBERS), "input a needs 8 bits, got a signal of up to 9 bits"),
        (lambda x, u, b: packs(-1, x, b, NUMBERS), "input a needs 8 bits, got a signal of up to 254 bits"),
        (lambda x, u, b: packs(a=300, y=x, flag=b, more=NUMBERS), "input a needs 8 bits, got"),
        (lambda x, u, b: packs(u, x, b, NUMBERS, n=4), "input a needs 4 bits, got a signal of up to 8 bits"),
        (lambda x, u, b: packs(16, x, b, NUMBERS, n=4), "input a needs 4 bits, got"),
        (lambda x, u, b: packs(np.int64(300), x, b, NUMBERS), "input a needs 8 bits, got"),
        (lambda x, u, b: packs(1, x, 2, NUMBERS), "flag of packs must be a Bit"),
        (lambda x, u, b: packs(1, x, -1, NUMBERS), "flag of packs must be a Bit"),
        (lambda x, u, b: packs(1, x, x, NUMBERS), "flag of packs must be a Bit"),
        (lambda x, u, b: packs(1, x, b, [[1, 2], [3, 16]]), "input more needs 4 bits, got"),
        (lambda x, u, b: packs(1, x, b, Array([[1, 2], [3, u]])), "input more needs 4 bits, got a signal of up to 8 bits"),
        (lambda x, u, b: packs(1, x, b, [[1, 2], [3, x]]), "element 3 of more of packs must be a Uint"),
        (lambda x, u, b: packs(1, x, b, [1, 2, 3, 4]), r"input more needs the shape \(2, 2\), got \(4,\)"),
        (lambda x, u, b: packs(1, x, b, [[1, 2], [3]]), "the elements of an array have different shapes"),
        (lambda x, u, b: packs(1, x, b, 3), "more of packs must hold several values: .*, got an int"),
        (lambda x, u, b: packs(1, [x], b, NUMBERS), "y of packs must be a single Signal, got a list of 1"),
        (lambda x, u, b: packs(1, 0.5, b, NUMBERS), "y of packs must be a single Signal, got a float"),
        (lambda x, u, b: packs(1, x, b), "packs got no value for its input more"),
        (lambda x, u, b: packs(1, x, b, NUMBERS, n=b), "template parameter n of packs is a signal: expected a Python value"),
        (lambda x, u, b: packs(1, 2, 1, NUMBERS, n=b), "template parameter n of packs is a signal: expected a Python value"),
        (lambda x, u, b: packs(1, x, b, NUMBERS, depth=b), "wrong arguments for packs"),
    ],
)  # fmt: skip
def test_arguments_of_circuits_inside_circuits(call: Any, message: str) -> None:
    refused(call, message)


def test_numbers_alone_run_a_circuit_inside() -> None:
    @circuit
    def program(x: Signal = private()) -> Signal:
        return x + packs(256, 1, 1, NUMBERS)

    message = (
        "packs refuses the integers of this call: a constraint is not satisfied:"
        " input a does not fit in 8 bits \\(it is 256\\)"
    )
    for run in (program.compile, lambda: program(1)):
        with pytest.raises(CircuitError, match=message):
            run()


def test_types_that_hold_no_signals() -> None:
    @gadget
    def keyed(x: dict[str, Bit]) -> None: ...

    @gadget
    def making(x: Signal) -> dict[str, Bit]:
        return {"x": x}  # type: ignore[dict-item]

    for call in (lambda x, u, b: keyed({"x": x}), lambda x, u, b: making(x)):
        refused(call, r"dict\[str, .*Bit\] is no type of circuits: expected signals in lists or tuples")  # fmt: skip


class Sponge:
    """A method of a class can be a gadget."""

    @gadget
    def absorb(self, x: Signal, *, flag: Bit) -> Signal:
        return x * flag


def constants(x: Signal, u: Uint, b: Bit) -> Any:
    return [times(x, 3), pick_(x, flag=1), pick_(x, flag=True), width_(x, n=200), all_of_(b, 1, 0)]


pick_, width_, all_of_ = gadget(pick), gadget(stamped=True)(width), gadget(stamped=True)(all_of)
matrix_, first_, pair_ = gadget(stamped=True)(matrix), gadget(first), gadget(stamped=True)(pair)
by_name_, labelled_, maybe_ = gadget(stamped=True)(by_name), gadget(stamped=True)(labelled), gadget(maybe)  # fmt: skip
on_curve_, any_of_ = gadget(stamped=True)(on_curve), gadget(stamped=True)(one_or_many)
summed_ = gadget(stamped=True)(summed)


@gadget(stamped=True)
def whole(x: Signal) -> Flagged:
    return Flagged(is_zero(x), Array([1, is_zero(x)]), 2)


@gadget(stamped=True)
def always(x: Signal) -> Bit:
    return 1  # type: ignore[return-value]  # becomes a constant


@gadget
def listed(x: Signal) -> Array[Signal]:
    return [x, 2]  # type: ignore[return-value]  # becomes an Array


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (constants, [27, 9, 9, 1800, 2]),
        (lambda x, u, b: [by_name_(a=b, c=1), by_name_(c=1, a=0)], [2, 1]),
        (lambda x, u, b: [summed_(x), summed_(x, 1, u), summed_(x, b=b), summed_(x, 3, c=2)], [9, 15, 10, 14]),
        (lambda x, u, b: [matrix_([[u, 1], (b, u)]), matrix_(Array([[u, u]]))], [12, 10]),
        (lambda x, u, b: [first_([x, 2]), first_((3, x)), first_(Array([u]))], [81, 9, 25]),
        (lambda x, u, b: [pair_((x, b)), pair_([u, 1]), pair_((2, b))], [9, 5, 2]),
        (lambda x, u, b: [on_curve_(Point(x, u)), on_curve_((x, 2))], [45, 18]),
        (lambda x, u, b: [labelled_((x, 2)), labelled_((x, 3)), labelled_((x, 2))], [18, 27, 18]),
        (lambda x, u, b: [maybe_(x, None), maybe_(x, b), maybe_(x, 0)], [9, 9, 0]),
        (lambda x, u, b: [any_of_(b), any_of_([0, b]), any_of_(Array([b]))], [1, 0, 1]),
        (lambda x, u, b: [Sponge().absorb(x, flag=b), whole(x).flag, always(x) & b], [9, 0, 1]),
        (lambda x, u, b: [*(w := whole(x)).values, w.count, listed(x)[1], listed(x)[0]], [1, 0, 2, 2, 9]),
        (lambda x, u, b: [packs(255, x, 1, NUMBERS), packs(flag=b, y=1, a=u, more=Array(NUMBERS), n=9)], [2311, 21]),
        (lambda x, u, b: [packs(15, y=x, flag=True, more=((1, 2), (3, 4)), n=4)], [140]),
    ],
)  # fmt: skip
def test_programs_that_are_right(call: Any, expected: list[int]) -> None:
    @circuit
    def program(x: Signal = private(), u: Uint = private(bits=8), b: Bit = private()) -> Array[Signal]:  # fmt: skip
        constrain(x * x == x * x + 0)
        return Array(call(x, u, b))

    assert program.compile().witness(x=9, u=5, b=1)[1 : 1 + len(expected)] == expected
    assert list(program(9, 5, 1)) == expected
