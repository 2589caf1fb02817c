"""SHA-256: circomlib's three test circuits, bytes, and the compression function."""

from __future__ import annotations

import hashlib

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Byte, Signal, Word32, circuit, private
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.hash.sha256 import INITIAL_STATE, compressed, sha256, sha256_bits


@circuit
def sha256_of_bits(x: Array[Bit] = private("n"), *, n: int) -> Array[Bit]:
    return sha256_bits(x)


@circuit
def sha256_of(message: Array[Byte] = private("n"), *, n: int) -> Array[Byte]:
    return sha256(message)


@circuit
def of_two(a: Signal = private(), b: Signal = private()) -> Signal:
    """As circomlib's Sha256_2: 216 bits of each number, and the lower 216 of the digest."""
    message = [bit for x in (a, b) for bit in reversed(to_bits(x, 216))]
    return from_bits(list(reversed(sha256_bits(message)[40:])))


@circuit
def block_of(
    state: Array[Word32] = private(8), block: Array[Word32] = private(16)
) -> Array[Word32]:
    return compressed(state, block)


def bits_of(data: bytes) -> list[int]:
    return [byte >> k & 1 for byte in data for k in reversed(range(8))]


def words_of(data: bytes) -> list[int]:
    return [int.from_bytes(data[k : k + 4], "big") for k in range(0, len(data), 4)]


MESSAGE = bytes(range(64))
PADDED = b"abc\x80" + bytes(52) + (24).to_bytes(8, "big")

CASES = [
    GadgetCase(
        gadget=sha256_bits,
        circuit=of_two,
        inputs={"a": 1, "b": 2},
        outputs=[72587776472194017031617589674261467945970986113287823188107011979],
        source="circomlib's circuit, and hashlib",
        constraints=17603,
        heavy=True,
        circomlib="sha256_2_test",
        circom=30134,
        refused=[{"a": 1 << 216, "b": 2}],
    ),
    GadgetCase(
        gadget=sha256_bits,
        circuit=sha256_of_bits,
        parameters={"n": 448},
        inputs={"x": bits_of(MESSAGE[:56])},
        outputs=bits_of(hashlib.sha256(MESSAGE[:56]).digest()),
        source="hashlib",
        constraints=30506,
        input_rows=448,
        circomlib="sha256_test448",
        circom=59051,
        heavy=True,
    ),
    GadgetCase(
        gadget=sha256_bits,
        circuit=sha256_of_bits,
        parameters={"n": 512},
        inputs={"x": bits_of(MESSAGE)},
        outputs=bits_of(hashlib.sha256(MESSAGE).digest()),
        source="hashlib",
        constraints=30187 + 512,
        input_rows=512,
        circomlib="sha256_test512",
        circom=59281,
        heavy=True,
    ),
    GadgetCase(
        gadget=sha256,
        circuit=sha256_of,
        parameters={"n": 3},
        inputs={"message": list(b"abc")},
        outputs=list(
            bytes.fromhex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        ),
        source="FIPS 180-4's example",
        constraints=16379,
        input_rows=24,
        refused=[{"message": [256, 98, 99]}],
    ),
    GadgetCase(
        gadget=compressed,
        circuit=block_of,
        inputs={"state": list(INITIAL_STATE), "block": words_of(PADDED)},
        outputs=words_of(hashlib.sha256(b"abc").digest()),
        source="hashlib",
        constraints=17510 + 24 * 32,
        heavy=True,
        input_rows=24 * 32,
        refused=[{"state": [1 << 32, *INITIAL_STATE[1:]], "block": words_of(PADDED)}],
    ),
]
