"""The ChaCha20 stream, against the standard's vector and another implementation."""

from __future__ import annotations

import struct
from itertools import islice
from typing import Any

import pytest
from Crypto.Cipher import ChaCha20

from zkctl.ceremony.primitives.chacha import ChaCha

SEED = bytes(range(32))


def words(seed: bytes, n: int) -> list[int]:
    rng = ChaCha(seed)
    return [rng.next_u32() for _ in range(n)]


def test_vector_of_the_zero_key() -> None:
    """draft-strombergson-chacha-test-vectors, TC1, 20 rounds."""
    expected = "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
    assert struct.pack("<8I", *words(bytes(32), 8)).hex() == expected


@pytest.mark.parametrize("seed", [SEED, SEED[::-1], b"\xff" * 32])
def test_stream_equals_pycryptodome(seed: Any) -> None:
    """Our key words are big-endian; with them swapped it is the cipher with a zero nonce."""
    key = struct.pack("<8I", *struct.unpack(">8I", seed))
    stream = ChaCha20.new(key=key, nonce=bytes(8)).encrypt(bytes(4 * 100))
    assert words(seed, 100) == list(struct.unpack("<100I", stream))


def test_wider_values_take_words_in_order() -> None:
    first, second, third = words(SEED, 3)
    rng = ChaCha(SEED)
    assert rng.next_u64() == first << 32 | second
    assert rng.next_bool() is bool(third & 1)


def test_the_state_is_not_printed() -> None:
    assert repr(ChaCha(SEED)) == "ChaCha()"
    assert len(set(islice(words(SEED, 50), 50))) == 50
