"""Choices by bits, with the tables of circomlib's own tests."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private
from zkctl.gadgets.select import mux, select, swap_if

TABLE = (37, 47, 53, 71, 89, 107, 163, 211, 281, 421, 2011, 4566, 4567, 4568, 4569, 4570)
TESTS = "circomlib's tests"


@circuit
def selected(c: Bit = private(), x: Signal = private(), y: Signal = private()) -> Signal:
    return select(c, x, y)


@circuit
def swapped(c: Bit = private(), x: Signal = private(), y: Signal = private()) -> Array[Signal]:
    return Array(swap_if(c, x, y))


@circuit
def of_table(index: Uint = private(bits="n"), *, n: int) -> Signal:
    return mux(index.bits, TABLE[: 1 << n])


@circuit
def of_signals(bits: Array[Bit] = private(2), values: Array[Signal] = private(4)) -> Signal:
    return mux(bits, values)


def of_constants(n: int, index: int, constraints: int, circom: int) -> GadgetCase:
    """circomlib's template makes the bits of the index too."""
    return GadgetCase(
        gadget=mux,
        circuit=of_table,
        parameters={"n": n},
        inputs={"index": index},
        outputs=[TABLE[index]],
        source=TESTS,
        constraints=constraints,
        refused=[{"index": 1 << n}],
        circomlib=f"mux{n}_1",
        circom=circom,
    )


CASES = [
    GadgetCase(
        gadget=select,
        circuit=selected,
        inputs={"c": 1, "x": 5, "y": 7},
        outputs=[5],
        source="Python",
        constraints=2,
        input_rows=1,
        refused=[{"c": 2, "x": 5, "y": 7}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=swap_if,
        circuit=swapped,
        inputs={"c": 1, "x": 5, "y": 7},
        outputs=[7, 5],
        source="Python",
        constraints=2,
        input_rows=1,
        refused=[{"c": 2, "x": 5, "y": 7}],
        small_fields=True,
    ),
    of_constants(1, 1, 1, 1),
    of_constants(2, 2, 3, 3),
    of_constants(3, 5, 5, 5),
    of_constants(4, 11, 8, 9),
    GadgetCase(
        gadget=mux,
        circuit=of_signals,
        inputs={"bits": [1, 1], "values": [5, 3, 6, 2]},
        outputs=[2],
        source="Python",
        constraints=5,
        input_rows=2,
        small_fields=True,
    ),
]
