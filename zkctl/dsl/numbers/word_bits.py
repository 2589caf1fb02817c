"""Logic of single bits that may be constants: an integer 0 or 1 costs nothing and needs no circuit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl.numbers.three_bits import (
    majority_of_three,
    xor_and_of_three,
    xor_of_three,
)
from zkctl.dsl.signal import Bit, Signal, Uint
from zkctl.dsl.wires import dot, proven

BitOrInt = Bit | int


def inverted(x: BitOrInt) -> BitOrInt:
    """Return 1 - x."""
    return ~x if isinstance(x, Signal) else 1 - x


def AND(x: BitOrInt, y: BitOrInt) -> BitOrInt:  # noqa: N802  # Python's word is taken
    """Return x & y."""
    if isinstance(x, Signal) and isinstance(y, Signal):
        return x & y
    known, other = (y, x) if isinstance(x, Signal) else (x, y)
    return other if known else 0


def OR(x: BitOrInt, y: BitOrInt) -> BitOrInt:  # noqa: N802
    """Return x | y."""
    if isinstance(x, Signal) and isinstance(y, Signal):
        return x | y
    known, other = (y, x) if isinstance(x, Signal) else (x, y)
    return 1 if known else other


def XOR(x: BitOrInt, y: BitOrInt) -> BitOrInt:  # noqa: N802
    """Return x ^ y."""
    if isinstance(x, Signal) and isinstance(y, Signal):
        return x ^ y
    known, other = (y, x) if isinstance(x, Signal) else (x, y)
    return inverted(other) if known else other


def parity(bits: Sequence[BitOrInt]) -> BitOrInt:
    """Return the xor of bits: n // 2 constraints for n of them, or as many as their number has digits where that is less.

    The lowest bit of the sum of n bits is their xor; its bits are unique while the sum stays below p.
    """
    found = xor_of_three(bits)
    if found is not None:
        return found
    unknown = [bit for bit in bits if isinstance(bit, Signal)]
    flips = sum(bit for bit in bits if isinstance(bit, int)) % 2
    if not unknown:
        return flips
    n_digits = len(unknown).bit_length()
    if n_digits < len(unknown) // 2 and n_digits < unknown[0].field.n_bits:
        result = cast(Uint, dot([1] * len(unknown), unknown)).bits[0]
    else:
        result = unknown[0]
        for k in range(1, len(unknown), 2):
            result = _xor([result, *unknown[k : k + 2]])
    return inverted(result) if flips else result


def _xor(bits: Sequence[Bit]) -> Bit:
    """Return the xor of two or three bits."""
    found = xor_of_three(bits)
    if found is not None:
        return found
    result = bits[0]
    for bit in bits[1:]:
        result = result ^ bit
    return result


def chosen(condition: BitOrInt, if_one: BitOrInt, if_zero: BitOrInt) -> BitOrInt:
    """Return if_one where the condition is 1, else if_zero; 1 constraint, 0 with a constant condition or two constants."""
    if isinstance(condition, int):
        return if_one if condition else if_zero
    if isinstance(if_one, int) and isinstance(if_zero, int):
        if if_one == if_zero:
            return if_one
        return condition if if_one else ~condition
    return cast(Bit, proven(if_zero + condition * (if_one - if_zero), (0, 1)))


def majority_bit(x: BitOrInt, y: BitOrInt, z: BitOrInt) -> BitOrInt:
    """Return the value of at least two of three bits: 1 constraint, 0 with two constants."""
    found = majority_of_three((x, y, z))
    if found is not None:
        return found
    for known, first, second in ((x, y, z), (y, x, z), (z, x, y)):
        if isinstance(known, int):
            return OR(first, second) if known else AND(first, second)
    both = cast(Bit, y) & cast(Bit, z)
    return cast(Bit, proven(both + x * (y + z - 2 * both), (0, 1)))


def xor_and(x: BitOrInt, y: BitOrInt, z: BitOrInt) -> BitOrInt:
    """Return x ^ (~y & z): 1 constraint, 0 with two constants or more."""
    found = xor_and_of_three((x, y, z))
    if found is not None:
        return found
    return XOR(x, AND(inverted(y), z))
