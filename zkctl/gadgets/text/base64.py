"""Base64 (RFC 4648): the standard and the URL alphabet, strict: padding as it must be, unused bits zero, no other characters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import cast

from zkctl.dsl import Array, Bit, Byte, Int, Ints, Signal, Uint, advice, constrain, dot, gadget
from zkctl.dsl.advice import split
from zkctl.dsl.decomposition import enforce_bit
from zkctl.dsl.numbers.spelled import spelled
from zkctl.dsl.signal import constant_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.sizes import as_text
from zkctl.gadgets.text.length import length_mask

_PAD = ord("=")
_BITS = 6  # of a character
_NO_CHARACTER = "a character is not in the alphabet of Base64"
_UNUSED_BITS = "the last character has bits that no byte uses"
_FIRST = (
    ord("A"),
    ord("a") - 26,
    ord("0") - 52,
)  # the shift from number to character, for each range
_LAST_TWO = {False: b"+/", True: b"-_"}


@advice
def _digits(character: Int, *, url: int) -> Ints:
    """Return the six bits of a character, lowest first; those of 0 for one that is not in the alphabet."""
    plus, slash = _LAST_TWO[bool(url)]
    upper, lower, digit = _FIRST
    number = character * 0
    ranges = (("A", "Z", upper), ("a", "z", lower), ("0", "9", digit))
    for first, last, shift in ranges:
        is_there = (character >= ord(first)) * (character <= ord(last))
        number = number + is_there * (character - shift)
    for k, other in enumerate((plus, slash)):
        is_there = (character >= other) * (character <= other)
        number = number + is_there * (62 + k)
    return cast(Ints, split(number, 1, _BITS))


@gadget
def base64_encode(
    data: Sequence[Byte], *, url: bool = False, padded: bool = True, length: Uint | None = None
) -> Array[Byte]:
    """Return the Base64 text of bytes, as Python's base64.b64encode, with `url` as urlsafe_b64encode; with a length that of its front.

    Assumes:  nothing.
    Enforces: the results are the characters of RFC 4648, section 4 or 5; "=" at the end unless padded is False.  With a length that it is
              at most len(data) and that the bytes behind it are zero; there are zeros behind the text too.
    Cost:     10 constraints for each character, 0 for "="; 8 more for each byte whose bits are not known; with a length one more for each
              character and two for each byte.
    """
    if len(data) == 0:
        raise circuit_error("base64_encode got no bytes: expected one at least")
    bits = [bit for byte in data for bit in reversed(to_bits(byte, 8).flat)]
    zero = cast(Bit, bits[0] * 0)
    bits += [zero] * (-len(bits) % _BITS)
    text = [_character(bits[k : k + _BITS][::-1], url=url) for k in range(0, len(bits), _BITS)]
    if length is not None:
        mask = length_mask(length, capacity=len(data))
        _enforce_zero_behind(data, mask, "a byte behind the length is not zero")
        uses = _uses(mask, len(text), padded=padded)
        return Array([_where(character, *use) for character, use in zip_longest(text, uses)])
    if padded:
        text += [cast(Uint, constant_signal(zero.tracer, _PAD))] * (-len(text) % 4)
    return Array(text)


@gadget
def base64_decode(
    text: Sequence[Byte],
    *,
    size: int,
    url: bool = False,
    padded: bool = True,
    length: Uint | None = None,
) -> Array[Byte]:
    """Return the `size` bytes of a Base64 text, as Python's base64.b64decode(text, validate=True), but with unused bits zero.

    With a length only so many of the bytes count: the text is that of `length` bytes, at most `size`, with zeros behind both.

    Assumes:  nothing.
    Enforces: base64_encode of the results, with the same length, is the text: only characters of the alphabet, "=" where the length
              demands it and nowhere else, the bits that no byte uses are zero.  No two texts have the same bytes, and no text has two
              lengths.
    Cost:     16 constraints for each character but "=", and 1 (linear); with a length two more for each byte.
    """
    n_characters = -(-8 * size // _BITS)
    n_pads = -n_characters % 4 if padded else 0
    if size < 1 or len(text) != n_characters + n_pads:
        raise circuit_error(
            f"base64_decode got {len(text)} characters for {as_text(size)} bytes: expected {as_text(max(n_characters, 2) + n_pads)}",
            hint="4 characters hold 3 bytes; pass padded=False for a text without =",
        )
    mask = None if length is None else length_mask(length, capacity=size)
    uses = [] if mask is None else _uses(mask, n_characters, padded=padded)
    message, wrong_pad = _NO_CHARACTER, "the padding is not ="
    if mask is not None:
        message, wrong_pad = f"{message}, or the length is wrong", f"{wrong_pad} or 0"
    for character, use in zip_longest(text[n_characters:], uses[n_characters:]):
        constrain(character == (_PAD * use[1] if use else _PAD), wrong_pad)
    bits: list[Bit] = []
    for character, use in zip_longest(text[:n_characters], uses[:n_characters]):
        shown = character + _FIRST[0] * (1 - use[0]) - _PAD * use[1] if use else character  # an A
        bits += _number(shown, url=url, message=message)
    for bit in bits[8 * size :]:
        constrain(bit == 0, _UNUSED_BITS)
    parts = [bits[k : k + 8][::-1] for k in range(0, 8 * size, 8)]
    data = [spelled(part[0], part, 255) for part in parts]
    if mask is not None:
        _enforce_zero_behind(data, mask, _UNUSED_BITS)
    return Array(data)


def _enforce_zero_behind(data: Sequence[Uint], mask: Array[Bit], message: str) -> None:
    for byte, counts in zip(data, mask, strict=True):
        constrain(byte * ~counts == 0, message)


def _uses(mask: Array[Bit], n_characters: int, *, padded: bool) -> list[tuple[Bit, Signal]]:
    """Return for each character two bits: whether bytes in front of the length have bits in it, and whether it is "=".

    Character j has the bits from 6 j on, the first of them in byte 6 j // 8.  "=" fills up the last four characters.
    """
    zero = cast(Bit, mask[0] * 0)
    counts = [*mask, zero, zero, zero]
    n_all = n_characters + (-n_characters % 4 if padded else 0)
    used = [counts[min(6 * j // 8, len(mask))] for j in range(n_all)]
    return [(bit, counts[3 * (j // 4)] - bit if padded else zero) for j, bit in enumerate(used)]


def _where(character: Uint | None, used: Bit, is_pad: Signal) -> Uint:
    """Return the character where it is used, "=" where that is, else 0."""
    shown = _PAD * is_pad if character is None else character * used + _PAD * is_pad
    return cast(Uint, proven(shown, (0, 255)))


@gadget(stamped=True)
def _number(character: Signal, *, url: bool, message: str) -> tuple[Bit, ...]:
    """Return the six bits of a character, highest first: advice, and the character that belongs to it must be the given one.

    The characters of the alphabet are different, so a second number does not fit.
    """
    hinted = _digits(character, url=int(url))
    bits = [enforce_bit(bit, message) for bit in hinted]
    constrain(_character(bits, url=url) == character, message)
    return tuple(reversed(bits))


@gadget(stamped=True)
def _character(bits: Sequence[Bit], *, url: bool) -> Byte:
    """Return the character of six bits, lowest first: its number plus the shift of its range.

    from_26, from_52 and from_62 say that the number is at least 26 = 011010, 52 = 110100, 62 = 111110 in binary.
    """
    b0, b1, b2, b3, b4, b5 = bits
    fours = b3 * b2
    from_52 = b5 * b4 * (b3 + b2 - fours)
    from_26 = b5 | (b4 & b3 & (b2 | b1))
    from_62 = b5 * b4 * fours * b1
    is_63 = from_62 * b0
    upper, lower, digit = _FIRST
    plus, slash = (each - 62 - k for k, each in enumerate(_LAST_TWO[url]))
    number = dot([1, 2, 4, 8, 16, 32], bits, upper)
    added = dot(
        [lower - upper, digit - lower, plus - digit, slash - plus],
        [from_26, from_52, from_62, is_63],
    )
    return cast(Uint, proven(number + added, (min(_LAST_TWO[url]), ord("z"))))
