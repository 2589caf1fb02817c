"""SHA-256 of whole blocks, written with bits and `to_bits` only: many hints of 33 to 35 bits between rows."""

from collections.abc import Sequence

from zkctl.dsl import Array, Bit, Signal, circuit, dot, gadget, private
from zkctl.gadgets.bits import to_bits

Word = list[Signal]  # 32 bits, lowest first


def _root_bits(n: int, power: int) -> int:
    """The first 32 bits of the fractional part of the root of n."""
    x, low, high = n << 32 * power, 0, n << 33
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**power <= x else (low, middle)
    return low & 0xFFFFFFFF


PRIMES = [n for n in range(2, 312) if all(n % d for d in range(2, n))]
ROUND = [_root_bits(n, 3) for n in PRIMES]
START = [_root_bits(n, 2) for n in PRIMES[:8]]


@circuit
def sha256(message: Array[Bit] = private(512 * 16), *, blocks: int = 16) -> Array[Signal]:
    """The hash of a padded message, each word's bits lowest first, as 8 numbers."""
    state: list[Signal] = [0 * message[0] + x for x in START]
    for k in range(blocks):
        block = Array([*message[512 * k : 512 * (k + 1)]])
        state = list(compress(Array(state), block))
    return Array(state)


@gadget(stamped=True)
def compress(state: Array[Signal], block: Array[Bit]) -> Array[Signal]:
    """One block; words of the state are numbers below 2^32."""
    words: list[Word] = [list(block[32 * k : 32 * k + 32]) for k in range(16)]
    for t in range(16, 64):
        low = _xor3(_turn(words[t - 15], 7), _turn(words[t - 15], 18), words[t - 15][3:])
        high = _xor3(_turn(words[t - 2], 17), _turn(words[t - 2], 19), words[t - 2][10:])
        words.append(_sum([low, high, words[t - 7], words[t - 16]], 0))
    bits = [list(to_bits(word, 32)) for word in state]
    a, b, c, d, e, f, g, h = bits
    for word, constant in zip(words, ROUND, strict=True):
        mixed = _xor3(_turn(e, 6), _turn(e, 11), _turn(e, 25))
        chosen = [z + x * (y - z) for x, y, z in zip(e, f, g, strict=True)]
        first = [h, mixed, chosen, word]
        most = [y * z + x * (y + z - 2 * (y * z)) for x, y, z in zip(a, b, c, strict=True)]
        second = _xor3(_turn(a, 2), _turn(a, 13), _turn(a, 22))
        h, g, f, e = g, f, e, _sum([d, *first], constant)
        d, c, b, a = c, b, a, _sum([*first, second, most], constant)
    return Array(
        [_number(_sum([x, y], 0)) for x, y in zip(bits, (a, b, c, d, e, f, g, h), strict=True)]
    )


def _turn(word: Word, n: int) -> Word:
    return word[n:] + word[:n]


def _xor3(x: Word, y: Word, z: Sequence[Signal]) -> Word:
    pairs = [a + b - 2 * (a * b) for a, b in zip(x, y, strict=True)]
    return [
        p if c is None else p + c - 2 * (p * c)
        for p, c in zip(pairs, [*z, *[None] * (32 - len(z))], strict=True)
    ]


def _number(word: Word) -> Signal:
    return dot([1 << k for k in range(32)], word)


def _sum(words: Sequence[Word], constant: int) -> Word:
    total = sum((_number(word) for word in words[1:]), _number(words[0])) + constant
    return list(to_bits(total, 35))[:32]
