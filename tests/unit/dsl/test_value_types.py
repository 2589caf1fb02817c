"""A value is checked against its type leaf by leaf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from zkctl.constraints.linear import ONE, scaled
from zkctl.dsl import Array, Bit, Signal, Uint
from zkctl.dsl.annotations import value_type
from zkctl.dsl.nested_values import shown, signals_in
from zkctl.dsl.session import Session
from zkctl.dsl.signal import make_signal
from zkctl.dsl.trace import Tracer
from zkctl.errors import CircuitError
from zkctl.field import BN254_FR


class Point(NamedTuple):
    x: Signal
    y: Signal


class Swapped(NamedTuple):
    y: Signal
    x: Signal


class Counted(NamedTuple):
    flag: Bit
    count: int


@pytest.fixture
def tracer() -> Tracer:
    return Tracer(Session(BN254_FR), 9)


@pytest.fixture
def signal(tracer: Tracer) -> Signal:
    return make_signal(tracer, {1: 1}, None)


@pytest.fixture
def bit(tracer: Tracer) -> Signal:
    return make_signal(tracer, {2: 1}, (0, 1))


def test_containers_become_those_of_the_annotation(tracer: Tracer, signal: Signal) -> None:
    def coerced(annotation: Any, value: Any) -> Any:
        kind = value_type(annotation)
        assert kind is not None
        return kind.coerce(value, "x of f", tracer)

    assert isinstance(coerced(list[Signal], (signal, 3)), list)
    assert isinstance(coerced(tuple[Signal, ...], [signal, 3]), tuple)
    assert coerced(Array[Signal], [[signal, 3], [4, 5]]).shape == (2, 2)
    assert isinstance(coerced(Sequence[Signal], (signal,)), tuple)
    assert coerced(Sequence[Sequence[Signal]], Array([[signal, 3]])).shape == (1, 2)
    assert isinstance(coerced(list[tuple[Signal, Bit]], [(signal, 1)])[0][1], Bit)
    point = coerced(Point, [signal, 7])
    assert isinstance(point, Point)
    assert point.y.known_constant == 7
    assert coerced(Counted, Counted(1, 9)).count == 9  # type: ignore[arg-type]
    assert coerced(Array[Signal] | None, None) is None
    assert coerced(Signal | Array[Signal], [1, 2]).shape == (2,)


@pytest.mark.parametrize(
    ("annotation", "make", "message"),
    [
        (Bit, lambda s, b: s, "x of f must be a Bit, got a Signal"),
        (Uint, lambda s, b: s, "x of f must be a Uint, got a Signal"),
        (Bit, lambda s, b: 2, "x of f must be a Bit, got a Uint"),
        (Signal, lambda s, b: Array([s, s]), r"x of f must be a single Signal, got an Array of \(2,\)"),
        (Signal, lambda s, b: (s,), "x of f must be a single Signal, got a tuple of 1"),
        (Signal, lambda s, b: None, "x of f must be a single Signal, got None"),
        (Signal, lambda s, b: {"x": s}, "x of f must be a single Signal, got a dict"),
        (Signal, lambda s, b: s == 1, "x of f must be a single Signal, got an Equation"),
        (Array[Bit], lambda s, b: [b, s], "element 1 of x of f must be a Bit, got a Signal"),
        (list[Signal], lambda s, b: s, r"x of f must hold several values: expected list\[Signal\], got a Signal"),
        (list[Signal], lambda s, b: [[s]], "element 0 of x of f must be a single Signal, got a list of 1"),
        (Sequence[Signal], lambda s, b: "ab", r"expected Sequence\[Signal\], got a str"),
        (Sequence[Signal], lambda s, b: iter([s]), "got a list_iterator"),
        (tuple[Signal, Bit], lambda s, b: (b, s), "element 1 of x of f must be a Bit, got a Signal"),
        (tuple[Bit, Signal], lambda s, b: (s, b), "element 0 of x of f must be a Bit, got a Signal"),
        (tuple[Signal, Bit], lambda s, b: (s, b, b), r"x of f has the wrong length: expected tuple\[Signal, Bit\] of 2, got a tuple of 3"),
        (tuple[Signal, Bit], lambda s, b: s, r"x of f has another structure: expected tuple\[Signal, Bit\], got a Signal"),
        (tuple[Signal, int], lambda s, b: (s, b), "element 1 of x of f must be a Python value: expected int, got a Bit"),
        (Point, lambda s, b: (s, s, s), "x of f has the wrong length: expected Point of 2, got a tuple of 3"),
        (Point, lambda s, b: Swapped(s, s), "x of f has another structure: expected Point, got a Swapped of 2"),
        (Counted, lambda s, b: (s, 3), "flag of x of f must be a Bit, got a Signal"),
        (Bit | Array[Bit], lambda s, b: s, r"x of f fits none of its types: expected Bit \| Array\[Bit\], got a Signal"),
    ],
)  # fmt: skip
def test_wrong_values(
    tracer: Tracer, signal: Signal, bit: Signal, annotation: Any, make: Any, message: str
) -> None:
    kind = value_type(annotation)
    assert kind is not None
    with pytest.raises(CircuitError, match=message) as caught:
        kind.coerce(make(signal, bit), "x of f", tracer)
    if "wrong length" not in message and "fits none" not in message:
        assert caught.value.hint


def test_signals_of_another_circuit(tracer: Tracer) -> None:
    other = make_signal(Tracer(Session(BN254_FR), 1), scaled(ONE, 1, BN254_FR.modulus), None)
    kind = value_type(list[Signal])
    assert kind is not None
    with pytest.raises(CircuitError, match="x of f is a signal of another circuit or gadget call"):
        kind.coerce([other], "x of f", tracer)


def test_finding_signals(signal: Signal) -> None:
    found = list(signals_in({"a": [signal, 3], "b": Array([signal]), "c": "text"}))
    assert len(found) == 2
    assert shown(3) == "an int"
