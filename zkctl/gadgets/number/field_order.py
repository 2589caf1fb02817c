"""The order of field elements: as the integers from 0 to p - 1, at the field's full width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import (
    Array,
    Bit,
    Ints,
    Signal,
    Uint,
    advice,
    constrain,
    discard,
    dot,
    gadget,
    hint,
    hints,
)
from zkctl.dsl.advice import select as choose
from zkctl.dsl.decomposition import decompose, enforce_bit
from zkctl.dsl.numbers.spelled import bits_known, remember_bits
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import less_than, to_uint

BELOW = "the first number is not below the second"
NOT_ABOVE = "the first number is above the second"


@gadget
def field_less_than(x: Signal, y: Signal) -> Bit:
    """Return 1 if x < y, else 0, for any two field elements.

    Assumes:  nothing.
    Enforces: the returned bit equals [x < y] of the integers from 0 to p - 1 that x and y stand for.
    Cost:     56 constraints for BN254, and the canonical bits of both, 384 each, where they were not made before.  Uints of at most n
              bits: 28 for n = 64 if the bits of both were made before, else n + 1 as less_than.
    """
    n_bits = _width(x, y)
    if n_bits + 1 < x.field.n_bits and not _has_chunks(n_bits, x, y):
        return less_than(cast(Uint, x), cast(Uint, y))
    return _bits_less_than(list(to_bits(x, n_bits)), list(to_bits(y, n_bits)))


@gadget
def enforce_field_less_than(x: Signal, y: Signal) -> None:
    """Enforce x < y, for any two field elements.

    Assumes:  nothing.
    Enforces: x < y as integers from 0 to p - 1.  Bits of x that spell a larger number congruent to x could not be below y, whose
              bits are canonical.
    Cost:     54 constraints for BN254, and the bits of x (254) and the canonical bits of y (384) where they were not made before.  Uints
              of at most n bits: 26 for n = 64 if the bits of both were made before, else n at most.
    """
    _enforce_order(x, y, is_strict=True)


@gadget
def enforce_field_less_or_equal(x: Signal, y: Signal) -> None:
    """Enforce x <= y, for any two field elements.

    Assumes:  nothing.
    Enforces: x <= y as integers from 0 to p - 1.
    Cost:     as enforce_field_less_than.
    """
    _enforce_order(x, y, is_strict=False)


def _enforce_order(x: Signal, y: Signal, *, is_strict: bool) -> None:
    n_bits = _width(x, y)
    if n_bits + 1 < x.field.n_bits and not _has_chunks(n_bits, x, y):
        low, high = cast(Uint, x), cast(Uint, y)
        constrain(low < high if is_strict else low <= high, BELOW if is_strict else NOT_ABOVE)
        return
    upper = list(to_bits(y, n_bits))
    if bits_known(x) is not None or isinstance(x, Uint):
        _constrain_order(list(to_bits(x, n_bits)), upper, is_strict=is_strict)
        return
    bits = list(_some_bits(x))
    _constrain_order(bits, upper, is_strict=is_strict)
    remember_bits(x, bits)  # unique now: their number is not above y


@gadget(stamped=True)
def _some_bits(x: Signal) -> Array[Bit]:
    """Return bits whose number is x modulo p, perhaps x + p.  Cost: as many as p has."""
    return Array(decompose(x, x.field.n_bits, ""))


def _width(x: Signal, y: Signal) -> int:
    """Return the bits of the larger number."""
    n_bits = x.field.n_bits
    return max(each.n_bits if isinstance(each, Uint) else n_bits for each in (x, y))


def _has_chunks(n_bits: int, x: Signal, y: Signal) -> bool:
    """Return whether both have bits, enough that chunks of them cost less than a difference of n_bits."""
    return n_bits >= 12 and bits_known(x) is not None and bits_known(y) is not None


@advice
def first_difference(x: Ints, y: Ints) -> Ints:
    """Return 1 at the highest place where x and y differ, 0 elsewhere; nothing is said about place 0."""
    marks, found = [], x[0] != x[0]
    for k in reversed(range(1, len(x))):
        differs = x[k] != y[k]
        marks.append(choose(found, 0, differs))
        found = found | differs
    return cast(Ints, marks[::-1])


@gadget(stamped=True)
def _bits_less_than(x: Sequence[Bit], y: Sequence[Bit]) -> Bit:
    """Return 1 if the number x spells is below that of y.

    The difference at place 0 may be 0; at a higher place that was marked it may not: it has an inverse.
    """
    width = chunk_width(len(x), rows_of_bit=1)
    difference, at_lowest = _first_difference(x, y, width)
    other = 1 - at_lowest
    constrain(difference * hint(hints.divide_or_zero, other, difference) == other)
    # difference - 1 + 2^w is a number of w + 1 bits, its highest bit [difference >= 1]
    shifted = difference + ((1 << width) - 1)
    return to_bits(shifted, width + 1)[width]  # type: ignore[no-any-return]


@gadget(stamped=True)
def _constrain_order(x: Sequence[Bit], y: Sequence[Bit], *, is_strict: bool) -> None:
    """Enforce the order of the numbers x and y spell: the difference marked is at least 1, so it is the first; the lowest may be 0."""
    width = chunk_width(len(x), rows_of_bit=0)
    difference, at_lowest = _first_difference(x, y, width)
    least = 1 if is_strict else 1 - at_lowest
    discard(to_uint(difference - least, width, BELOW if is_strict else NOT_ABOVE))


def chunk_width(n_bits: int, *, rows_of_bit: int) -> int:
    """Return the bits of a chunk for which a comparison of n_bits has the fewest rows, two bits narrower than the field."""
    widths = range(1, max(2, n_bits - 1))
    return min(widths, key=lambda w: (3 * -(-n_bits // w) + w + rows_of_bit, w))


def _first_difference(x: Sequence[Bit], y: Sequence[Bit], width: int) -> tuple[Signal, Signal]:
    """Return y - x at a marked chunk, above which all chunks are equal, and whether that is the lowest chunk.

    Exactly one chunk is marked: the marks are bits, and the lowest one is what the others leave of 1.  A prover may choose the mark
    below the first difference only by breaking an equality, above it only where the difference is 0, which the callers refuse.
    """
    xs, ys = _chunks(x, width), _chunks(y, width)
    differences = [b - a for a, b in zip(xs, ys, strict=True)]
    marks = [enforce_bit(mark, "") for mark in first_difference(Array(xs), Array(ys))]
    lowest = enforce_bit(1 - sum(marks[1:], marks[0]), "")
    difference, is_above = differences[0], lowest * 0 + 1
    for mark, each in reversed(list(zip(marks, differences[1:], strict=True))):
        is_above = is_above - mark
        constrain(is_above * each == 0)
        difference = difference + mark * (each - differences[0])
    return difference, lowest


def _chunks(bits: Sequence[Bit], width: int) -> list[Signal]:
    parts = [bits[k : k + width] for k in range(0, len(bits), width)]
    return [dot([1 << k for k in range(len(part))], part) for part in parts]
