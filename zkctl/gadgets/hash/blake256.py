"""BLAKE-256 of bytes that are known when a circuit is compiled: the SHA-3 finalist, not BLAKE2.

Source: Aumasson, Henzen, Meier, Phan, "SHA-3 proposal BLAKE", version 1.3, section 2.1; salt 0.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from zkctl.gadgets.hash.sha256 import INITIAL_STATE

N_ROUNDS = 14
_MASK = (1 << 32) - 1
_BLOCK_BYTES = 64
_PI = (  # the first digits of pi behind the point
    *(0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0, 0x082EFA98, 0xEC4E6C89),
    *(0x452821E6, 0x38D01377, 0xBE5466CF, 0x34E90C6C, 0xC0AC29B7, 0xC97C50DD, 0x3F84D5B5, 0xB5470917),
)  # fmt: skip
_PERMUTATIONS = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
_COLUMNS_AND_DIAGONALS = (
    *((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)),
    *((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)),
)


def blake256(message: bytes) -> bytes:
    """Return the 32 bytes of the hash."""
    n_bits = 8 * len(message)
    n_zeros = -(len(message) + 1 + 8) % _BLOCK_BYTES
    padding = bytearray([0x80, *[0] * n_zeros])
    padding[-1] |= 1  # the one before the length
    padded = message + bytes(padding) + struct.pack(">Q", n_bits)
    state: Sequence[int] = INITIAL_STATE
    for start in range(0, len(padded), _BLOCK_BYTES):
        counter = min(8 * (start + _BLOCK_BYTES), n_bits)
        if 8 * start >= n_bits:
            counter = 0  # a block of padding alone
        block = struct.unpack(">16I", padded[start : start + _BLOCK_BYTES])
        state = _compressed(state, block, counter)
    return struct.pack(">8I", *state)


def _compressed(state: Sequence[int], block: Sequence[int], counter: int) -> list[int]:
    low, high = counter & _MASK, counter >> 32
    counted = (_PI[4] ^ low, _PI[5] ^ low, _PI[6] ^ high, _PI[7] ^ high)
    v = [*state, *_PI[:4], *counted]
    for number in range(N_ROUNDS):
        order = _PERMUTATIONS[number % len(_PERMUTATIONS)]
        for k, places in enumerate(_COLUMNS_AND_DIAGONALS):
            first, second = order[2 * k], order[2 * k + 1]
            _mix(v, places, block[first] ^ _PI[second], block[second] ^ _PI[first])
    return [h ^ v[k] ^ v[k + 8] for k, h in enumerate(state)]


def _mix(v: list[int], places: Sequence[int], first: int, second: int) -> None:
    """Change four words of the state: the function G."""
    a, b, c, d = places
    for addend, right, left in ((first, 16, 12), (second, 8, 7)):
        v[a] = v[a] + v[b] + addend & _MASK
        v[d] = _rotated(v[d] ^ v[a], right)
        v[c] = v[c] + v[d] & _MASK
        v[b] = _rotated(v[b] ^ v[c], left)


def _rotated(word: int, right: int) -> int:
    return (word >> right | word << 32 - right) & _MASK
