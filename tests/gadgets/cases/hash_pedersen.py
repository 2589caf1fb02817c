"""The Pedersen hash."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Uint, circuit, private
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.hash.pedersen import pedersen

TWO_BYTES = (
    21296212132661513240738749982496780490189507784897364347383052034120821648342,
    16613760370099447338759870042101342468895626252552762536248646672602852915454,
)
ALL_ONES = (
    19092467152194012325865035228998940905832420421599727109297982302583412687773,
    19649890926653253036180932065143651127102491817151864665933125818825159044633,
)
MESSAGE = 0x2702  # the bytes 0227, the first one lowest


@circuit
def hash_of_bits(bits: Array[Bit] = private("n"), *, n: int) -> Point:
    return pedersen(bits)


@circuit
def hash_of_number(number: Uint = private(bits=253)) -> Point:
    return pedersen([*number.bits, 0, 0, 0])


CASES = [
    GadgetCase(
        gadget=pedersen,
        circuit=hash_of_bits,
        parameters={"n": 16},
        inputs={"bits": [MESSAGE >> k & 1 for k in range(16)]},
        outputs=TWO_BYTES,
        source="circomlibjs",
        constraints=16 + 27,
        input_rows=16,
        refused=[{"bits": [2] * 16}],
    ),
    GadgetCase(
        gadget=pedersen,
        circuit=hash_of_number,
        inputs={"number": (1 << 253) - 1},
        outputs=ALL_ONES,
        source="circomlibjs",
        constraints=253 + 448,
        refused=[{"number": 1 << 253}],
        circomlib="pedersen2_test",
        circom=701,
    ),
]
