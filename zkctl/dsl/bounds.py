"""Intervals: the proven range of a signal.

Bounds (lowest, highest) say that the value is congruent modulo p to an integer in that interval; None means unknown.
"""

from __future__ import annotations

from typing import NoReturn

from zkctl.constraints.free_constants import ValueNeeded

Bounds = tuple[int, int]


class _Open(tuple[int, int]):
    """The interval of a constant whose value a template leaves open, and of what it is added to: reading it asks for the value."""

    __slots__ = ()
    __hash__ = tuple.__hash__

    def _ask(self, *_operands: object) -> NoReturn:
        raise ValueNeeded

    __getitem__ = __iter__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _ask


OPEN: Bounds = _Open((0, 0))


def sum_bounds(x: Bounds | None, y: Bounds | None, factor: int) -> Bounds | None:
    """Return the interval of x + factor * y."""
    if x is None or y is None:
        return None
    if x is OPEN or y is OPEN:
        return OPEN
    low, high = (y[0], y[1]) if factor > 0 else (y[1], y[0])
    return x[0] + factor * low, x[1] + factor * high


def product_bounds(x: Bounds | None, y: Bounds | None) -> Bounds | None:
    """Return the interval of x * y."""
    if x is None or y is None:
        return None
    if x is OPEN or y is OPEN:
        return OPEN
    corners = [a * b for a in x for b in y]
    return min(corners), max(corners)


def hull(x: Bounds | None, y: Bounds | None, p: int) -> Bounds | None:
    """Return an interval for a value that is one of two; the narrowest, when one of them may be moved by a multiple of p.

    A value congruent to an integer of one of the intervals is congruent to an integer of the hull, wherever the two lie.
    """
    if x is None or y is None:
        return None
    moved = [(y[0] + shift, y[1] + shift) for shift in (0, -p, p)]
    candidates = [(min(x[0], low), max(x[1], high)) for low, high in moved]
    return min(candidates, key=lambda bounds: bounds[1] - bounds[0])


def normalised(bounds: Bounds | None, p: int) -> Bounds | None:
    """Return the interval moved by a multiple of p so that it starts in [0, p), or below 0 if it would cross p.

    None if the interval holds every field element.
    """
    if bounds is OPEN:
        return OPEN
    if bounds is None or bounds[1] - bounds[0] >= p - 1:
        return None
    if bounds[0] >= 0 and bounds[1] < p:
        return bounds
    low = bounds[0] % p
    high = bounds[1] - bounds[0] + low
    return (low, high) if high < p else (low - p, high - p)
