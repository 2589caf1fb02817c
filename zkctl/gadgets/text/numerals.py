"""Numbers written as text: decimal and hexadecimal digits in ASCII."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import Array, Bit, Byte, Uint, constrain, dot, gadget
from zkctl.dsl.signal import constant_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.text.length import length_mask

_ZERO = ord("0")
_NOT_DECIMAL = "a byte is not a decimal digit"
_NOT_HEX = "a byte is not a hexadecimal digit"


@gadget
def decimal_to_uint(text: Sequence[Byte], length: Uint | None = None) -> Uint:
    """Return the number that decimal digits spell, the first digit highest, as Python's int.

    With a length, only the bytes in front of it are digits.
    Assumes:  nothing.  Leading zeros are accepted, so several texts spell one number.
    Enforces: each byte that counts is one of "0" to "9"; with a length that it is between 1 and len(text), and that the bytes behind it
              are zero; the result is the number, below 10^len(text).
    Cost:     1 constraint and 2 (linear) for each byte whose bits are known, else 8 more; with a length 2 more for each byte.
    """
    highest = 10 ** len(text) - 1
    if len(text) == 0:
        raise circuit_error("decimal_to_uint got an empty text: expected one digit at least")
    field = text[0].field
    if highest >= field.modulus:
        raise circuit_error(
            f"{len(text)} decimal digits do not fit in {field.name}: expected at most {len(str(field.modulus)) - 1}",
            hint="convert the text in parts and compare each part",
        )
    if length is None:
        digits = [_decimal_digit(to_bits(byte, 8).flat, 1) for byte in text]
        weights = [10**k for k in reversed(range(len(text)))]
        return cast(Uint, proven(dot(weights, digits), (0, highest)))
    return _masked_number(text, length)


def _masked_number(text: Sequence[Uint], length: Uint) -> Uint:
    """Return the number of the digits in front of the length: a digit that counts shifts the number by one place."""
    mask = length_mask(length, capacity=len(text))
    constrain(mask[0] == 1, "the number has no digits")
    total = cast(Uint, constant_signal(length.tracer, 0))
    for k, (byte, counts) in enumerate(zip(text, mask, strict=True)):
        digit = _decimal_digit(to_bits(byte, 8).flat, counts)
        grown = total + counts * (9 * total) + digit
        total = cast(Uint, proven(grown, (0, 10 ** (k + 1) - 1)))
    return total


def _decimal_digit(bits: Sequence[Bit], counts: Bit | int) -> Uint:
    """Return the digit of a byte's bits; where it does not count, the byte is zero.

    "0" to "9" are 0x30 to 0x39: the upper half of the byte is 3, the lower one at most 9: the bit of 8 excludes those of 4 and 2.
    """
    lower, upper = bits[:4], bits[4:]
    constrain(dot([1, 2, 4, 8], upper) == 3 * counts, _NOT_DECIMAL)
    constrain(lower[3] * (lower[2] + lower[1]) == 0, _NOT_DECIMAL)
    digit = dot([1, 2, 4, 8], lower)
    if not isinstance(counts, int):
        constrain(digit * ~counts == 0, _NOT_DECIMAL)
    return cast(Uint, proven(digit, (0, 9)))


@gadget
def hex_to_bytes(text: Sequence[Byte]) -> Array[Byte]:
    """Return the bytes that pairs of hexadecimal digits spell, as Python's bytes.fromhex, without spaces.

    Assumes:  nothing.  Upper and lower case are accepted, so several texts spell the same bytes.
    Enforces: each byte of the text is one of "0" to "9", "a" to "f", "A" to "F"; the results are the bytes.
    Cost:     5 constraints and 2 (linear) for each digit whose bits are known, else 8 more.
    """
    if len(text) == 0 or len(text) % 2:
        raise circuit_error(
            f"hex_to_bytes got {len(text)} digits: expected a positive even number",
            hint="put a zero in front of an odd number of digits",
        )
    digits = [_hex_digit(to_bits(byte, 8).flat) for byte in text]
    pairs = zip(digits[::2], digits[1::2], strict=True)
    return Array([cast(Uint, proven(16 * high + low, (0, 255))) for high, low in pairs])


def _hex_digit(bits: Sequence[Bit]) -> Uint:
    """Return the value of a hexadecimal digit.

    Digits are 0x30 to 0x39, letters 0x41 to 0x46 and 0x61 to 0x66: bit 6 means a letter, and a letter's value is its lower half + 9.
    """
    b0, b1, b2, b3, b4, b5, letter, b7 = bits
    constrain(b7 == 0, _NOT_HEX)
    constrain(b4 == ~letter, _NOT_HEX)
    constrain(~letter * ~b5 == 0, _NOT_HEX)
    constrain(b3 * (b2 + b1) == 0, _NOT_HEX)  # at most 9
    constrain(letter * b3 == 0, _NOT_HEX)  # a letter: at most 7,
    ones = b0 + b1 + b2  # and neither 0 nor 7, which have no or three ones
    constrain(letter * (2 - ones * (3 - ones)) == 0, _NOT_HEX)
    lower = dot([1, 2, 4, 8, 9], [b0, b1, b2, b3, letter])
    return cast(Uint, proven(lower, (0, 15)))


@gadget
def bytes_to_hex(data: Sequence[Byte]) -> Array[Byte]:
    """Return the bytes as hexadecimal digits in lower case, as Python's bytes.hex.

    Assumes:  nothing.
    Enforces: the results are the digits "0" to "9", "a" to "f", two for each byte, the upper half first.
    Cost:     4 constraints for each byte whose bits are known, else 8 more.
    """
    digits: list[Uint] = []
    for byte in data:
        bits = to_bits(byte, 8).flat
        digits += [_hex_character(bits[4:]), _hex_character(bits[:4])]
    return Array(digits)


def _hex_character(bits: Sequence[Bit]) -> Uint:
    """Return the digit for four bits: 10 to 15 are those with the bit of 8 and one of those of 4 and 2."""
    letter = bits[3] & (bits[2] | bits[1])
    value = dot([1, 2, 4, 8], bits)
    character = _ZERO + value + (ord("a") - 10 - _ZERO) * letter
    return cast(Uint, proven(character, (_ZERO, ord("f"))))
