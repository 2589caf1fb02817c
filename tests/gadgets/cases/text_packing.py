"""Bytes and bits in elements."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private
from zkctl.gadgets.text.packing import pack_bits, pack_bytes, unpack_bits, unpack_bytes


@circuit
def packed(x: Array[Uint] = private("n", bits=8), *, n: int) -> Array[Signal]:
    return pack_bytes(x)


@circuit
def unpacked(x: Array[Signal] = private("elements"), *, elements: int, n: int) -> Array[Uint]:
    return unpack_bytes(x, length=n)


@circuit
def packed_bits(x: Array[Bit] = private("n"), *, n: int) -> Array[Signal]:
    return pack_bits(x)


@circuit
def unpacked_bits(x: Array[Signal] = private("elements"), *, elements: int, n: int) -> Array[Bit]:
    return unpack_bits(x, length=n)


TEXT = bytes(range(1, 34))
BITS = [k % 3 % 2 for k in range(260)]


def little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def spelled(bits: list[int]) -> int:
    return int("".join(map(str, reversed(bits))), 2)


CASES = [
    GadgetCase(
        gadget=pack_bytes,
        circuit=packed,
        parameters={"n": 33},
        inputs={"x": list(TEXT)},
        outputs=[little(TEXT[:31]), little(TEXT[31:])],
        source="Python's int.from_bytes",
        constraints=264,
        input_rows=264,
    ),
    GadgetCase(
        gadget=unpack_bytes,
        circuit=unpacked,
        parameters={"elements": 2, "n": 33},
        inputs={"x": [little(TEXT[:31]), little(TEXT[31:])]},
        outputs=list(TEXT),
        source="Python's int.from_bytes",
        constraints=264,
        refused=[{"x": [1 << 248, 0]}, {"x": [0, 1 << 16]}, {"x": [0, -1 % (1 << 250)]}],
    ),
    GadgetCase(
        gadget=pack_bits,
        circuit=packed_bits,
        parameters={"n": 260},
        inputs={"x": BITS},
        outputs=[spelled(BITS[:253]), spelled(BITS[253:])],
        source="Python's int",
        constraints=260,
        input_rows=260,
    ),
    GadgetCase(
        gadget=pack_bits,
        circuit=packed_bits,
        parameters={"n": 3},
        inputs={"x": [0, 1, 1]},
        outputs=[6],
        source="Python's int",
        constraints=3,
        input_rows=3,
    ),
    GadgetCase(
        gadget=unpack_bits,
        circuit=unpacked_bits,
        parameters={"elements": 1, "n": 2},
        inputs={"x": [2]},
        outputs=[0, 1],
        source="Python's int",
        constraints=2,
        refused=[{"x": [4]}, {"x": [1 << 253]}],
        small_fields=True,
    ),
]
