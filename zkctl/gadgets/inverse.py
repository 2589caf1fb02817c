"""Inversion and division in the field."""

from __future__ import annotations

from zkctl.dsl import Signal, constrain, gadget, hint, hints


@gadget
def inverse(x: Signal) -> Signal:
    """Return 1 / x.

    Assumes:  nothing.
    Enforces: x != 0, and the result times x is 1.
    Cost:     1 constraint.
    """
    result: Signal = hint(hints.inverse_or_zero, x)
    constrain(x * result == 1, "division by zero")
    return result


@gadget
def divide(x: Signal, y: Signal) -> Signal:
    """Return x / y in the field (not the integer quotient).

    Assumes:  nothing.
    Enforces: y != 0, and the result times y is x.
    Cost:     2 constraints.
    """
    return x * inverse(y)
