"""Sizes and padding of Keccak for the circuit; its tables are in runtime/keccak.py.

Source: FIPS 202, sections 3.2 (steps), 3.4 (rounds), 4 (sponge).  Keccak-256 is SHA3-256 with the padding of the first submission.
"""

from __future__ import annotations

from zkctl.runtime.keccak import RATE

N_LANES = 25  # lane x + 5 y
DIGEST = 32
KECCAK_SUFFIX = 0x01  # the first byte of the padding
SHA3_SUFFIX = 0x06

# of pi: lane k after it is lane PLACES[k] before
PLACES = tuple((k % 5 + 3 * (k // 5)) % 5 + 5 * (k % 5) for k in range(N_LANES))


def padding(length: int, suffix: int) -> bytes:
    """Return what follows a message of `length` bytes: the suffix, zeros, and the highest bit of the last byte."""
    n_bytes = RATE - length % RATE
    if n_bytes == 1:
        return bytes([suffix | 0x80])
    return bytes([suffix, *[0] * (n_bytes - 2), 0x80])
