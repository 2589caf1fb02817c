"""Inverses of several integers modulo p with one inversion."""

from __future__ import annotations

from collections.abc import Sequence


def inverses_of(values: Sequence[int], p: int) -> tuple[list[int], int]:
    """Return the inverses of numbers that are not zero modulo p, and their product; one inversion for all."""
    products = [1]
    for value in values:
        products.append(products[-1] * value % p)
    inverse, found = pow(products[-1], -1, p), []
    for value, before in zip(reversed(values), reversed(products[:-1]), strict=True):
        found.append(inverse * before % p)
        inverse = inverse * value % p
    return found[::-1], products[-1]
