"""The compression function of BLAKE2b (RFC 7693, section 3.2), in plain Python."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_BLOCK = 128
_MASK = (1 << 64) - 1
IV = (
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
)  # fmt: skip
_SIGMA = (
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
_POSITIONS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def compress(h: Sequence[int], blocks: memoryview, before: int, *, last: bool) -> list[int]:
    """The chain value after one or more whole blocks, the first of which follows `before` bytes.

    For a padded last block, `before` is the number of all real bytes minus 128.
    """
    chain = list(h)
    for offset in range(0, len(blocks), _BLOCK):
        message = struct.unpack_from("<16Q", blocks, offset)
        chain = _compress_block(chain, message, before + offset + _BLOCK, last=last)
    return chain


def _compress_block(h: list[int], message: tuple[int, ...], count: int, *, last: bool) -> list[int]:
    v = [*h, *IV]
    v[12] ^= count & _MASK
    v[13] ^= count >> 64
    if last:
        v[14] ^= _MASK
    for k in range(12):
        schedule = _SIGMA[k % 10]
        for j, (a, b, c, d) in enumerate(_POSITIONS):
            _mix(v, (a, b, c, d), message[schedule[2 * j]], message[schedule[2 * j + 1]])
    return [x ^ v[i] ^ v[i + 8] for i, x in enumerate(h)]


def _mix(v: list[int], positions: tuple[int, int, int, int], x: int, y: int) -> None:
    i, j, k, m = positions
    a, b, c, d = v[i], v[j], v[k], v[m]
    a = (a + b + x) & _MASK
    d ^= a
    d = d >> 32 | (d & 0xFFFFFFFF) << 32
    c = (c + d) & _MASK
    b ^= c
    b = b >> 24 | (b & 0xFFFFFF) << 40
    a = (a + b + y) & _MASK
    d ^= a
    d = d >> 16 | (d & 0xFFFF) << 48
    c = (c + d) & _MASK
    b ^= c
    v[i], v[j], v[k], v[m] = a, b >> 63 | (b << 1 & _MASK), c, d
