"""BLAKE2s (RFC 7693) with a digest of 32 bytes and no key, of messages whose length is known when the circuit is compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zkctl.dsl import Array, Byte, Word32, add, gadget, xor_all
from zkctl.dsl.numbers.word import Word
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.hash.sha256 import INITIAL_STATE
from zkctl.gadgets.sizes import as_text

INITIALISATION = INITIAL_STATE  # section 2.6: the same words as those of SHA-256
BLOCK = 64  # bytes
N_ROUNDS = 10
# section 2.8: the digest's length, no key, fanout and depth of 1
PARAMETERS = 0x01010000 ^ 32
# section 2.7
SCHEDULE = (
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
# section 3.2: columns, then diagonals
PLACES = tuple((x, 4 + (x + k) % 4, 8 + (x + 2 * k) % 4, 12 + (x + 3 * k) % 4) for k in (0, 1) for x in range(4))  # fmt: skip


@gadget
def blake2s(message: Sequence[Byte]) -> Array[Byte]:
    """Return the 32 bytes of BLAKE2s-256 of a message of bytes, without a key.

    Assumes:  nothing: each byte has at most 8 bits by its type.
    Enforces: the result is BLAKE2s of the message, filled up with zeros; the length, which the hash takes in, is fixed.
    Cost:     at most 22,092 constraints for the first block of 64 bytes and 22,232 for each further one, less where zeros are.  Bits of
              bytes that were not made yet cost 8 for each byte.
    """
    blocks = max(1, -(-len(message) // BLOCK))
    padded: list[Any] = [*message, *[0] * (blocks * BLOCK - len(message))]
    state = [Word32(word) for word in INITIALISATION]
    state[0] = state[0] ^ PARAMETERS
    for k in range(blocks):
        block = padded[k * BLOCK : (k + 1) * BLOCK]
        words = [Word32.from_bytes(block[j : j + 4], "little") for j in range(0, BLOCK, 4)]
        is_last = k == blocks - 1
        n_bytes = len(message) if is_last else (k + 1) * BLOCK
        compress = blake2s_compressed if _has_signals([*state, *words]) else _compressed
        state = list(compress(state, words, n_bytes=n_bytes, is_last=is_last))
    return Array([byte for word in state for byte in word.to_bytes("little")])


def _has_signals(words: Sequence[Word]) -> bool:
    return any(True for word in words for _ in word.signals())


@gadget(stamped=True)
def blake2s_compressed(
    state: Sequence[Word32], block: Sequence[Word32], *, n_bytes: int, is_last: bool
) -> Array[Word32]:
    """Return the eight words of the state after a block of sixteen: the compression function F.

    Assumes:  nothing.
    Enforces: the result is the state after the block, when n_bytes of the message were taken in with it.
    Cost:     22,232 constraints, 22,092 with the initial state.
    """
    if (len(state), len(block)) != (8, 16):
        raise circuit_error(
            f"blake2s_compressed takes 8 and 16 words, got {len(state)} and {len(block)}"
        )
    if not 0 <= n_bytes < 1 << 64:
        raise circuit_error(
            f"the number of bytes of blake2s_compressed is out of range: expected 0 to 2^64 - 1, got {as_text(n_bytes)}"
        )
    return Array(_compressed(state, block, n_bytes=n_bytes, is_last=is_last))


def _compressed(
    state: Sequence[Word], block: Sequence[Word], *, n_bytes: int, is_last: bool
) -> list[Word]:
    v = [*state, *(Word32(word) for word in INITIALISATION)]
    v[12] = v[12] ^ (n_bytes & 0xFFFFFFFF)
    v[13] = v[13] ^ (n_bytes >> 32)
    if is_last:
        v[14] = ~v[14]
    for order in SCHEDULE:
        for k, (a, b, c, d) in enumerate(PLACES):
            x, y = block[order[2 * k]], block[order[2 * k + 1]]
            v[a], v[b], v[c], v[d] = _mixed((v[a], v[b], v[c], v[d]), x, y)
    return [xor_all(state[k], v[k], v[k + 8]) for k in range(8)]


def _mixed(words: tuple[Word, Word, Word, Word], x: Word, y: Word) -> tuple[Word, ...]:
    """Return four words after the mixing function G (section 3.1)."""
    a, b, c, d = words
    a = add(a, b, x)
    d = (d ^ a).rotate_right(16)
    c = add(c, d)
    b = (b ^ c).rotate_right(12)
    a = add(a, b, y)
    d = (d ^ a).rotate_right(8)
    c = add(c, d)
    b = (b ^ c).rotate_right(7)
    return a, b, c, d
