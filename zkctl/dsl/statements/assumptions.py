"""Assumptions: claims about a signal that no constraint enforces, each with its reason."""

from __future__ import annotations

from typing import cast

from zkctl.dsl.signal import Bit, Signal, Uint, assumed
from zkctl.dsl.spans import circuit_error

_LETTERS = 10  # a reason has at least as many
_DIFFERENT = 5  # and at least as many different ones


def assume_bit(x: Signal, *, because: str) -> Bit:
    """Declare that a signal is 0 or 1, for the reason given.  Enforces nothing: the reason must follow from other constraints."""
    return cast(Bit, _assume(x, 1, because))


def assume_uint(x: Signal, n_bits: int, *, because: str) -> Uint:
    """Declare that a signal is in 0 .. 2^n_bits - 1, for the reason given.  Enforces nothing."""
    if not 0 < n_bits < x.field.n_bits:
        raise circuit_error(
            f"a width of {n_bits} bits is not possible in {x.field.name}, only 1 to {x.field.n_bits - 1}"
        )
    return cast(Uint, _assume(x, (1 << n_bits) - 1, because))


def _assume(x: Signal, maximum: int, because: str) -> Signal:
    """Record the claim, unless the interval of the signal proves it already."""
    check_reason(because)
    claimed = assumed(x, (0, maximum))
    if x.tracer.eager and x.value > maximum:
        raise circuit_error(
            f"the value {x.describe()} is not in the range 0 to {maximum}",
            hint=f"the assumption is wrong here: {because}",
        )
    if not (isinstance(x, Uint) and x.maximum <= maximum):
        x.tracer.assume(because, maximum, claimed.resolve)
    return claimed


def check_reason(because: object) -> None:
    """Refuse a reason that says nothing."""
    text = because if isinstance(because, str) else ""
    if not text.strip():
        raise circuit_error(
            "an assumption needs a reason",
            hint="because='...' says which constraints force it; the reader has to check just that",
        )
    letters = [letter for letter in text.casefold() if letter.isalpha()]
    if len(letters) < _LETTERS or len(set(letters)) < _DIFFERENT:
        raise circuit_error(
            f"the reason of an assumption says too little: expected {_LETTERS} letters or more, {_DIFFERENT} of them different,"
            f" got {text[:80]!r}",
            hint="name the constraints that force it, so that a reader can check just that",
        )
