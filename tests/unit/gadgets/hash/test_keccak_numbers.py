"""Keccak on integers: published digests, and the tables of the standard."""

from __future__ import annotations

import hashlib

import pytest

from tests.oracle.keccak import keccak256
from zkctl.gadgets.hash.keccak_numbers import (
    OFFSETS,
    RATE,
    ROUND_CONSTANTS,
    keccak256_digest,
    padding,
)


def test_published_digests() -> None:
    # of the empty text and of "abc", as in the test vectors of Ethereum's implementations
    assert (
        keccak256_digest(b"").hex()
        == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    )
    assert (
        keccak256_digest(b"abc").hex()
        == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    )


@pytest.mark.parametrize("length", [1, 135, 136, 137, 272, 500])
def test_against_the_second_implementation(length: int) -> None:
    message = hashlib.shake_128(b"message").digest(length)
    assert keccak256_digest(message) == keccak256(message)


def test_tables_of_the_standard() -> None:
    assert len(ROUND_CONSTANTS) == 24
    assert (ROUND_CONSTANTS[1], ROUND_CONSTANTS[23]) == (0x8082, 0x8000000080008008)
    assert OFFSETS[:5] == (0, 1, 62, 28, 27)
    assert OFFSETS[20:] == (18, 2, 61, 56, 14)


def test_padding_fills_the_block() -> None:
    assert padding(RATE - 1, 0x06) == b"\x86"
    assert padding(RATE - 2, 0x01) == b"\x01\x80"
    assert len(padding(RATE, 0x01)) == RATE
