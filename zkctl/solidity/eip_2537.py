"""Points of BLS12-381 as the precompiled contracts of EIP-2537 take them: a coordinate is two words, infinity is zeros."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve import G1Array, G2Array

CURVE = "bls12_381"


def g1_words(point: G1Array) -> list[int]:
    """Return a point of G1: x, y.  Shapes: () -> 4."""
    (found,) = point.to_ints()
    return [0] * 4 if found is None else _halves([found[0][0], found[1][0]])


def g2_words(point: G2Array) -> list[int]:
    """Return a point of G2: x then y, the real part first.  Shapes: () -> 8."""
    (found,) = point.to_ints()
    return [0] * 8 if found is None else _halves([*found[0], *found[1]])


def _halves(coordinates: Sequence[int]) -> list[int]:
    """Return each number as two words of 256 bits, the higher one first."""
    return [word for x in coordinates for word in divmod(x, 1 << 256)]
