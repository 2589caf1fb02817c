from __future__ import annotations

import pytest

from tests.support.linted import bit, foreign, foreign_messages, messages_in
from zkctl.dsl import Array, Bit, Signal, circuit, private
from zkctl.gadgets.bits import to_bits
from zkctl.lint.system import System


def decomposition(n_bits: int) -> System:
    names = [*(f"b[{k}]" for k in range(n_bits)), "x"]
    rows = [bit(1 + k) for k in range(n_bits)]
    total = {1 + k: 1 << k for k in range(n_bits)}
    return foreign(
        [*rows, ({}, {}, {**total, 1 + n_bits: -1})], names, n_outputs=n_bits, n_inputs=1
    )


@pytest.mark.parametrize(("n_bits", "n_found"), [(253, 0), (254, 1)])
def test_bits_below_and_above_the_modulus(n_bits: int, n_found: int) -> None:
    found = foreign_messages(decomposition(n_bits), "L007")
    assert len(found) == n_found
    if found:
        assert found == [
            "b[0] and 253 more spell numbers up to 2^254 - 1, at or above the modulus:"
            " a second set of them can spell the same value"
        ]


def test_bits_that_are_compared_with_the_modulus() -> None:
    @circuit
    def strict(x: Signal = private()) -> Array[Bit]:
        return to_bits(x, 254)

    assert messages_in(strict, "L007") == []
