"""BLAKE2s against hashlib: lengths around the block, edge values, and what is refused."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.gadgets.cases.hash_blake2s import blake2s_of
from zkctl.dsl import Signal, Uint, Word32, circuit, private
from zkctl.errors import CircuitError
from zkctl.field import BLS12_381_FR
from zkctl.gadgets.hash.blake2s import PARAMETERS, blake2s, blake2s_compressed


def test_parameters_of_the_standard() -> None:
    assert PARAMETERS == 0x01010020


@pytest.mark.parametrize("length", [0, 1])
def test_eager_values(length: int) -> None:
    message = bytes(range(length))
    assert bytes(blake2s(list(message))) == hashlib.blake2s(message).digest()


@pytest.mark.slow
@pytest.mark.parametrize("length", [63, 64, 65, 129])
def test_values_by_witness(length: int) -> None:
    compiled = blake2s_of.compile(n=length)
    for message in (hashlib.shake_128(b"message").digest(length), bytes(length), b"\xff" * length):
        assert bytes(compiled.witness(message=list(message))[1:33]) == hashlib.blake2s(message).digest()  # fmt: skip


def test_another_field() -> None:
    compiled = blake2s_of.over(BLS12_381_FR).compile(n=1)
    assert bytes(compiled.witness(message=[255])[1:33]) == hashlib.blake2s(b"\xff").digest()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda x, s: blake2s([x]), "element 0 of message of blake2s must have at most 8 bits: got up to 9"),
        (lambda x, s: blake2s([1, 256]), "element 1 of message of blake2s must have at most 8 bits: got up to 9"),
        (lambda x, s: blake2s([s]), "element 0 of message of blake2s must be a Uint, got a Signal"),
        (lambda x, s: blake2s([Word32(1)]), "element 0 of message of blake2s must be a single Uint"),
        (
            lambda x, s: blake2s_compressed([0] * 7, [0] * 16, n_bytes=0, is_last=True),
            "blake2s_compressed takes 8 and 16 words, got 7 and 16",
        ),
        (
            lambda x, s: blake2s_compressed([0] * 8, [0] * 16, n_bytes=1 << 64, is_last=True),
            "the number of bytes of blake2s_compressed is out of range: expected 0 to 2^64 - 1, got 18446744073709551616",
        ),
    ],
)  # fmt: skip
def test_refused(body: Any, message: str) -> None:
    @circuit
    def example(x: Uint = private(bits=9), s: Signal = private()) -> None:
        body(x, s)

    with pytest.raises(CircuitError) as caught:
        example.compile()
    assert message in caught.value.message
