from __future__ import annotations

from tests.support.linted import messages_in
from zkctl.dsl import Signal, Uint, bit, circuit, private, public
from zkctl.gadgets.hash.poseidon import poseidon


def test_an_output_that_is_a_private_input_beside_public_ones() -> None:
    @circuit
    def shifted(secret: Signal = private(), offset: Signal = public()) -> Signal:
        return secret * 3 + offset

    assert messages_in(shifted, "L013") == ["output out reveals the private input secret"]


def test_an_output_that_two_private_inputs_make() -> None:
    @circuit
    def total(a: Signal = private(), b: Signal = private()) -> Signal:
        return a + b

    assert messages_in(total, "L013") == []


def test_the_hash_of_few_bits() -> None:
    @circuit
    def voted(choice: Uint = private(bits=2), poll: Signal = public()) -> Signal:
        return poseidon(choice, poll)

    (found,) = messages_in(voted, "L013")
    assert found == (
        "output out depends on 2 bits of private inputs only (choice): trying all of them finds the inputs"
    )


def test_the_hash_of_few_bits_and_a_random_number() -> None:
    @circuit
    def voted(choice: Uint = private(bits=2), salt: Signal = private()) -> Signal:
        return poseidon(choice, salt)

    assert messages_in(voted, "L013") == []


def test_a_small_answer_is_no_hash() -> None:
    @circuit
    def adult(age: Uint = private(bits=7)) -> Signal:
        return bit(age >= 18)

    assert messages_in(adult, "L013") == []
