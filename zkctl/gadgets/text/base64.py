"""Base64 (RFC 4648): the standard and the URL alphabet, strict: padding as it must be, unused bits zero, no other characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import Array, Bit, Byte, Int, Ints, Uint, advice, constrain, dot, gadget
from zkctl.dsl.advice import split
from zkctl.dsl.decomposition import enforce_bit
from zkctl.dsl.numbers.spelled import spelled
from zkctl.dsl.signal import constant_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.sizes import as_text

_PAD = ord("=")
_BITS = 6  # of a character
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
def base64_encode(data: Sequence[Byte], *, url: bool = False, padded: bool = True) -> Array[Byte]:
    """Return the Base64 text of bytes, as Python's base64.b64encode, with `url` as urlsafe_b64encode.

    Assumes:  nothing.
    Enforces: the results are the characters of RFC 4648, section 4 or 5; "=" at the end unless padded is False.
    Cost:     10 constraints for each character, 0 for "="; 8 more for each byte whose bits are not known.
    """
    if len(data) == 0:
        raise circuit_error("base64_encode got no bytes: expected one at least")
    bits = [bit for byte in data for bit in reversed(to_bits(byte, 8).flat)]
    zero = cast(Bit, bits[0] * 0)
    bits += [zero] * (-len(bits) % _BITS)
    text = [_character(bits[k : k + _BITS][::-1], url=url) for k in range(0, len(bits), _BITS)]
    if padded:
        text += [cast(Uint, constant_signal(zero.tracer, _PAD))] * (-len(text) % 4)
    return Array(text)


@gadget
def base64_decode(
    text: Sequence[Byte], *, size: int, url: bool = False, padded: bool = True
) -> Array[Byte]:
    """Return the `size` bytes of a Base64 text, as Python's base64.b64decode(text, validate=True), but with unused bits zero.

    Assumes:  nothing.
    Enforces: base64_encode of the results is the text: only characters of the alphabet, "=" where the length demands it and nowhere
              else, the bits that no byte uses are zero.  No two texts have the same bytes.
    Cost:     16 constraints for each character but "=", and 1 (linear).
    """
    n_characters = -(-8 * size // _BITS)
    n_pads = -n_characters % 4 if padded else 0
    if size < 1 or len(text) != n_characters + n_pads:
        raise circuit_error(
            f"base64_decode got {len(text)} characters for {as_text(size)} bytes: expected {as_text(max(n_characters, 2) + n_pads)}",
            hint="4 characters hold 3 bytes; pass padded=False for a text without =",
        )
    for character in text[n_characters:]:
        constrain(character == _PAD, "the padding is not =")
    bits: list[Bit] = []
    for character in text[:n_characters]:
        bits += _number(character, url=url)
    for bit in bits[8 * size :]:
        constrain(bit == 0, "the last character has bits that no byte uses")
    parts = [bits[k : k + 8][::-1] for k in range(0, 8 * size, 8)]
    return Array([spelled(part[0], part, 255) for part in parts])


@gadget(stamped=True)
def _number(character: Byte, *, url: bool) -> tuple[Bit, ...]:
    """Return the six bits of a character, highest first: advice, and the character that belongs to it must be the given one.

    The characters of the alphabet are different, so a second number does not fit.
    """
    message = "a character is not in the alphabet of Base64"
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
