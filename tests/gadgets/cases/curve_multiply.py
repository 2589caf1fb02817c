"""Multiples of points of Baby Jubjub, and points as bits."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from tests.oracle import montgomery_curve as oracle
from tests.oracle.montgomery_curve import GENERATOR, bits_of
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import BASE, SUBGROUP_ORDER
from zkctl.gadgets.curve.compression import compress, decompress
from zkctl.gadgets.curve.multiply import (
    fixed_base,
    multiply,
    multiply_in_subgroup,
    public_key,
)

FIVE_TIMES_BASE = (
    11480966271046430430613841218147196773252373073876138147006741179837832100836,
    15148236048131954717802795400425086368006776860859772698778589175317365693546,
)
PACKED_BASE = "8b7d2d877a253c4b7733e1b91f05e0fcedf96bd11c2e572549b2a0f703727925"
BASE_BITS = bits_of(int.from_bytes(bytes.fromhex(PACKED_BASE), "little"), 256)
HALF = (oracle.P - 1) // 2
SCHOOL = "chord and tangent in tests/oracle"


@circuit
def of_long_number(k: Uint = private(bits=253)) -> Point:
    return fixed_base(k.bits)


@circuit
def key_pair(k: Signal = private()) -> Point:
    return public_key(k)


@circuit
def of_base(k: Array[Bit] = private("n"), *, n: int) -> Point:
    return fixed_base(k)


@circuit
def of_point(k: Array[Bit] = private("n"), p: Point = private(), *, n: int) -> Point:
    return multiply(k, p)


@circuit
def of_number(k: Signal = private(), p: Point = private()) -> Point:
    """As circomlib's escalarmulany_test, and the bits canonical: 130."""
    return multiply(to_bits(k, 254), p)


@circuit
def of_subgroup(k: Array[Bit] = private("n"), p: Point = private(), *, n: int) -> Point:
    return multiply_in_subgroup(k, p)


@circuit
def compressed(p: Point = private()) -> Array[Bit]:
    return compress(p)


@circuit
def decompressed(bits: Array[Bit] = private(256)) -> Point:
    return decompress(bits)


@circuit
def loopback(p: Point = private()) -> Point:
    return decompress(compress(p))


def changed(position: int) -> list[int]:
    return [bit ^ (k == position) for k, bit in enumerate(BASE_BITS)]


CASES = [
    GadgetCase(
        gadget=fixed_base,
        circuit=of_long_number,
        inputs={"k": 5},
        outputs=FIVE_TIMES_BASE,
        source="circomlibjs",
        constraints=253 + 508,
        refused=[{"k": 1 << 253}],
        circomlib="escalarmulfix_test",
        circom=776,
    ),
    GadgetCase(
        gadget=fixed_base,
        circuit=of_base,
        parameters={"n": 7},
        inputs={"k": bits_of(100, 7)},
        outputs=oracle.multiply(100, BASE),
        source=SCHOOL,
        constraints=7 + 17,
        input_rows=7,
        refused=[{"k": [2, 0, 0, 0, 0, 0, 0]}],
    ),
    GadgetCase(
        gadget=public_key,
        circuit=key_pair,
        inputs={"k": 5},
        outputs=FIVE_TIMES_BASE,
        source="circomlibjs",
        constraints=402 + 505,
        refused=[{"k": SUBGROUP_ORDER}, {"k": SUBGROUP_ORDER + 5}, {"k": oracle.P - 1}],
    ),
    GadgetCase(
        gadget=multiply,
        circuit=of_point,
        parameters={"n": 5},
        inputs={"k": bits_of(21, 5), "p": GENERATOR},
        outputs=oracle.multiply(21, GENERATOR),
        source=SCHOOL,
        constraints=5 + 80,
        input_rows=5,
    ),
    GadgetCase(
        gadget=multiply,
        circuit=of_number,
        inputs={"k": SUBGROUP_ORDER - 1, "p": BASE},
        outputs=oracle.negate(BASE),
        source="ERC-2494",
        constraints=254 + 130 + 2090,
        circomlib="escalarmulany_test",
        circom=2554,
    ),
    GadgetCase(
        gadget=multiply_in_subgroup,
        circuit=of_subgroup,
        parameters={"n": 5},
        inputs={"k": bits_of(5, 5), "p": BASE},
        outputs=FIVE_TIMES_BASE,
        source="circomlibjs",
        constraints=5 + 45,
        input_rows=5,
        refused=[{"k": [1] * 5, "p": (0, 1)}, {"k": [1] * 5, "p": (0, -1)}],
    ),
    GadgetCase(
        gadget=compress,
        circuit=compressed,
        inputs={"p": BASE},
        outputs=BASE_BITS,
        source="circomlibjs",
        constraints=640 + 1,  # the output that is 0
    ),
    GadgetCase(
        gadget=decompress,
        circuit=decompressed,
        inputs={"bits": BASE_BITS},
        outputs=BASE,
        source="circomlibjs",
        constraints=256 + 388,
        input_rows=256,
        refused=[{"bits": changed(254)}, {"bits": bits_of(oracle.P, 256)}],
    ),
    GadgetCase(
        gadget=decompress,
        circuit=loopback,
        inputs={"p": GENERATOR},
        outputs=GENERATOR,
        source="ERC-2494",
        constraints=640 + 389,
        circomlib="pointbits_loopback",
        circom=2333,
    ),
]
