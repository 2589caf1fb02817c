"""Texts of a fixed capacity and a variable length: the bytes behind the length are zero.

A text of at most n bytes is an Array of n bytes and a Uint that says how many of them count.  enforce_padding proves that form; gadgets
with a parameter `length` say whether they need it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import Array, Bit, Byte, Signal, Uint, constrain, gadget
from zkctl.dsl.signal import constant_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.number.one_hot import one_hot
from zkctl.gadgets.sizes import check_size


def length_places(length: Uint, capacity: int) -> list[Bit]:
    """Return capacity + 1 bits, of which the one at `length` is 1; enforces length <= capacity; free for a constant length."""
    known = length.known_constant
    if known is None:
        message = f"the length is above the capacity of {capacity}"
        return list(one_hot(length, capacity + 1, message))
    if known > capacity:
        raise circuit_error(
            f"the length {known} is above the capacity: expected at most {capacity}"
        )
    flags = [constant_signal(length.tracer, int(k == known)) for k in range(capacity + 1)]
    return cast(list[Bit], flags)


@gadget
def length_mask(length: Uint, *, capacity: int) -> Array[Bit]:
    """Return one bit for each place of a text: 1 in front of the length, 0 from there on.

    Assumes:  nothing.
    Enforces: length <= capacity, and bit k is [k < length].
    Cost:     capacity + 1 constraints; 0 for a constant length.
    """
    check_size("the capacity of length_mask", capacity)
    return _mask_of(length_places(length, capacity))


@gadget
def enforce_padding(text: Sequence[Byte], length: Uint) -> None:
    """Enforce that every byte behind the length is zero.

    Assumes:  nothing.
    Enforces: length <= len(text), and text[k] == 0 for k >= length.  Bytes in front of the length may be zero too.
    Cost:     2 constraints for each byte of the capacity, and 1.
    """
    _check_not_empty("enforce_padding", text)
    mask = length_mask(length, capacity=len(text))
    for byte, counts in zip(text, mask, strict=True):
        constrain(byte * ~counts == 0, "a byte behind the length is not zero")


@gadget
def masked(text: Sequence[Byte], length: Uint) -> Array[Byte]:
    """Return the text with every byte behind the length replaced by zero.

    Assumes:  nothing.
    Enforces: length <= len(text); the result is text[k] for k < length, else 0.
    Cost:     2 constraints for each byte of the capacity, and 1.
    """
    _check_not_empty("masked", text)
    mask = length_mask(length, capacity=len(text))
    pairs = zip(text, mask, strict=True)
    return Array([proven(byte * counts, (0, byte.maximum)) for byte, counts in pairs])


def _mask_of(one_hot: Sequence[Bit]) -> Array[Bit]:
    """Return the sums of the bits behind each place: at most one of them is 1."""
    mask: list[Bit] = []
    total: Signal = one_hot[-1]
    for flag in reversed(one_hot[:-1]):
        mask.append(cast(Bit, proven(total, (0, 1))))
        total = total + flag
    return Array(mask[::-1])


def _check_not_empty(name: str, text: Sequence[Uint]) -> None:
    if len(text) == 0:
        raise circuit_error(f"{name} got an empty text: expected one byte at least")
