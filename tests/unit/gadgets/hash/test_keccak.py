"""SHA3-256 against hashlib, Keccak-256 against a second implementation, and what is refused."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.gadgets.cases.hash_keccak import after_a_round, keccak_of, round_of, sha3_of
from tests.oracle.keccak import keccak256 as second
from tests.support.all_witnesses import SMALL_FIELDS
from zkctl.dsl import Array, Byte, Signal, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BLS12_381_FR
from zkctl.gadgets.hash.keccak import keccak256, keccak_round, sha3_256

ALL_ONES = (1 << 64) - 1


def message_of(length: int) -> bytes:
    return hashlib.shake_128(b"message").digest(length)


def test_the_second_implementation_knows_sha3() -> None:
    for length in (0, 135, 136):
        message = message_of(length)
        assert second(message, suffix="01") == hashlib.sha3_256(message).digest()


def test_a_round_on_edge_states() -> None:
    compiled = round_of.compile()
    for state in ([0] * 25, [ALL_ONES] * 25, [1] * 25, [ALL_ONES, *[0] * 24], [*range(25)]):
        assert compiled.witness(state=state)[1:26] == after_a_round(state)
    assert list(keccak_round([*range(25)])) == after_a_round([*range(25)])


@pytest.mark.slow
@pytest.mark.parametrize("length", [1, 135, 136, 137, 272])
def test_values_by_witness(length: int) -> None:
    compiled = sha3_of.compile(n=length)
    for message in (message_of(length), bytes(length), b"\xff" * length):
        assert bytes(compiled.witness(message=list(message))[1:33]) == hashlib.sha3_256(message).digest()  # fmt: skip
    with pytest.raises(UnsatisfiedError, match="input message does not fit in 8 bits"):
        compiled.witness(message=[256, *[0] * (length - 1)])


@pytest.mark.slow
def test_keccak_over_another_field() -> None:
    compiled = keccak_of.over(BLS12_381_FR).compile(n=33)
    message = message_of(33)
    assert bytes(compiled.witness(message=list(message))[1:33]) == second(message)


@pytest.mark.slow
def test_eager_values() -> None:
    assert bytes(keccak256(list(b"abc"))) == second(b"abc")


def test_empty_messages_need_no_circuit() -> None:
    assert bytes(keccak256([])) == second(b"")
    assert bytes(sha3_256([])) == hashlib.sha3_256(b"").digest()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda x, s: keccak256([x]), "element 0 of message of keccak256 must have at most 8 bits: got up to 9"),
        (lambda x, s: sha3_256([1, 256]), "element 1 of message of sha3_256 must have at most 8 bits: got up to 9"),
        (lambda x, s: sha3_256([s]), "element 0 of message of sha3_256 must be a Uint, got a Signal"),
        (lambda x, s: keccak256(x), "message of keccak256 must hold several values"),
        (lambda x, s: keccak_round([0] * 24), "keccak_round takes 25 lanes, got 24"),
    ],
)  # fmt: skip
def test_refused(body: Any, message: str) -> None:
    @circuit
    def example(x: Uint = private(bits=9), s: Signal = private()) -> None:
        body(x, s)

    with pytest.raises(CircuitError) as caught:
        example.compile()
    assert message in caught.value.message


def test_a_field_too_small_for_bytes_is_refused() -> None:
    @circuit
    def example(x: Array[Byte] = private(1)) -> Array[Byte]:
        return keccak256(x)

    with pytest.raises(CircuitError, match="bits"):
        example.over(SMALL_FIELDS[0]).compile()
