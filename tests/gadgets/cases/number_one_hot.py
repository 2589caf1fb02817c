"""Logic of many bits, and choice by an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Circuit, Signal, circuit, private
from zkctl.gadgets.gates import all_of, any_of, none_of, parity
from zkctl.gadgets.number.one_hot import demux, multiplexer, one_hot


@circuit
def whole(b: Array[Bit] = private("n"), *, n: int) -> Bit:
    return all_of(b)


@circuit
def some(b: Array[Bit] = private("n"), *, n: int) -> Bit:
    return any_of(b)


@circuit
def none(b: Array[Bit] = private("n"), *, n: int) -> Bit:
    return none_of(b)


@circuit
def odd(b: Array[Bit] = private("n"), *, n: int) -> Bit:
    return parity(b)


@circuit
def hot(index: Signal = private(), *, n: int) -> Array[Bit]:
    return one_hot(index, n)


@circuit
def spread(value: Signal = private(), index: Signal = private(), *, n: int) -> Array[Signal]:
    return Array(demux(value, index, n))


@circuit
def picked(index: Signal = private(), values: Array[Signal] = private("n"), *, n: int) -> Signal:
    return multiplexer(index, values)


def of_bits(
    gadget: Callable[..., Any], tried: Circuit, bits: Sequence[int], output: int, rows: int
) -> GadgetCase:
    n = len(bits)
    return GadgetCase(
        gadget=gadget,
        circuit=tried,
        parameters={"n": n},
        inputs={"b": bits},
        outputs=[output],
        source="Python",
        constraints=n + rows,
        input_rows=n,
        refused=[{"b": [2, *bits[1:]]}],
        small_fields=n < 6,
    )


CASES = [
    of_bits(all_of, whole, [1, 1, 1], 1, 2),
    of_bits(all_of, whole, [1, 0, 1, 1, 1, 1, 0, 1], 0, 2),
    of_bits(any_of, some, [0, 1, 0, 0], 1, 2),
    of_bits(none_of, none, [0, 1, 0, 0], 0, 2),
    of_bits(parity, odd, [1, 1, 1], 1, 1),
    of_bits(parity, odd, [1, 1, 1, 0, 0, 1, 0, 1, 1], 0, 4),
    GadgetCase(
        gadget=one_hot,
        circuit=hot,
        parameters={"n": 3},
        inputs={"index": 2},
        outputs=[0, 0, 1],
        source="Python",
        constraints=4,
        refused=[{"index": 3}, {"index": -1}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=one_hot,
        circuit=hot,
        parameters={"n": 12},
        inputs={"index": 0},
        outputs=[1, *[0] * 11],
        source="Python",
        constraints=13,
        refused=[{"index": 12}],
    ),
    GadgetCase(
        gadget=demux,
        circuit=spread,
        parameters={"n": 3},
        inputs={"value": 9, "index": 1},
        outputs=[0, 9, 0],
        source="Python",
        constraints=5,
        refused=[{"value": 9, "index": 3}, {"value": 0, "index": 3}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=multiplexer,
        circuit=picked,
        parameters={"n": 3},
        inputs={"index": 2, "values": [5, 6, 7]},
        outputs=[7],
        source="Python",
        constraints=5,
        refused=[{"index": 3, "values": [5, 6, 7]}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=multiplexer,
        circuit=picked,
        parameters={"n": 11},
        inputs={"index": 5, "values": list(range(20, 31))},
        outputs=[25],
        source="Python",
        constraints=17,
        refused=[{"index": 11, "values": [1] * 11}, {"index": -1, "values": [1] * 11}],
    ),
]
