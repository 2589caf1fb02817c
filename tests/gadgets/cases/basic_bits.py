"""Bits of numbers, and division, with Python's values."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private
from zkctl.field import BN254_FR
from zkctl.gadgets.bits import enforce_at_most, enforce_canonical, from_bits, to_bits
from zkctl.gadgets.divide import div_mod
from zkctl.gadgets.inverse import divide, inverse

P = BN254_FR.modulus


@circuit
def bits_of(x: Signal = private(), *, n: int) -> Array[Bit]:
    return to_bits(x, n)


@circuit
def number_of(bits: Array[Bit] = private("n"), *, n: int) -> Signal:
    return from_bits(bits)


@circuit
def canonical(bits: Array[Bit] = private("n"), *, n: int) -> None:
    enforce_canonical(bits)


@circuit
def at_most(bits: Array[Bit] = private("n"), *, n: int, limit: int) -> None:
    enforce_at_most(bits, limit)


@circuit
def quotient(
    x: Uint = private(bits="n"), y: Uint = private(bits="m"), *, n: int, m: int
) -> Array[Signal]:
    return Array(div_mod(x, y))


@circuit
def inverse_of(x: Signal = private()) -> Signal:
    return inverse(x)


@circuit
def ratio(x: Signal = private(), y: Signal = private()) -> Signal:
    return divide(x, y)


def binary(x: int, n: int) -> list[int]:
    return [x >> k & 1 for k in range(n)]


CASES = [
    GadgetCase(
        gadget=to_bits,
        circuit=bits_of,
        parameters={"n": 8},
        inputs={"x": 0xA5},
        outputs=[1, 0, 1, 0, 0, 1, 0, 1],
        source="Python",
        constraints=8,
        refused=[{"x": 256}, {"x": -1}],
    ),
    GadgetCase(
        gadget=to_bits,
        circuit=bits_of,
        parameters={"n": 3},
        inputs={"x": 6},
        outputs=[0, 1, 1],
        source="Python",
        constraints=3,
        small_fields=True,
    ),
    GadgetCase(
        gadget=to_bits,
        circuit=bits_of,
        parameters={"n": 254},
        inputs={"x": P // 5},
        outputs=binary(P // 5, 254),
        source="Python",
        constraints=384,
    ),
    GadgetCase(
        gadget=from_bits,
        circuit=number_of,
        parameters={"n": 3},
        inputs={"bits": [0, 1, 1]},
        outputs=[6],
        source="Python",
        constraints=3,
        input_rows=3,
        refused=[{"bits": [2, 0, 0]}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=enforce_canonical,
        circuit=canonical,
        parameters={"n": 254},
        inputs={"bits": binary(P // 5, 254)},
        outputs=[],
        source="Python",
        constraints=384,
        input_rows=254,
        refused=[{"bits": binary(P, 254)}, {"bits": [1] * 254}],
        circomlib="aliascheck_test",
        circom=261,
    ),
    GadgetCase(
        gadget=enforce_at_most,
        circuit=at_most,
        parameters={"n": 3, "limit": 5},
        inputs={"bits": [1, 0, 1]},
        outputs=[],
        source="Python",
        constraints=4,
        input_rows=3,
        refused=[{"bits": [0, 1, 1]}, {"bits": [1, 1, 1]}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=div_mod,
        circuit=quotient,
        parameters={"n": 32, "m": 8},
        inputs={"x": 4_000_000_000, "y": 251},
        outputs=[15_936_254, 246],
        source="Python",
        constraints=89,
        input_rows=40,
        refused=[{"x": 5, "y": 0}, {"x": 1 << 32, "y": 1}],
    ),
    GadgetCase(
        gadget=inverse,
        circuit=inverse_of,
        inputs={"x": 4},
        outputs=[pow(4, -1, P)],
        source="Python",
        constraints=1,
        refused=[{"x": 0}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=divide,
        circuit=ratio,
        inputs={"x": 12, "y": 4},
        outputs=[3],
        source="Python",
        constraints=2,
        refused=[{"x": 1, "y": 0}, {"x": 0, "y": 0}],
        small_fields=True,
    ),
]
