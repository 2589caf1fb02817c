"""SHA-256 (FIPS 180-4) of messages whose length is known when the circuit is compiled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from zkctl.dsl import Array, Bit, Byte, Word, Word32, add, choose, gadget, majority, xor_all

WORD_BITS = 32
BLOCK_BITS = 512
LENGTH_BITS = 64
N_ROUNDS = 64


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def _cube_root(number: int) -> int:
    """Return the integer part of the cube root."""
    root = 1 << -(-number.bit_length() // 3)
    while root**3 > number:
        root = (2 * root + number // root**2) // 3
    return root


# FIPS 180-4, sections 4.2.2 and 5.3.3: 32 bits behind the point of the cube and square roots of the first primes
_MASK = (1 << WORD_BITS) - 1
ROUND_CONSTANTS = tuple(_cube_root(prime << 3 * WORD_BITS) & _MASK for prime in _primes(N_ROUNDS))
INITIAL_STATE = tuple(math.isqrt(prime << 2 * WORD_BITS) & _MASK for prime in _primes(8))


_BYTE = Word.__class_getitem__(8)


@gadget
def sha256(message: Sequence[Byte]) -> Array[Byte]:
    """Return the 32 bytes of SHA-256 of a message of bytes.

    Assumes:  nothing: each byte has at most 8 bits by its type.
    Enforces: the result is SHA-256 of the message, padding included; the length is fixed.
    Cost:     at most 17,315 constraints for the first block of 64 bytes and 17,510 for each further one, less where padding is; it
              takes 9 bytes at least.  Bits of bytes that were not made yet cost 8 for each byte.
    """
    bits: list[Any] = []
    for byte in message:
        bits.extend(reversed(_BYTE(byte).bit_list()))
    digest = _digest(bits)
    return Array([byte for word in digest for byte in word.to_bytes()])


@gadget
def sha256_bits(message: Sequence[Bit]) -> Array[Bit]:
    """Return the 256 bits of SHA-256 of a message of bits, in the order of the standard: the highest bit of each byte first.

    Assumes:  nothing.
    Enforces: the result is SHA-256 of the message, padding included; the length is fixed.
    Cost:     that of sha256 for the same blocks.
    """
    digest = _digest(list(message))
    return Array([bit for word in digest for bit in reversed(word.bits.flat)])


def _digest(bits: list[Any]) -> list[Word]:
    """Return the eight words of the hash of bits, the highest of each byte first."""
    n_zeros = -(len(bits) + 1 + LENGTH_BITS) % BLOCK_BITS
    length = [len(bits) >> k & 1 for k in reversed(range(LENGTH_BITS))]
    padded = [*bits, 1, *[0] * n_zeros, *length]
    state = [Word32(word) for word in INITIAL_STATE]
    for start in range(0, len(padded), BLOCK_BITS):
        block = padded[start : start + BLOCK_BITS]
        words = [Word32(block[k : k + WORD_BITS][::-1]) for k in range(0, BLOCK_BITS, WORD_BITS)]
        state = list(compressed(state, words) if _has_signals(words) else _rounds(state, words))
    return state


def _has_signals(words: Sequence[Word]) -> bool:
    return any(True for word in words for _ in word.signals())


@gadget(stamped=True)
def compressed(state: Sequence[Word32], block: Sequence[Word32]) -> Array[Word32]:
    """Return the state after a block of sixteen words: the compression function.

    Assumes:  nothing.
    Enforces: the result is the state after the block.
    Cost:     17,510 constraints, 17,315 with the initial state.
    """
    return Array(_rounds(state, block))


def _rounds(state: Sequence[Word], block: Sequence[Word]) -> list[Word]:
    """Return the state after a block; sums are reduced where bits of them are needed (section 6.2.2)."""
    a, b, c, d, e, f, g, h = state
    for constant, word in zip(ROUND_CONSTANTS, _schedule(block), strict=True):
        first = add(h, _sum_1(e), choose(e, f, g), constant, word)
        second = add(_sum_0(a), majority(a, b, c))
        a, b, c, d, e, f, g, h = first + second, a, b, c, d + first, e, f, g
    return [x + y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True)]


def _schedule(block: Sequence[Word]) -> list[Word]:
    words = list(block)
    for t in range(len(words), N_ROUNDS):
        words.append(add(_sigma_1(words[t - 2]), words[t - 7], _sigma_0(words[t - 15]), words[t - 16]))  # fmt: skip
    return words


def _sum_0(x: Word) -> Word:
    return xor_all(x.rotate_right(2), x.rotate_right(13), x.rotate_right(22))  # type: ignore[no-any-return]


def _sum_1(x: Word) -> Word:
    return xor_all(x.rotate_right(6), x.rotate_right(11), x.rotate_right(25))  # type: ignore[no-any-return]


def _sigma_0(x: Word) -> Word:
    return xor_all(x.rotate_right(7), x.rotate_right(18), x >> 3)  # type: ignore[no-any-return]


def _sigma_1(x: Word) -> Word:
    return xor_all(x.rotate_right(17), x.rotate_right(19), x >> 10)  # type: ignore[no-any-return]
