"""Texts with a length."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Uint, circuit, private
from zkctl.gadgets.text.length import enforce_padding, length_mask, masked


@circuit
def mask(n: Uint = private(bits=2), *, capacity: int) -> Array[Bit]:
    return length_mask(n, capacity=capacity)


@circuit
def padded(x: Array[Uint] = private(4, bits=8), n: Uint = private(bits=4)) -> None:
    enforce_padding(x, n)


@circuit
def front(x: Array[Uint] = private(4, bits=8), n: Uint = private(bits=4)) -> Array[Uint]:
    return masked(x, n)


CASES = [
    GadgetCase(
        gadget=length_mask,
        circuit=mask,
        parameters={"capacity": 2},
        inputs={"n": 1},
        outputs=[1, 0],
        source="by hand",
        constraints=5,
        input_rows=2,
        refused=[{"n": 3}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=enforce_padding,
        circuit=padded,
        inputs={"x": [9, 0, 7, 0], "n": 3},
        outputs=[],
        source="by hand",
        constraints=45,
        input_rows=36,
        refused=[
            {"x": [9, 0, 7, 0], "n": 2},
            {"x": [0, 0, 0, 0], "n": 5},
            {"x": [0, 0, 0, 255], "n": 0},
        ],
    ),
    GadgetCase(
        gadget=masked,
        circuit=front,
        inputs={"x": [9, 0, 7, 255], "n": 3},
        outputs=[9, 0, 7, 0],
        source="by hand",
        constraints=45,
        input_rows=36,
        refused=[{"x": [0, 0, 0, 0], "n": 5}, {"x": [0, 0, 0, 0], "n": 15}],
    ),
]
