"""Comparisons, with the values of circomlib's own tests."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Bit, Signal, Uint, circuit, private
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


@circuit
def more(x: Uint = private(bits="n"), y: Uint = private(bits="n"), *, n: int) -> Bit:
    return greater_than(x, y)


@circuit
def at_least(x: Uint = private(bits="n"), y: Uint = private(bits="n"), *, n: int) -> Bit:
    return greater_or_equal(x, y)


@circuit
def within(x: Uint = private(bits="n"), *, n: int, low: int, high: int) -> Bit:
    return in_range(x, low, high)


@circuit
def confined(x: Signal = private(), *, low: int, high: int) -> None:
    enforce_range(x, low, high)


@circuit
def between(
    x: Signal = private(), low: Uint = private(bits="n"), high: Uint = private(bits="n"), *, n: int
) -> None:
    enforce_range(x, low, high)


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
    GadgetCase(
        gadget=greater_than,
        circuit=more,
        parameters={"n": 32},
        inputs={"x": 2, "y": 1},
        outputs=[1],
        source=TESTS,
        constraints=97,
        input_rows=64,
        circomlib="greaterthan",
        circom=33,
    ),
    GadgetCase(
        gadget=greater_or_equal,
        circuit=at_least,
        parameters={"n": 32},
        inputs={"x": 0, "y": 444},
        outputs=[0],
        source="Python",
        constraints=97,
        input_rows=64,
        circomlib="greatereqthan",
        circom=33,
    ),
    GadgetCase(
        gadget=greater_or_equal,
        circuit=at_least,
        parameters={"n": 1},
        inputs={"x": 1, "y": 1},
        outputs=[1],
        source="Python",
        constraints=4,
        input_rows=2,
        small_fields=True,
    ),
    GadgetCase(
        gadget=in_range,
        circuit=within,
        parameters={"n": 8, "low": 18, "high": 120},
        inputs={"x": 120},
        outputs=[1],
        source="Python",
        constraints=27,
        input_rows=8,
        refused=[{"x": 256}],
    ),
    GadgetCase(
        gadget=in_range,
        circuit=within,
        parameters={"n": 1, "low": 0, "high": 0},
        inputs={"x": 1},
        outputs=[0],
        source="Python",
        constraints=1,
        input_rows=1,
        small_fields=True,
    ),
    GadgetCase(
        gadget=enforce_range,
        circuit=confined,
        parameters={"low": 18, "high": 120},
        inputs={"x": 120},
        outputs=[],
        source="Python",
        constraints=7,
        refused=[{"x": 17}, {"x": 121}, {"x": 0}, {"x": -1}],
    ),
    GadgetCase(
        gadget=enforce_range,
        circuit=confined,
        parameters={"low": 1, "high": 5},
        inputs={"x": 3},
        outputs=[],
        source="Python",
        constraints=3,
        refused=[{"x": 0}, {"x": 6}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=enforce_range,
        circuit=confined,
        parameters={"low": 0, "high": BN254_FR.modulus - 2},
        inputs={"x": BN254_FR.modulus - 2},
        outputs=[],
        source="Python",
        constraints=254,
        refused=[{"x": -1}],
    ),
    GadgetCase(
        gadget=enforce_range,
        circuit=between,
        parameters={"n": 32},
        inputs={"x": 444, "low": 333, "high": 444},
        outputs=[],
        source="Python",
        constraints=128,
        input_rows=64,
        refused=[{"x": 332, "low": 333, "high": 444}, {"x": 333, "low": 333, "high": 332}],
    ),
]
