from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.circuits import check_circuit
from zkctl.dsl import Array, Bit, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.text.length import enforce_padding, length_mask, masked

TEXT = b"abcde"


@pytest.mark.parametrize("length", range(6))
def test_every_length(length: int) -> None:
    assert list(length_mask(length, capacity=5)) == [int(k < length) for k in range(5)]
    assert bytes(masked(TEXT, length)) == TEXT[:length].ljust(5, b"\0")
    enforce_padding(TEXT[:length].ljust(5, b"\0"), length)


def test_a_mask_in_every_way() -> None:
    @circuit
    def mask(n: Uint = private(bits=2)) -> Array[Bit]:
        return length_mask(n, capacity=2)

    check_circuit(mask, [{"n": k} for k in range(3)], bad=[{"n": 3}], all_witnesses=True)


def test_a_constant_length_needs_no_mask() -> None:
    @circuit
    def mask(x: Array[Uint] = private(3, bits=8)) -> Array[Uint]:
        return masked(x, 2)

    compiled = mask.compile()
    assert compiled.witness(x=[7, 8, 9])[1:4] == [7, 8, 0]
    assert compiled.simplified(2).r1cs.n_constraints == 3 * 8 + 1  # the output 0


def test_a_byte_behind_the_length() -> None:
    with pytest.raises(UnsatisfiedError, match="a byte behind the length is not zero"):
        enforce_padding(b"ab", 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: length_mask(1, capacity=0),
            "the capacity of length_mask is out of range: expected 1 to 1048576, got 0",
        ),
        (lambda: masked(b"", 0), "masked got an empty text: expected one byte at least"),
        (
            lambda: enforce_padding(b"", 0),
            "enforce_padding got an empty text: expected one byte at least",
        ),
    ],
)
def test_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(CircuitError, match=message):
        call()


def test_too_long() -> None:
    with pytest.raises(UnsatisfiedError, match="the length is above the capacity of 5"):
        length_mask(6, capacity=5)

    @circuit
    def constant(x: Array[Uint] = private(3, bits=8)) -> Array[Uint]:
        return masked(x, 4)

    with pytest.raises(
        CircuitError, match="the length 4 is above the capacity: expected at most 3"
    ):
        constant.compile()
