"""The order of field elements."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Bit, Signal, circuit, private
from zkctl.field import BN254_FR
from zkctl.gadgets.number.field_order import (
    enforce_field_less_or_equal,
    enforce_field_less_than,
    field_less_than,
)

P = BN254_FR.modulus


@circuit
def less(x: Signal = private(), y: Signal = private()) -> Bit:
    return field_less_than(x, y)


@circuit
def below(x: Signal = private(), y: Signal = private()) -> Signal:
    enforce_field_less_than(x, y)
    return x - y


@circuit
def not_above(x: Signal = private(), y: Signal = private()) -> Signal:
    enforce_field_less_or_equal(x, y)
    return x - y


CASES = [
    GadgetCase(
        gadget=field_less_than,
        circuit=less,
        inputs={"x": (1 << 200) + 3, "y": (1 << 200) + 4},
        outputs=[1],
        source="Python's integers",
        constraints=824,
        small_fields=True,
    ),
    GadgetCase(
        gadget=enforce_field_less_than,
        circuit=below,
        inputs={"x": 5 << 250, "y": 7 << 250},
        outputs=[P - (2 << 250)],
        source="Python's integers",
        constraints=692,
        refused=[{"x": P - 1, "y": P - 2}, {"x": 0, "y": 0}, {"x": P - 1, "y": 0}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=enforce_field_less_or_equal,
        circuit=not_above,
        inputs={"x": 5 << 250, "y": 5 << 250},
        outputs=[0],
        source="Python's integers",
        constraints=692,
        refused=[{"x": P - 1, "y": P - 2}, {"x": 1, "y": 0}, {"x": P - 1, "y": 0}],
        small_fields=True,
    ),
]
