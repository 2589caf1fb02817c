"""Inverses of several integers."""

from __future__ import annotations

from zkctl.field import BN254_FR
from zkctl.field.inverses import inverses_of


def test_inverses_and_product() -> None:
    p = BN254_FR.modulus
    values = [1, 2, p - 1, 77]
    inverses, product = inverses_of(values, p)
    assert [value * inverse % p for value, inverse in zip(values, inverses, strict=True)] == [1] * 4
    assert product == -154 % p
    assert inverses_of([], p) == ([], 1)
