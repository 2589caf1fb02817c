"""Circuits that are large in different ways, for compare_compile.py."""

from zkctl.dsl import (
    Array,
    Bit,
    Byte,
    Signal,
    Uint,
    circuit,
    constrain,
    discard,
    gadget,
    private,
    wire,
)
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.hash.sha256 import sha256


@circuit
def chain(start: Signal = private(), *, n: int = 68) -> Signal:
    """Poseidon n times, stamped."""
    for _ in range(n):
        start = poseidon(start, start)
    return start


@circuit
def constants(start: Signal = private(), *, n: int = 400) -> Signal:
    """Poseidon n times, each with another constant."""
    for k in range(n):
        start = poseidon(k, start)
    return start


@circuit
def different(x: Signal = private(), y: Signal = private(), *, n: int = 100_000) -> Signal:
    """n constraints, none like the other, unstamped."""
    for k in range(n):
        x, y = y, wire(x * y + k)
    return y


@circuit
def hashed(message: Array[Byte] = private("n"), *, n: int = 1015) -> Array[Byte]:
    """SHA-256 of n bytes: one block for every 64, one more for a last one with more than 55."""
    return sha256(message)


@circuit
def narrow(x: Array[Signal] = private("n"), *, n: int = 1000) -> None:
    """64 bits of each of n numbers, stamped."""
    for number in x:
        discard(to_bits(number, 64))


@circuit
def declared(x: Array[Uint] = private("n", bits=64), *, n: int = 1000) -> None:
    """n inputs of 64 bits, checked where they are declared."""


@circuit
def outputs(x: Array[Signal] = private("n"), *, n: int = 64_000) -> Array[Signal]:
    """n outputs."""
    return Array([number * number for number in x])


@circuit
def addition(x: Array[Signal] = private("n"), *, n: int = 32_000) -> Signal:
    """One sum of n terms, by Python's own sum."""
    total: Signal = sum(x, x[0] * 0)
    return total


@circuit
def slices(x: Array[Signal] = private("n"), *, n: int = 2000) -> None:
    """n slices of an array."""
    while len(x) > 1:
        constrain(x[0] * x[1] == 1)
        x = x[1:]


@gadget(stamped=True)
def mixing_round(state: Array[Bit], word: Array[Bit], *, k: int) -> Array[Bit]:
    """Return the state after a round like those of SHA-256: eight words, rotations, choices, additions modulo 2^32."""
    words = [state[32 * j : 32 * j + 32] for j in range(8)]
    a, b, c, d, e, f, g, h = words
    chosen = [y * x + (1 - x) * z for x, y, z in zip(e, f, g, strict=True)]
    major = [x & y ^ z for x, y, z in zip(a, b, c, strict=True)]
    first = from_bits(h) + _number(_xor(e, 6, 11, 25)) + _number(chosen) + from_bits(word) + k
    second = first + _number(_xor(a, 2, 13, 22)) + _number(major)
    low = to_bits(first + from_bits(d), 40)[:32]
    return Array([*to_bits(second, 40)[:32], *a, *b, *c, *low, *e, *f, *g])


def _number(bits: list[Signal]) -> Signal:
    total: Signal = sum((bit * (1 << k) for k, bit in enumerate(bits)), bits[0] * 0)
    return total


def _xor(x: Array[Bit], *steps: int) -> list[Signal]:
    p, q, r = ([x[(k + step) % 32] for k in range(32)] for step in steps)
    return [u ^ v ^ w for u, v, w in zip(p, q, r, strict=True)]


@circuit
def mixing(state: Array[Bit] = private(256), word: Array[Bit] = private(32), *, n: int = 1) -> Array[Signal]:  # fmt: skip
    """64 n rounds like those of SHA-256, in 64 kinds."""
    for _ in range(n):
        for k in range(64):
            state = mixing_round(state, word, k=0x428A2F98 + 977 * k)
    return Array(list(state))
