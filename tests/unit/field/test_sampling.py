"""Random elements are uniform, non-zero, below the modulus, and the operating system's."""

from __future__ import annotations

import os

import pytest

from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.field.sampling import random_nonzero


def feed(monkeypatch: pytest.MonkeyPatch, field: PrimeField, *values: int) -> None:
    """Let the operating system draw these values, each shifted past the bits that are dropped."""
    spare = 8 * field.n_bytes - field.n_bits
    draws = iter((value << spare).to_bytes(field.n_bytes, "little") for value in values)
    monkeypatch.setattr(os, "urandom", lambda n: next(draws))


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR])
def test_zero_and_what_is_not_below_the_modulus_are_drawn_again(
    monkeypatch: pytest.MonkeyPatch, field: PrimeField
) -> None:
    r = field.modulus
    feed(monkeypatch, field, 0, r, r + 1, (1 << field.n_bits) - 1, r - 1, 1, 7)
    assert [random_nonzero(field) for _ in range(3)] == [r - 1, 1, 7]


def test_all_bits_vary() -> None:
    """Each bit of 400 draws is 0 and 1; the top bits lean to 0, r / 2^254 = 0.756."""
    draws = [random_nonzero(BN254_FR) for _ in range(400)]
    assert len(set(draws)) == 400
    for bit in range(BN254_FR.n_bits):
        assert 40 < sum(draw >> bit & 1 for draw in draws) < 360
