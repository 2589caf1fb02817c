"""Points of Baby Jubjub as 256 bits: y and the sign of x, the encoding of circomlibjs' packPoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import Array, Bit, Int, advice, constrain, gadget, hint, hints
from zkctl.dsl.advice import inverse, modulus, select
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.bits import enforce_canonical, from_bits, to_bits
from zkctl.gadgets.curve.baby_jubjub import Point, enforce_on_curve
from zkctl.gadgets.curve.baby_jubjub_parameters import A, D, check_field
from zkctl.gadgets.number.sign import is_negative

POINT_BITS = 256
_Y_BITS = 254


@gadget(stamped=True)
def compress(point: Point) -> Array[Bit]:
    """Return 256 bits: those of y, lowest first, a zero, and 1 if x > (p - 1) / 2.  In bytes, lowest first, it is packPoint's result.

    Assumes:  the point is on the curve, else the bits do not determine it.
    Enforces: the bits are those, y's canonical.
    Cost:     640 constraints.
    """
    check_field(point.x.field)
    return Array([*to_bits(point.y, _Y_BITS), point.x * 0, is_negative(point.x)])


@gadget(stamped=True)
def decompress(bits: Sequence[Bit]) -> Point:
    """Return the point of 256 bits of compress.

    Assumes:  nothing.
    Enforces: the result is on the curve, y is the number of the first 254 bits and below p, bit 254 is 0, and bit 255 says whether
              x > (p - 1) / 2.  The equation has for each y at most x and -x, and one of them is above (p - 1) / 2 if x is not 0; for
              x = 0 the bit must be 0.  So no other bits are those of the same point.
    Cost:     389 constraints.
    """
    if len(bits) != POINT_BITS:
        raise circuit_error(
            f"a compressed point has another length: expected {POINT_BITS} bits, got {len(bits)}"
        )
    check_field(bits[0].field)
    *y_bits, unused, sign = bits
    enforce_canonical(y_bits)
    constrain(unused == 0, "bit 254 of a compressed point is not 0")
    y = from_bits(y_bits)
    x = hint(_x_of, y, sign)
    point = Point(x, y)
    enforce_on_curve(point)
    constrain(is_negative(x) == sign, "the sign bit of a compressed point is not that of x")
    return point


@advice
def _x_of(y: Int, sign: Int) -> Int:
    """Return the root of (1 - y^2) / (a - d y^2) that is at most (p - 1) / 2, or its negative."""
    p = modulus()
    square = (1 - y * y) * inverse(A - D * y * y, p) % p
    root = hints.sqrt_or_zero(square)
    return cast(Int, select(sign, p - root, root))
