"""Factors: prove that a number is a product of two others, neither of which is 1, without showing them.

Public signal: product.
"""

from __future__ import annotations

from zkctl.dsl import Signal, Uint, circuit, constrain, private, public


@circuit
def factors(
    product: Signal = public(),
    a: Uint = private(bits=32),
    b: Uint = private(bits=32),
) -> None:
    """Two numbers below 2^32, neither 0 nor 1; their product cannot reach the field's prime."""
    constrain(a > 1, "the first factor is 0 or 1")
    constrain(b > 1, "the second factor is 0 or 1")
    constrain(a * b == product, "not the product")
