"""Keccak-256, as Ethereum has it: not SHA3-256, which pads in another way.

pycryptodome's takes a tenth of a second to import, more than one proof's transcript takes here; so it is imported when there is
more to hash.  The tables are those of the circuit too (gadgets/hash/keccak_numbers.py).
"""

from __future__ import annotations

import sys
from itertools import count

RATE = 136  # bytes of a block
LONG = 32 * RATE  # bytes that are worth the import
CALLS_BEFORE_IMPORTING = 24  # of a process: the transcripts of four proofs

_MASK = (1 << 64) - 1
_calls = count(1)


def keccak_256(data: bytes) -> bytes:
    """Return the digest of 32 bytes."""
    if (
        len(data) < LONG
        and next(_calls) <= CALLS_BEFORE_IMPORTING
        and "Crypto.Hash.keccak" not in sys.modules
    ):
        return plain_keccak_256(data)
    from Crypto.Hash import keccak

    return keccak.new(digest_bits=256, data=data).digest()


def plain_keccak_256(data: bytes) -> bytes:
    """Return the digest, computed on Python integers.  Source: the Keccak reference, version 3.0 (Bertoni et al. 2011)."""
    padded = bytearray(data + bytes(RATE - len(data) % RATE))
    padded[len(data)] |= 0x01
    padded[-1] |= 0x80
    lanes = [0] * 25  # lane (x, y) at x + 5 y
    for start in range(0, len(padded), RATE):
        for k in range(RATE // 8):
            lanes[k] ^= int.from_bytes(padded[start + 8 * k : start + 8 * k + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _permuted(a: list[int]) -> list[int]:
    for constant in ROUND_CONSTANTS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ _turned(c[x - 4], 1) for x in range(5)]
        b = [0] * 25
        for source, (target, bits) in enumerate(_MOVES):
            value = a[source] ^ d[source % 5]
            b[target] = (value << bits | value >> (64 - bits)) & _MASK
        a = [b[k] ^ (~b[one] & b[two]) for k, one, two in _NEIGHBOURS]
        a[0] ^= constant
    return a


def _turned(value: int, bits: int) -> int:
    return (value << bits | value >> (64 - bits)) & _MASK


def _offsets() -> list[int]:
    """Return the rotations of rho, for each lane x + 5 y."""
    turns, (x, y) = [0] * 25, (1, 0)
    for t in range(24):
        turns[x + 5 * y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return turns


def _round_constants() -> list[int]:
    """Return the constants: bits of a shift register with the polynomial x^8 + x^6 + x^5 + x^4 + 1."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << ((1 << j) - 1)
            register = register << 1 ^ (0x171 if register >> 7 else 0)
        constants.append(constant)
    return constants


OFFSETS = tuple(_offsets())
ROUND_CONSTANTS = tuple(_round_constants())
# for each lane where rho and pi move it, and by how much it is turned
_MOVES = [(y + 5 * ((2 * x + 3 * y) % 5), OFFSETS[x + 5 * y]) for y in range(5) for x in range(5)]
_NEIGHBOURS = [(x + y, (x + 1) % 5 + y, (x + 2) % 5 + y) for y in range(0, 25, 5) for x in range(5)]
