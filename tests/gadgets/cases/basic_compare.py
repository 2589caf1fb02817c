"""Comparisons, with the values of circomlib's own tests."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Bit, Signal, Uint, circuit, private
from zkctl.gadgets.compare import (
    is_equal,
    is_zero,
    less_or_equal,
    less_than,
    to_uint,
)

TESTS = "circomlib's tests"


@circuit
def zero(x: Signal = private()) -> Bit:
    return is_zero(x)


@circuit
def equal(x: Signal = private(), y: Signal = private()) -> Bit:
    return is_equal(x, y)


@circuit
def width(x: Signal = private(), *, n: int) -> Uint:
    return to_uint(x, n)


@circuit
def less(x: Uint = private(bits="n"), y: Uint = private(bits="n"), *, n: int) -> Bit:
    return less_than(x, y)


@circuit
def at_most(x: Uint = private(bits="n"), y: Uint = private(bits="n"), *, n: int) -> Bit:
    return less_or_equal(x, y)


CASES = [
    GadgetCase(
        gadget=is_zero,
        circuit=zero,
        inputs={"x": 111},
        outputs=[0],
        source=TESTS,
        constraints=2,
        small_fields=True,
        circomlib="iszero",
        circom=2,
    ),
    GadgetCase(
        gadget=is_equal,
        circuit=equal,
        inputs={"x": 111, "y": 222},
        outputs=[0],
        source=TESTS,
        constraints=2,
        small_fields=True,
        circomlib="isequal",
        circom=2,
    ),
    GadgetCase(
        gadget=to_uint,
        circuit=width,
        parameters={"n": 8},
        inputs={"x": 255},
        outputs=[255],
        source="Python",
        constraints=8,
        refused=[{"x": 256}, {"x": -1}],
    ),
    GadgetCase(
        gadget=to_uint,
        circuit=width,
        parameters={"n": 2},
        inputs={"x": 3},
        outputs=[3],
        source="Python",
        constraints=2,
        refused=[{"x": 4}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=less_than,
        circuit=less,
        parameters={"n": 32},
        inputs={"x": 333, "y": 444},
        outputs=[1],
        source=TESTS,
        constraints=97,
        input_rows=64,
        refused=[{"x": 1 << 32, "y": 0}],
        circomlib="lessthan",
        circom=33,
    ),
    GadgetCase(
        gadget=less_than,
        circuit=less,
        parameters={"n": 1},
        inputs={"x": 1, "y": 1},
        outputs=[0],
        source=TESTS,
        constraints=4,
        input_rows=2,
        refused=[{"x": 2, "y": 0}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=less_or_equal,
        circuit=at_most,
        parameters={"n": 32},
        inputs={"x": 2, "y": 1},
        outputs=[0],
        source=TESTS,
        constraints=97,
        input_rows=64,
        circomlib="lesseqthan",
        circom=33,
    ),
]
