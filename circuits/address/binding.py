"""Small rules that several circuits share: bind a public input, exclude zero."""

from __future__ import annotations

from zkctl.dsl import Signal, constrain, gadget, hint, hints, wire


@gadget
def bind(value: Signal) -> None:
    """Use a public input in one constraint, so that no tool drops it and a proof for another value is refused.

    Assumes:  nothing.
    Enforces: nothing of the value; it stands in value * value = w.
    Cost:     1 constraint.
    """
    wire(value * value)


@gadget
def enforce_nonzero(value: Signal, message: str) -> None:
    """Enforce that a value is not 0.

    Assumes:  nothing.
    Enforces: value * w = 1 for some w, so value is not 0.
    Cost:     1 constraint.
    """
    constrain(value * hint(hints.inverse_or_zero, value) == 1, message)
