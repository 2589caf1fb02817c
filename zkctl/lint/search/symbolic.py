"""Wires as rational functions of one unknown wire: where the rows close, its possible values are roots of a polynomial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from zkctl.lint.search.assignment import Reduced
from zkctl.lint.search.polynomials import Polynomial, add, multiply, roots, scale

MAX_DEGREE = 40
_MAX_ROWS = 600


class Fraction(NamedTuple):
    """A rational function."""

    top: Polynomial
    bottom: Polynomial


class Closing(NamedTuple):
    """The polynomial that a row demands to vanish, and the values at which a division by zero would leave a wire free."""

    demanded: Polynomial
    poles: list[Polynomial]

    def values(self, p: int) -> list[int]:
        """Return candidates for the symbol's value, those that the closing row demands first."""
        found = roots(self.demanded, p)
        for pole in self.poles:
            found += [x for x in roots(pole, p) if x not in found]
        return found


def closing(symbol: int, rows: Iterable[Reduced], p: int) -> Closing | None:
    """Express wires by the symbol, row by row; return the first closing row's demand, or None if none closes."""
    expressions = _Expressions(symbol, p)
    waiting = list(rows)[:_MAX_ROWS]
    while True:
        rest = [row for row in waiting if not expressions.take(row)]
        if expressions.demanded:
            return Closing(expressions.demanded, expressions.poles)
        if len(rest) == len(waiting):
            return None
        waiting = rest


class _Expressions:
    """Wires expressed by the symbol so far; `demanded` is not empty once a row closes."""

    def __init__(self, symbol: int, p: int) -> None:
        self.p = p
        self.known: dict[int, Fraction] = {symbol: Fraction([0, 1], [1])}
        self.poles: list[Polynomial] = []
        self.demanded: Polynomial = []

    def take(self, row: Reduced) -> bool:
        """Use a row that has at most one wire without an expression; return whether it is done with."""
        unknown = [w for w in row.wires if w not in self.known]
        if len(unknown) > 1 or self.demanded:
            return False
        ends = _ends(row, unknown[0] if unknown else None, self.known, self.p)
        if ends is None:
            return True  # a degree too large, or the unknown on both sides of the product
        constant, slope = ends
        if unknown and slope:
            self.known[unknown[0]] = Fraction(scale(constant, self.p - 1, self.p), slope)
            self.poles += [slope] if len(slope) > 1 else []
        else:
            self.demanded = constant
        return True


def _ends(
    row: Reduced, unknown: int | None, known: Mapping[int, Fraction], p: int
) -> tuple[Polynomial, Polynomial] | None:
    """Return A B - C times the denominators as constant + slope * unknown; None if it is not linear in it or too large."""
    forms = [
        _form(constant, form, unknown, known, p)
        for constant, form in ((row.a0, row.a), (row.b0, row.b), (row.c0, row.c))
    ]
    (a, a1, a_down), (b, b1, b_down), (c, c1, c_down) = forms
    if a1 and b1:
        return None
    ab_down = multiply(a_down, b_down, p)
    constant = add(
        multiply(multiply(a, b, p), c_down, p), scale(multiply(c, ab_down, p), p - 1, p), p
    )
    slope = add(multiply(a1, b, p), multiply(a, b1, p), p)
    slope = add(multiply(slope, c_down, p), scale(multiply(c1, ab_down, p), p - 1, p), p)
    return None if max(len(constant), len(slope)) > MAX_DEGREE else (constant, slope)


def _form(
    constant: int,
    form: Mapping[int, int],
    unknown: int | None,
    known: Mapping[int, Fraction],
    p: int,
) -> tuple[Polynomial, Polynomial, Polynomial]:
    """Return a form over its common denominator: the known part, the coefficient of the unknown, the denominator."""
    top: Polynomial = [constant] if constant else []
    bottom: Polynomial = [1]
    for w, k in form.items():
        if w == unknown:
            continue
        part = known[w]
        if part.bottom == bottom:
            top = add(top, scale(part.top, k, p), p)
        else:
            top = add(multiply(top, part.bottom, p), scale(multiply(part.top, bottom, p), k, p), p)
            bottom = multiply(bottom, part.bottom, p)
    own = form.get(unknown, 0) if unknown is not None else 0
    return top, scale(bottom, own, p), bottom
