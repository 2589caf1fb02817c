"""Keccak on plain integers and bytes: for constants that are derived with Keccak-256, and its tables for the circuit.

Source: FIPS 202, sections 3.2 (steps), 3.4 (rounds), 4 (sponge).  Keccak-256 is SHA3-256 with the padding of the first submission.
"""

from __future__ import annotations

from collections.abc import Iterator

LANE_BITS = 64
N_LANES = 25  # lane x + 5 y
N_ROUNDS = 24
RATE = 136  # bytes of a block, for a digest of 32 bytes
DIGEST = 32
KECCAK_SUFFIX = 0x01  # the first byte of the padding
SHA3_SUFFIX = 0x06

_MASK = (1 << LANE_BITS) - 1


def _round_constants() -> Iterator[int]:
    """Yield the constants of iota: bits of the register x^8 + x^6 + x^5 + x^4 + 1 at the places 2^j - 1."""
    register = 1
    for _ in range(N_ROUNDS):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << (1 << j) - 1
            register = register << 1 ^ (register >> 7) * 0x171
        yield constant


def _offsets() -> list[int]:
    """Return the rotations of rho, for each lane."""
    found = [0] * N_LANES
    x, y = 1, 0
    for t in range(24):
        found[x + 5 * y] = (t + 1) * (t + 2) // 2 % LANE_BITS
        x, y = y, (2 * x + 3 * y) % 5
    return found


ROUND_CONSTANTS = tuple(_round_constants())
OFFSETS = tuple(_offsets())
# of pi: lane k after it is lane PLACES[k] before
PLACES = tuple((k % 5 + 3 * (k // 5)) % 5 + 5 * (k % 5) for k in range(N_LANES))


def padding(length: int, suffix: int) -> bytes:
    """Return what follows a message of `length` bytes: the suffix, zeros, and the highest bit of the last byte."""
    n_bytes = RATE - length % RATE
    if n_bytes == 1:
        return bytes([suffix | 0x80])
    return bytes([suffix, *[0] * (n_bytes - 2), 0x80])


def keccak256_digest(message: bytes) -> bytes:
    """Return the 32 bytes of Keccak-256."""
    padded = message + padding(len(message), KECCAK_SUFFIX)
    lanes = [0] * N_LANES
    for start in range(0, len(padded), RATE):
        for k in range(RATE // 8):
            at = start + 8 * k
            lanes[k] ^= int.from_bytes(padded[at : at + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[: DIGEST // 8])


def _permuted(a: list[int]) -> list[int]:
    for constant in ROUND_CONSTANTS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ _rotated(c[(x + 1) % 5], 1) for x in range(5)]
        b = [_rotated(a[k] ^ d[k % 5], OFFSETS[k]) for k in PLACES]
        a = [
            b[k] ^ ~b[k - k % 5 + (k + 1) % 5] & b[k - k % 5 + (k + 2) % 5] for k in range(N_LANES)
        ]
        a[0] ^= constant
    return a


def _rotated(x: int, n: int) -> int:
    return (x << n | x >> LANE_BITS - n) & _MASK
