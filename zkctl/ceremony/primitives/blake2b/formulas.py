"""The compression function of BLAKE2b (RFC 7693, section 3.2): one formula, for integers and for kernels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

W = TypeVar("W")  # a 64-bit word: an integer here, a value in a register in kernel.py

BLOCK = 128
IV = (
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
)  # fmt: skip
_SCHEDULE = (
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


def mix_rounds(
    v: list[W],
    message: Sequence[W],
    add: Callable[[W, W], W],
    rotated_xor: Callable[[W, W, int], W],
) -> None:
    """Apply the twelve rounds to the work vector; rotated_xor(x, y, n) is (x ^ y) rotated right by n."""
    for k in range(12):
        order = _SCHEDULE[k % 10]
        for j, (a, b, c, d) in enumerate(_POSITIONS):
            for word, by_d, by_b in ((order[2 * j], 32, 24), (order[2 * j + 1], 16, 63)):
                v[a] = add(add(v[a], v[b]), message[word])
                v[d] = rotated_xor(v[d], v[a], by_d)
                v[c] = add(v[c], v[d])
                v[b] = rotated_xor(v[b], v[c], by_b)
