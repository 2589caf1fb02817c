"""Sums of signals, and the constraint that an expression means: section 7 of the language's description."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from zkctl.circom.instance import Terms
from zkctl.circom.values import Linear, Quadratic, WireValue

_NO_TERMS: Terms = {}  # that of most constraints' A and B


class ConstraintSides(NamedTuple):
    """The sides of a constraint a * b = c."""

    a: Terms
    b: Terms
    c: Terms


def terms_of(value: object) -> Terms:
    """Return a number, signal or linear value as a sum; not to be changed."""
    if isinstance(value, int):
        return {0: value}
    if isinstance(value, WireValue):
        return {value.number: 1}
    assert isinstance(value, Linear)
    value.is_shared = True
    return value.terms


def scaled(terms: Terms, factor: int, p: int) -> Terms:
    """Return factor * terms."""
    return {wire: value * factor % p for wire, value in terms.items()}


def added(left: Terms, right: Terms, p: int) -> Terms:
    """Return left + right."""
    total = dict(left)
    add_into(total, right, p)
    return total


def add_into(total: Terms, terms: Terms, p: int) -> None:
    """Add terms to a sum in place."""
    for wire, value in terms.items():
        found = total.get(wire, 0) + value
        total[wire] = found if found < p else found - p


def subtract_into(total: Terms, terms: Terms, p: int) -> None:
    """Subtract terms from a sum in place."""
    for wire, value in terms.items():
        found = total.get(wire, 0) - value
        total[wire] = found if found >= 0 else found + p


def assigning(signal: int, value: object, p: int) -> ConstraintSides | None:
    """Return the constraint signal - value = 0, None if the value is not quadratic."""
    if type(value) is WireValue and value.number != signal:
        return ConstraintSides(_NO_TERMS, _NO_TERMS, {value.number: 1, signal: _minus_one(p)})
    if isinstance(value, Quadratic):
        c = dict(value.c)
        a = {wire: p - k if k else 0 for wire, k in value.a.items()}
        b = value.b
    elif isinstance(value, int | WireValue | Linear):
        c = dict(terms_of(value))
        a = b = {}
    else:
        return None
    found = c.get(signal, 0) - 1
    c[signal] = found if found >= 0 else found + p
    return ConstraintSides(without_zeros(a), without_zeros(b), without_zeros(c))


@cache
def _minus_one(p: int) -> int:
    """Return p - 1, the same object each time: millions of constraints hold it."""
    return p - 1


def equating(left: object, right: object, p: int) -> ConstraintSides | None:
    """Return the constraint left - right = 0, None if it is not quadratic."""
    a: Terms = {}
    b: Terms = {}
    if isinstance(left, Quadratic) and not isinstance(right, Quadratic):
        a, b, first = left.a, left.b, left.c
    elif isinstance(left, int | WireValue | Linear):
        first = terms_of(left)
    else:
        return None
    if isinstance(right, Quadratic):
        a = {wire: p - k if k else 0 for wire, k in right.a.items()}
        b, second = right.b, right.c
    elif isinstance(right, int | WireValue | Linear):
        second = terms_of(right)
    else:
        return None
    c = dict(second)
    subtract_into(c, first, p)
    return ConstraintSides(without_zeros(a), without_zeros(b), without_zeros(c))


def without_zeros(terms: Terms) -> Terms:
    """Return a sum without the entries that are 0."""
    if 0 not in terms.values():
        return terms
    return {wire: value for wire, value in terms.items() if value}
