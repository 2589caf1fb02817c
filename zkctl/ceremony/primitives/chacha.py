"""The ChaCha20 generator that turns 32 bytes into the secrets of a contribution.

The block function of RFC 8439 section 2.3 with the seed as key; the four words that RFC 8439 splits
into counter and nonce are one 128-bit little-endian block counter that starts at zero.
"""

from __future__ import annotations

from collections.abc import Iterator

_CONSTANTS = (0x61707865, 0x3320646E, 0x79622D32, 0x6B206574)  # "expand 32-byte k"
_MASK = 0xFFFFFFFF
_COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
_DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))


class ChaCha:
    """A stream of 32-bit words from a 32-byte seed, read as eight big-endian key words."""

    def __init__(self, seed: bytes) -> None:
        assert len(seed) == 32
        self._words = _stream([int.from_bytes(seed[k : k + 4], "big") for k in range(0, 32, 4)])

    def next_u32(self) -> int:
        """Return the next word."""
        return next(self._words)

    def next_u64(self) -> int:
        """Return the next two words, the first one as the high half."""
        high = next(self._words)
        return high << 32 | next(self._words)

    def next_bool(self) -> bool:
        """Return the lowest bit of the next word."""
        return bool(next(self._words) & 1)

    def __repr__(self) -> str:
        return "ChaCha()"  # never the state: it is a secret


def _stream(key: list[int]) -> Iterator[int]:
    counter = 0
    while True:
        nonce = [counter >> (32 * k) & _MASK for k in range(4)]
        yield from _block([*_CONSTANTS, *key, *nonce])
        counter += 1


def _block(initial: list[int]) -> list[int]:
    state = list(initial)
    for _ in range(10):
        for positions in _COLUMNS + _DIAGONALS:
            _quarter_round(state, *positions)
    return [(s + i) & _MASK for s, i in zip(state, initial, strict=True)]


def _quarter_round(s: list[int], a: int, b: int, c: int, d: int) -> None:
    for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & _MASK
        mixed = s[z] ^ s[x]
        s[z] = (mixed << n | mixed >> (32 - n)) & _MASK
