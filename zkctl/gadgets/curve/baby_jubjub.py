"""Points of Baby Jubjub (ERC-2494) in affine Edwards coordinates.

A point from outside is any two field elements until enforce_on_curve or enforce_in_subgroup has been called for it; the results of these
gadgets lie on the curve.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from zkctl.dsl import Bit, Int, Ints, Signal, Struct, advice, constrain, gadget, hint, hints
from zkctl.dsl.advice import copy, inverse, modulus, repeat, select
from zkctl.dsl.statements.bits import zero_bit
from zkctl.gadgets.curve.baby_jubjub_parameters import (
    COFACTOR,
    ROOT_OF_A,
    SUBGROUP_ORDER,
    A,
    D,
    check_field,
)

_EIGHTH = pow(COFACTOR, -1, SUBGROUP_ORDER)


class Point(Struct):
    """A point (x, y); the identity is (0, 1)."""

    x: Signal
    y: Signal


@gadget
def add(p: Point, q: Point) -> Point:
    """Return p + q.

    Assumes:  both points are on the curve; then no denominator is 0, whatever the points are (a is a square, d is none).
    Enforces: the result is the sum by the complete addition law.
    Cost:     6 constraints.
    """
    check_field(p.x.field)
    x1y2, y1x2 = p.x * q.y, p.y * q.x
    mixed = (p.y - A * p.x) * (q.x + q.y)  # y1 y2 - a x1 x2 + y1 x2 - a x1 y2
    both = x1y2 * y1x2
    x = _quotient(x1y2 + y1x2, 1 + D * both)
    y = _quotient(mixed + A * x1y2 - y1x2, 1 - D * both)
    return Point(x, y)


@gadget
def double(p: Point) -> Point:
    """Return 2 p.

    Assumes:  the point is on the curve: then a x^2 + y^2 and 2 - a x^2 - y^2 are the denominators 1 + d x^2 y^2 and 1 - d x^2 y^2 of the
              complete law, which are not 0.
    Enforces: the result is p + p.
    Cost:     5 constraints, 3 after enforce_on_curve of the same point.
    """
    check_field(p.x.field)
    x2, y2 = p.x**2, p.y**2
    x = _quotient(2 * (p.x * p.y), A * x2 + y2)
    y = _quotient(y2 - A * x2, 2 - A * x2 - y2)
    return Point(x, y)


@gadget
def negate(p: Point) -> Point:
    """Return -p.

    Assumes:  nothing.
    Enforces: the result is (-x, y).
    Cost:     0 constraints.
    """
    return Point(-p.x, p.y)


@gadget
def subtract(p: Point, q: Point) -> Point:
    """Return p - q.

    Assumes:  both points are on the curve.
    Enforces: the result is p + (-q), as add.
    Cost:     6 constraints.
    """
    return add(p, negate(q))


@gadget
def enforce_on_curve(p: Point) -> None:
    """Enforce that a point satisfies the curve's equation.

    Assumes:  nothing.
    Enforces: a x^2 + y^2 = 1 + d x^2 y^2.
    Cost:     3 constraints.
    """
    check_field(p.x.field)
    x2, y2 = p.x**2, p.y**2
    constrain(D * x2 * y2 + 1 == A * x2 + y2, "the point is not on the curve")


@gadget(stamped=True)
def enforce_in_subgroup(p: Point) -> None:
    """Enforce that a point is one of the subgroup of prime order, the multiples of BASE; the identity is one of them.

    Assumes:  nothing.
    Enforces: p = 8 q for a point q on the curve of the prover.  The group has 8 l elements, so its elements 8 q are those whose
              order divides l, the subgroup; and each of these is 8 q for q = (1 / 8 mod l) p.
    Cost:     16 constraints.
    """
    x, y = hint(_one_eighth, p.x, p.y)
    q = Point(x, y)
    enforce_on_curve(q)
    multiple = double(double(double(q)))
    constrain(
        [multiple.x == p.x, multiple.y == p.y], "the point is not in the subgroup of prime order"
    )


@gadget
def is_of_small_order(p: Point) -> Bit:
    """Return 1 if 8 p is the identity, else 0.

    Assumes:  the point is on the curve.
    Enforces: the result is [x y (y^2 - a x^2) = 0]: x = 0 holds for the orders 1 and 2, y = 0 for 4, and y^2 = a x^2 for 8, because
              the double has y = 0 then and only then.
    Cost:     5 constraints.
    """
    check_field(p.x.field)
    return zero_bit((p.x * p.y) * ((p.y - ROOT_OF_A * p.x) * (p.y + ROOT_OF_A * p.x)))


def _quotient(numerator: Signal, denominator: Signal) -> Signal:
    """Return a quotient whose denominator cannot be 0.  Cost: 1 constraint."""
    result: Signal = hint(hints.divide_or_zero, numerator, denominator)
    constrain(result * denominator == numerator, "the point is not on the curve")
    return result


@advice
def _one_eighth(x: Int, y: Int) -> tuple[Int, Int]:
    """Return (1 / 8 mod l) times the point: double and add in homogeneous coordinates."""
    p = modulus()
    point = copy([x, y, 1])

    def step(k: Int, state: Ints) -> Ints:
        doubled = _sum(state, state, p)
        added = _sum(doubled, point, p)
        bit = _EIGHTH >> (_EIGHTH.bit_length() - 1 - k) & 1
        chosen = [select(bit, one, other) for one, other in zip(added, doubled, strict=True)]
        return cast(Ints, copy(chosen))

    total = repeat(_EIGHTH.bit_length(), step, copy([0, 1, 1]))
    scale = inverse(total[2], p)
    return total[0] * scale % p, total[1] * scale % p


def _sum(p: Iterable[Int], q: Iterable[Int], modulus: Int) -> list[Int]:
    """Return the sum of points (X : Y : Z) (ePrint 2008/013, section 6, projective addition)."""
    x1, y1, z1 = p
    x2, y2, z2 = q
    a = z1 * z2 % modulus
    b = a * a % modulus
    c, d = x1 * x2 % modulus, y1 * y2 % modulus
    e = D * c * d % modulus
    x = a * (b - e) * ((x1 + y1) * (x2 + y2) - c - d) % modulus
    y = a * (b + e) * (d - A * c) % modulus
    return [x, y, (b - e) * (b + e) % modulus]
