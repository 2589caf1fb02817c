"""Mostly bits, like a SHA-256 circuit: majority and parity rounds over three rotating words."""

from zkctl.dsl import Array, Bit, Signal, circuit, private


@circuit
def bits(word: Array[Bit] = private(96), *, rounds: int = 600) -> Signal:
    """The rounds' last word as a number; 3 constraints for each of the 32 bits of a round."""
    a, b, c = (list(word[32 * k : 32 * k + 32]) for k in range(3))
    for r in range(rounds):
        shift = 1 + r % 31
        turned = b[shift:] + b[:shift]
        parity = [_xor(x, y) for x, y in zip(a, turned, strict=True)]
        mixed = [x * y for x, y in zip(parity, c, strict=True)]
        a, b, c = [_xor(x, y) for x, y in zip(mixed, b, strict=True)], a, parity
    total = 0
    for k, bit in enumerate(a):
        total = total + bit * (1 << k)
    return total


def _xor(x: Signal, y: Signal) -> Signal:
    return x + y - 2 * (x * y)
