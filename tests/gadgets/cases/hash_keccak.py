"""Keccak-256, SHA3-256 and a round of their permutation."""

from __future__ import annotations

import hashlib

from tests.gadgets.case import GadgetCase
from tests.oracle.keccak import keccak256 as second
from tests.oracle.keccak import without_constant
from zkctl.dsl import Array, Byte, Word64, circuit, private
from zkctl.gadgets.hash.keccak import keccak256, keccak_round, sha3_256

STATE = [pow(3, 40 + k, 1 << 64) for k in range(25)]


@circuit
def round_of(state: Array[Word64] = private(25)) -> Array[Word64]:
    return keccak_round(state)


@circuit
def keccak_of(message: Array[Byte] = private("n"), *, n: int) -> Array[Byte]:
    return keccak256(message)


@circuit
def sha3_of(message: Array[Byte] = private("n"), *, n: int) -> Array[Byte]:
    return sha3_256(message)


def after_a_round(lanes: list[int]) -> list[int]:
    """The lanes after the second implementation's round."""
    state = {(k % 5, k // 5, z): lane >> z & 1 for k, lane in enumerate(lanes) for z in range(64)}
    after = without_constant(state)
    return [sum(after[k % 5, k // 5, z] << z for z in range(64)) for k in range(25)]


CASES = [
    GadgetCase(
        gadget=keccak_round,
        circuit=round_of,
        inputs={"state": STATE},
        outputs=after_a_round(STATE),
        source="the second implementation of the tests",
        constraints=5440,
        input_rows=1600,
        refused=[{"state": [1 << 64, *STATE[1:]]}],
    ),
    GadgetCase(
        gadget=keccak256,
        circuit=keccak_of,
        parameters={"n": 0},
        inputs={"message": []},
        outputs=list(
            bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        ),
        source="the empty code's hash in Ethereum's yellow paper",
        constraints=32,
    ),
    GadgetCase(
        gadget=keccak256,
        circuit=keccak_of,
        parameters={"n": 64},
        inputs={"message": list(range(64))},
        outputs=list(second(bytes(range(64)))),
        source="the second implementation of the tests",
        constraints=90944 + 512,
        input_rows=512,
        refused=[{"message": [256, *range(63)]}],
        heavy=True,
    ),
    GadgetCase(
        gadget=sha3_256,
        circuit=sha3_of,
        parameters={"n": 0},
        inputs={"message": []},
        outputs=list(hashlib.sha3_256(b"").digest()),
        source="hashlib",
        constraints=32,
    ),
    GadgetCase(
        gadget=sha3_256,
        circuit=sha3_of,
        parameters={"n": 4},
        inputs={"message": list(b"abcd")},
        outputs=list(hashlib.sha3_256(b"abcd").digest()),
        source="hashlib",
        constraints=87424,
        input_rows=32,
        heavy=True,
    ),
]
