from __future__ import annotations

from collections.abc import Callable

import pytest

from zkctl.dsl import eager_field
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import PrimeField
from zkctl.gadgets.text.numerals import bytes_to_hex, decimal_to_uint, hex_to_bytes


def answer(call: Callable[[], object]) -> object:
    try:
        return call()
    except UnsatisfiedError:
        return None


@pytest.mark.parametrize("byte", [0, 10, *range(32, 127), 127, 128, 176, 178, 255])
def test_every_byte_is_a_digit_or_refused(byte: int) -> None:
    """Python's int takes more digits and spaces than ASCII has."""
    decimal = byte - 48 if chr(byte) in "0123456789" else None
    assert answer(lambda: decimal_to_uint([byte])) == decimal
    assert answer(lambda: decimal_to_uint([49, byte], 1)) == (1 if byte == 0 else None)
    digit = int(chr(byte), 16) if chr(byte) in "0123456789abcdefABCDEF" else None
    expected = None if digit is None else [160 + digit]
    assert answer(lambda: list(hex_to_bytes([97, byte]))) == expected
    assert bytes(bytes_to_hex([byte])) == bytes([byte]).hex().encode()


def test_numbers() -> None:
    assert decimal_to_uint(b"00120") == 120
    assert decimal_to_uint(b"9" * 76) == 10**76 - 1
    for length in (1, 2, 5):
        assert decimal_to_uint(b"98765"[:length].ljust(5, b"\0"), length) == int("98765"[:length])
    assert bytes(hex_to_bytes(b"00fFa0")) == bytes.fromhex("00fFa0")


def test_messages() -> None:
    with pytest.raises(UnsatisfiedError, match="a byte is not a decimal digit"):
        decimal_to_uint(b"1a")
    with pytest.raises(UnsatisfiedError, match="a byte is not a hexadecimal digit"):
        hex_to_bytes(b"1g")
    with pytest.raises(UnsatisfiedError, match="the number has no digits"):
        decimal_to_uint(b"\0\0", 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: decimal_to_uint(b""),
            "decimal_to_uint got an empty text: expected one digit at least",
        ),
        (
            lambda: decimal_to_uint(b"1" * 77),
            "77 decimal digits do not fit in bn254.fr: expected at most 76\n(.|\n)*"
            "convert the text in parts and compare each part",
        ),
        (
            lambda: hex_to_bytes(b"abc"),
            "hex_to_bytes got 3 digits: expected a positive even number\n(.|\n)*"
            "put a zero in front of an odd number of digits",
        ),
        (lambda: hex_to_bytes(b""), "hex_to_bytes got 0 digits"),
    ],
)
def test_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(CircuitError, match=message):
        call()


def test_a_small_field() -> None:
    with eager_field(PrimeField("small", 257)):
        assert decimal_to_uint(b"99") == 99
        with pytest.raises(CircuitError, match="3 decimal digits do not fit in small: expected at most 2"):  # fmt: skip
            decimal_to_uint(b"100")
