"""Baby Jubjub in Montgomery form, v^2 = u^3 + 168698 u^2 + u, where an addition costs half as much but has exceptional cases.

A prover who reaches 0 * slope = 0 may choose the slope, and with it the result.  So each gadget either enforces that its denominator
is not 0, or says why it cannot be, or takes `because`: the author's reason, which saves that row.  No point of the curve has v = 0
or u = -1 but (0, 0), which is the Edwards point (0, -1): u^2 + 168698 u + 1 has no root, and v^2 = 168696 = d at u = -1 none either.
"""

from __future__ import annotations

from typing import Any

from zkctl.dsl import Signal, Struct, constrain, gadget, hint, hints, wire
from zkctl.dsl.statements.assumptions import check_reason
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import MONTGOMERY_A, check_field
from zkctl.gadgets.curve.constant_points import ConstantPoint


class MontgomeryPoint(Struct):
    """A point (u, v); the identity has no such form."""

    u: Signal
    v: Signal


def constant_form(point: ConstantPoint) -> MontgomeryPoint:
    """Return a point that is known when the circuit is compiled; x is not 0."""
    form: tuple[Any, Any] = point.montgomery()
    return MontgomeryPoint(*form)


@gadget
def to_montgomery(p: Point, *, because: str = "") -> MontgomeryPoint:
    """Return (u, v) = ((1 + y) / (1 - y), u / x).

    Assumes:  the point is on the curve; with `because`, that reason for x != 0.
    Enforces: x != 0, so y is neither 1 nor -1; the result is the same point.  With `because` y != 1 only: the v of (0, -1) would be free.
    Cost:     3 constraints, 2 with `because`.
    """
    check_field(p.x.field)
    u = _ratio(1 + p.y, 1 - p.y, "the identity has no Montgomery form")
    message = "a point with x = 0 is not used in Montgomery form"
    return MontgomeryPoint(u, _divided(u, p.x, message, because))


@gadget
def from_montgomery(p: MontgomeryPoint, *, because: str = "") -> Point:
    """Return (x, y) = (u / v, (u - 1) / (u + 1)).

    Assumes:  the point is on the curve; with `because`, that reason for v != 0.
    Enforces: v != 0; the result is the same point.  At u = -1 nothing fits: 0 * y is not -2.
    Cost:     3 constraints, 2 with `because`.
    """
    check_field(p.u.field)
    x = _divided(p.u, p.v, "a point with v = 0 is not used in Montgomery form", because)
    return Point(x, _ratio(p.u - 1, p.u + 1, "the point is not on the curve"))


@gadget
def add(p: MontgomeryPoint, q: MontgomeryPoint, *, because: str = "") -> MontgomeryPoint:
    """Return p + q for points with different u, that is p != q and p != -q.

    Assumes:  both points are on the curve; with `because`, that reason for the different u.
    Enforces: the two u differ; the result is the third point of their line, mirrored.
    Cost:     4 constraints, 3 with `because`.
    """
    check_field(p.u.field)
    message = "the sum of two points with the same u is not defined"
    slope = _divided(q.v - p.v, q.u - p.u, message, because)
    return _mirrored(slope, p, p.u + q.u)


@gadget
def double(p: MontgomeryPoint) -> MontgomeryPoint:
    """Return 2 p.

    Assumes:  the point is on the curve.
    Enforces: the result is the third point of the tangent, mirrored.  The denominator 2 v is 0 at (0, 0) alone, where the numerator is 1:
              nothing fits.
    Cost:     4 constraints.
    """
    check_field(p.u.field)
    numerator = 3 * p.u**2 + 2 * MONTGOMERY_A * p.u + 1
    slope = _ratio(numerator, 2 * p.v, "twice the point is the identity")
    return _mirrored(slope, p, 2 * p.u)


@gadget
def negate(p: MontgomeryPoint) -> MontgomeryPoint:
    """Return -p.

    Assumes:  nothing.
    Enforces: the result is (u, -v).
    Cost:     0 constraints.
    """
    return MontgomeryPoint(p.u, -p.v)


def _mirrored(slope: Signal, p: MontgomeryPoint, u_of_both: Signal) -> MontgomeryPoint:
    """Return the third point of a line through p, mirrored: wires, so that no row grows with the number of additions before it."""
    u = wire(slope**2 - MONTGOMERY_A - u_of_both)
    return MontgomeryPoint(u, wire(slope * (p.u - u) - p.v))


def _divided(numerator: Signal, denominator: Signal, message: str, because: str) -> Signal:
    """Return the quotient of a denominator that is enforced not to be 0, or is not for a reason.  Cost: 2 or 1 constraints."""
    if because:
        check_reason(because)
        return _ratio(numerator, denominator, message)
    inverse: Signal = hint(hints.inverse_or_zero, denominator)
    constrain(inverse * denominator == 1, message)
    return numerator * inverse


def _ratio(numerator: Signal, denominator: Signal, message: str) -> Signal:
    """Return a quotient; free where both are 0.  Cost: 1 constraint."""
    result: Signal = hint(hints.divide_or_zero, numerator, denominator)
    constrain(result * denominator == numerator, message)
    return result
