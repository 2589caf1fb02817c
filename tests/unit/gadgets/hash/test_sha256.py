"""SHA-256 against hashlib, in eager mode and by the witness of compiled circuits."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from zkctl.dsl import Array, Bit, Byte, Signal, Uint, Word32, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import FieldArray
from zkctl.gadgets.hash.sha256 import INITIAL_STATE, ROUND_CONSTANTS, sha256, sha256_bits


def message_of(length: int) -> bytes:
    return hashlib.shake_128(b"message").digest(length)


def bits_of(data: bytes) -> list[int]:
    return [byte >> k & 1 for byte in data for k in reversed(range(8))]


@circuit
def of_bytes(message: Array[Byte] = private("n"), *, n: int) -> Array[Byte]:
    return sha256(message)


@circuit
def of_bits(message: Array[Bit] = private("n"), *, n: int) -> Array[Bit]:
    return sha256_bits(message)


def test_constants_of_the_standard() -> None:
    assert [f"{word:08x}" for word in INITIAL_STATE] == [
        "6a09e667", "bb67ae85", "3c6ef372", "a54ff53a", "510e527f", "9b05688c", "1f83d9ab", "5be0cd19",
    ]  # fmt: skip
    assert len(ROUND_CONSTANTS) == 64
    assert (ROUND_CONSTANTS[0], ROUND_CONSTANTS[63]) == (0x428A2F98, 0xC67178F2)


@pytest.mark.parametrize(
    "length", [0, 1, 55, 56, 63, 64, 119, 200, pytest.param(1000, marks=pytest.mark.slow)]
)
def test_eager_values(length: int) -> None:
    message = message_of(length)
    assert bytes(sha256(list(message))) == hashlib.sha256(message).digest()


def test_eager_values_of_bits() -> None:
    message = message_of(3)
    assert list(sha256_bits(bits_of(message))) == bits_of(hashlib.sha256(message).digest())


@pytest.mark.parametrize("length", [3, 64])
def test_values_by_witness(length: int) -> None:
    message = message_of(length)
    compiled = of_bytes.compile(n=length)
    witness = compiled.witness(message=list(message))
    assert bytes(witness[1:33]) == hashlib.sha256(message).digest()
    values = FieldArray.from_ints(compiled.program.field, witness)
    assert compiled.r1cs.first_unsatisfied(values) is None
    with pytest.raises(UnsatisfiedError, match="input message does not fit in 8 bits"):
        compiled.witness(message=[256, *message[1:]])


def test_bits_by_witness() -> None:
    message = message_of(5)
    compiled = of_bits.compile(n=40)
    witness = compiled.witness(message=bits_of(message))
    assert witness[1:257] == bits_of(hashlib.sha256(message).digest())
    with pytest.raises(UnsatisfiedError, match="input message is not 0 or 1"):
        compiled.witness(message=[2, *bits_of(message)[1:]])


def test_a_changed_wire_is_refused() -> None:
    compiled = of_bits.compile(n=8)
    witness = compiled.witness(message=bits_of(b"a"))
    assert compiled.r1cs.first_unsatisfied(FieldArray.from_ints(compiled.program.field, witness)) is None  # fmt: skip
    for k in range(1 + 256 + 8, len(witness), 997):
        changed = [*witness[:k], 1 - witness[k], *witness[k + 1 :]]
        values = FieldArray.from_ints(compiled.program.field, changed)
        assert compiled.r1cs.first_unsatisfied(values) is not None, k


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda x, s: sha256([x]), "element 0 of message of sha256 must have at most 8 bits: got up to 9"),
        (lambda x, s: sha256([1, 256]), "element 1 of message of sha256 must have at most 8 bits: got up to 9"),
        (lambda x, s: sha256([s]), "element 0 of message of sha256 must be a Uint, got a Signal"),
        (lambda x, s: sha256(x), "message of sha256 must hold several values"),
        (lambda x, s: sha256([Word32(1)]), "element 0 of message of sha256 must be a single Uint"),
        (lambda x, s: sha256_bits([x]), "element 0 of message of sha256_bits must be a Bit, got a Uint"),
        (lambda x, s: sha256_bits([0, 2]), "element 1 of message of sha256_bits must be a Bit"),
    ],
)  # fmt: skip
def test_refused_messages(body: Any, message: str) -> None:
    @circuit
    def example(x: Uint = private(bits=9), s: Signal = private()) -> None:
        body(x, s)

    with pytest.raises(CircuitError) as caught:
        example.compile()
    assert message in caught.value.message
