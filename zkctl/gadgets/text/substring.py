"""Parts of a text at a place that is known only to the prover."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import cast

from zkctl.dsl import Array, Bit, Byte, Signal, Uint, constrain, gadget
from zkctl.dsl.decomposition import decompose
from zkctl.dsl.signal import constant_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.bits import from_bits
from zkctl.gadgets.compare import is_equal, is_zero
from zkctl.gadgets.select import select
from zkctl.gadgets.sizes import as_text
from zkctl.gadgets.text.length import enforce_padding, length_mask
from zkctl.gadgets.text.packing import pack_bytes


@gadget
def substring(
    text: Sequence[Byte], start: Uint, *, size: int, length: Uint | None = None
) -> Array[Byte]:
    """Return the `size` bytes of text from `start` on; with a length, only that many of them, and zeros behind.

    Assumes:  nothing.
    Enforces: start + size <= len(text), with a length start + length <= len(text) and length <= size; the results are text[start + k].
    Cost:     with b the bits of len(text) - size, at most b * size + 2^b for the choice, and 2 b for the bits of start and its bound, less
              where they are known; with a length b is the bits of len(text), and 2 more for each byte.
    """
    _check_size("substring", text, size)
    if length is None:
        return _window(text, _place(start, len(text) - size), size)
    mask = length_mask(length, capacity=size)
    zeros = [cast(Uint, constant_signal(text[0].tracer, 0))] * size
    place = _place(start, len(text))
    small = start if start.n_bits <= len(place) else cast(Uint, from_bits(place))
    constrain(cast(Uint, small + length) <= len(text), "the substring ends behind the text")
    window = _window([*text, *zeros], place, size)
    pairs = zip(window, mask, strict=True)
    return Array([proven(byte * counts, (0, byte.maximum)) for byte, counts in pairs])


@gadget
def contains_at(
    text: Sequence[Byte], pattern: Sequence[Byte], start: Uint, *, length: Uint | None = None
) -> Bit:
    """Return whether text has the pattern at `start`; with a length, the first `length` bytes of it.

    Assumes:  nothing.
    Enforces: start + len(pattern) <= len(text), with a length start + length <= len(text), length <= len(pattern) and that the bytes of
              the pattern behind it are zero; the returned bit is [text[start + k] == pattern[k] for all k].
    Cost:     that of substring and 2 for each 31 bytes of the pattern and the conjunction; with a length that of enforce_padding too.
    """
    _check_size("contains_at", text, len(pattern))
    found = substring(text, start, size=len(pattern), length=length)
    if length is not None:
        enforce_padding(pattern, length)
    pairs = zip(pack_bytes(found.flat), pack_bytes(pattern), strict=True)
    return _all([is_equal(x, y) for x, y in pairs])


@gadget
def byte_at(text: Sequence[Byte], index: Uint) -> Uint:
    """Return text[index].

    Assumes:  nothing.
    Enforces: index < len(text); the result is the byte at that place.
    Cost:     that of substring for size 1: at most len(text) - 1 for the choice, and the bits and the bound of index.
    """
    return substring(text, index, size=1).flat[0]


def _place(start: Uint, last: int) -> list[Bit]:
    """Return the bits of start, lowest first, with start <= last enforced."""
    message = "the part ends behind the text: start is {value}"
    n_bits = last.bit_length()
    if n_bits == 0:
        constrain(start == 0, "the part ends behind the text")
        return []
    bits = decompose(start, n_bits, message)
    if last + 1 < 1 << n_bits:
        constrain(cast(Uint, from_bits(bits)) <= last, "the part ends behind the text")
    return bits


def _window(text: Sequence[Uint], place: Sequence[Bit], size: int) -> Array[Uint]:
    """Return the bytes from the place on: each bit, highest first, moves them to the front by its power of two.

    Only the bytes that later bits can still move into the window are kept.  Bytes beyond the end of the text would come to places that no
    allowed start shows, so nothing is chosen there.
    """
    values = list(text)
    for k in reversed(range(len(place))):
        shift = 1 << k
        values = [
            select(place[k], values[j + shift], value) if j + shift < len(values) else value
            for j, value in enumerate(values[: size + shift - 1])
        ]
    return Array(values[:size])


def _all(bits: Sequence[Bit]) -> Bit:
    """Return the conjunction: by multiplication, or for more than three as [their number - their sum == 0]."""
    if len(bits) > 3:
        return is_zero(len(bits) - sum(bits[1:], bits[0]))
    return reduce(and_, bits)


def _check_size(name: str, text: Sequence[Signal], size: int) -> None:
    if not 1 <= size <= len(text):
        raise circuit_error(
            f"{name} got a part of {as_text(size)} bytes and a text of {len(text)}: expected 1 to as many as the text has"
        )
