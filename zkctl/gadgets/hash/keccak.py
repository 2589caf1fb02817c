"""Keccak-256 and SHA3-256 (FIPS 202) of messages whose length is known when the circuit is compiled."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.dsl import Array, Byte, Word64, gadget, xor_all
from zkctl.dsl.numbers.word import Word
from zkctl.dsl.numbers.word_bits import xor_and
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.hash.keccak_numbers import (
    DIGEST,
    KECCAK_SUFFIX,
    N_LANES,
    PLACES,
    SHA3_SUFFIX,
    padding,
)
from zkctl.runtime.keccak import OFFSETS, RATE, ROUND_CONSTANTS

LANE_BYTES = 8
N_RATE_LANES = RATE // LANE_BYTES


@gadget
def keccak256(message: Sequence[Byte]) -> Array[Byte]:
    """Return the 32 bytes of Keccak-256, the hash of Ethereum, of a message of bytes.

    Assumes:  nothing: each byte has at most 8 bits by its type.
    Enforces: the result is Keccak-256 of the message, padding included; the length is fixed.
    Cost:     at most 91,800 constraints for the first block of 136 bytes and 93,248 for each further one, less where padding is; it
              takes one byte at least.  Bits of bytes that were not made yet cost 8 for each byte.
    """
    return _hash(message, KECCAK_SUFFIX)


@gadget
def sha3_256(message: Sequence[Byte]) -> Array[Byte]:
    """Return the 32 bytes of SHA3-256 of a message of bytes.

    Assumes:  nothing: each byte has at most 8 bits by its type.
    Enforces: the result is SHA3-256 of the message, padding included; the length is fixed.
    Cost:     that of keccak256.
    """
    return _hash(message, SHA3_SUFFIX)


def _hash(message: Sequence[Byte], suffix: int) -> Array[Byte]:
    padded = [*message, *padding(len(message), suffix)]
    state = [Word64(0)] * N_LANES
    for start in range(0, len(padded), RATE):
        block = padded[start : start + RATE]
        state = [
            *(
                state[k] ^ Word64.from_bytes(block[8 * k : 8 * k + 8], "little")
                for k in range(N_RATE_LANES)
            ),
            *state[N_RATE_LANES:],
        ]
        for constant in ROUND_CONSTANTS:
            state = list(keccak_round(state) if _has_signals(state) else _round(state))
            state[0] = state[0] ^ constant
    return Array([byte for lane in state[: DIGEST // 8] for byte in lane.to_bytes("little")])


def _has_signals(words: Sequence[Word]) -> bool:
    return any(True for word in words for _ in word.signals())


@gadget(stamped=True)
def keccak_round(state: Sequence[Word64]) -> Array[Word64]:
    """Return the 25 lanes of a state after theta, rho, pi and chi: a round of Keccak but for its constant.

    Assumes:  nothing.
    Enforces: the result is the state after these steps; lane x + 5 y of the standard is element x + 5 y.
    Cost:     3,840 constraints.
    """
    if len(state) != N_LANES:
        raise circuit_error(f"keccak_round takes {N_LANES} lanes, got {len(state)}")
    return Array(_round(state))


def _round(state: Sequence[Word]) -> list[Word]:
    """Return the state after a round but for iota (section 3.2).

    Theta costs two xors of three for each bit of a column and one for each bit of the state, chi one constraint for each bit.
    """
    columns = [xor_all(*state[x::5]) for x in range(5)]
    turned = [column.rotate_left(1) for column in columns]
    mixed = [xor_all(state[k], columns[k % 5 - 1], turned[(k + 1) % 5]) for k in range(N_LANES)]
    moved = [mixed[k].rotate_left(OFFSETS[k]) for k in PLACES]
    rows = [moved[y : y + 5] for y in range(0, N_LANES, 5)]
    return [_chi(row[x], row[(x + 1) % 5], row[(x + 2) % 5]) for row in rows for x in range(5)]


def _chi(x: Word, y: Word, z: Word) -> Word:
    bits = zip(x.bit_list(), y.bit_list(), z.bit_list(), strict=True)
    return Word64([xor_and(*three) for three in bits])
