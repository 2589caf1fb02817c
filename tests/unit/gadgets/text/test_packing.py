from __future__ import annotations

from collections.abc import Callable

import pytest

from zkctl.dsl import eager_field
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BLS12_381_FR, PrimeField
from zkctl.gadgets.text.packing import (
    bytes_in_element,
    pack_bits,
    pack_bytes,
    unpack_bits,
    unpack_bytes,
)

SMALL = PrimeField("small", 251)


@pytest.mark.parametrize("length", [1, 30, 31, 32, 62, 63])
def test_there_and_back(length: int) -> None:
    for data in (b"\xff" * length, bytes(length), bytes(range(100, 100 + length))):
        packed = list(pack_bytes(data))
        pieces = [data[k : k + 31] for k in range(0, length, 31)]
        assert packed == [int.from_bytes(piece, "little") for piece in pieces]
        assert bytes(unpack_bytes(packed, length=length)) == data


@pytest.mark.parametrize("n_bits", [1, 252, 253, 254, 507])
def test_bits_there_and_back(n_bits: int) -> None:
    for bits in ([1] * n_bits, [0] * n_bits, [k % 5 % 2 for k in range(n_bits)]):
        packed = list(pack_bits(bits))
        assert len(packed) == -(-n_bits // 253)
        assert list(unpack_bits(packed, length=n_bits)) == bits


def test_other_fields() -> None:
    assert bytes_in_element(BLS12_381_FR) == 31
    with eager_field(PrimeField("ten bits", 1021)):
        assert list(pack_bytes(b"ab")) == [97, 98]
    with (
        eager_field(SMALL),
        pytest.raises(CircuitError, match="small is too small for a byte: expected 9 bits or more, got 8"),
    ):  # fmt: skip
        pack_bytes([1])


def test_too_large_an_element() -> None:
    with pytest.raises(UnsatisfiedError, match="value 65536 needs more than 2 bytes"):
        unpack_bytes([65536], length=2)
    with pytest.raises(UnsatisfiedError, match="value 4 needs more than 2 bits"):
        unpack_bits([4], length=2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pack_bytes([]), "pack_bytes got no bytes: expected one at least"),
        (lambda: pack_bits([]), "pack_bits got no bits: expected one at least"),
        (
            lambda: unpack_bytes([], length=1),
            "unpack_bytes got no elements: expected one at least",
        ),
        (lambda: unpack_bits([], length=1), "unpack_bits got no elements: expected one at least"),
        (
            lambda: unpack_bytes([1, 2], length=31),
            "unpack_bytes got 2 elements for 31 bytes: expected 1 of 31 bytes\n(.|\n)*"
            "pass the number of bytes that pack_bytes was called with",
        ),
        (
            lambda: unpack_bits([1], length=254),
            "unpack_bits got 1 elements for 254 bits: expected 2 of 253 bits\n(.|\n)*"
            "pass the number of bits that pack_bits was called with",
        ),
        (
            lambda: unpack_bytes([1], length=0),
            "unpack_bytes got 1 elements for 0 bytes: expected 1 of",
        ),
        (
            lambda: pack_bytes([256]),
            r"element 0 of data of pack_bytes must have at most 8 bits: got up to 9",
        ),
        (lambda: pack_bits([2]), r"element 0 of bits of pack_bits must be a Bit"),
    ],
)
def test_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(CircuitError, match=message):
        call()
