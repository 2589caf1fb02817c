"""BLAKE2s."""

from __future__ import annotations

import hashlib

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Byte, Word32, circuit, private
from zkctl.gadgets.hash.blake2s import (
    INITIALISATION,
    PARAMETERS,
    blake2s,
    blake2s_compressed,
)

START = [INITIALISATION[0] ^ PARAMETERS, *INITIALISATION[1:]]


@circuit
def blake2s_of(message: Array[Byte] = private("n"), *, n: int) -> Array[Byte]:
    return blake2s(message)


@circuit
def last_block(
    state: Array[Word32] = private(8), block: Array[Word32] = private(16)
) -> Array[Word32]:
    return blake2s_compressed(state, block, n_bytes=64, is_last=True)


def words_of(data: bytes) -> list[int]:
    return [int.from_bytes(data[k : k + 4], "little") for k in range(0, len(data), 4)]


CASES = [
    GadgetCase(
        gadget=blake2s,
        circuit=blake2s_of,
        parameters={"n": 3},
        inputs={"message": list(b"abc")},
        outputs=list(
            bytes.fromhex("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982")
        ),
        source="RFC 7693, appendix B",
        constraints=21003 + 24,
        heavy=True,
        input_rows=24,
        refused=[{"message": [256, 98, 99]}, {"message": [97, 98, -1]}],
    ),
    GadgetCase(
        gadget=blake2s_compressed,
        circuit=last_block,
        inputs={"state": START, "block": words_of(bytes(range(64)))},
        outputs=words_of(hashlib.blake2s(bytes(range(64))).digest()),
        source="hashlib",
        constraints=22232 + 24 * 32,
        heavy=True,
        input_rows=24 * 32,
        refused=[{"state": START, "block": [1 << 32, *[0] * 15]}],
    ),
]
