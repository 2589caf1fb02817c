"""The directions in which a witness can move to first order, and straight lines of witnesses among them.

With A B = C and the values w, a direction v fulfils J v = 0 for J = A diag(B w) + B diag(A w) - C.  Along w + t v a row is off by
t^2 (A v)(B v), so the line is exact where that is 0 on every row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from zkctl.lint.forms import add_to
from zkctl.lint.search.assignment import Assignment, Reduced
from zkctl.lint.search.polynomials import roots, trimmed
from zkctl.lint.sparse_rows import SparseRows, TooMuchWorkError
from zkctl.lint.system import Form

MOST_ROWS = 5_000
MOST_WORK = 300_000  # terms that the elimination adds
_DIRECTIONS = 40  # basis directions tried
_SUMS = 8  # directions that are tried together with others

Direction = dict[int, int]


def rows_around(state: Assignment, wire: int) -> dict[int, Reduced] | None:
    """Return the rows that unknown wires connect with a wire, None if they are more than MOST_ROWS."""
    rows: dict[int, Reduced] = {}
    seen, waiting = {wire}, [wire]
    while waiting:
        for k in state.rows_of[waiting.pop()]:
            if k in rows:
                continue
            if len(rows) == MOST_ROWS:
                return None
            rows[k] = state.reduced(k)
            new = rows[k].wires - seen
            seen |= new
            waiting.extend(sorted(new))
    return rows


class Tangent:
    """The directions of the rows around a target at a witness; `rates` says how free wires move the target."""

    def __init__(
        self, rows: Mapping[int, Reduced], values: Mapping[int, int], target: int, p: int
    ) -> None:
        """Eliminate.

        Raises: TooMuchWorkError.
        """
        self._rows = [row for row in rows.values() if row.a and row.b]
        self._p = p
        forms = {k: _derivative(row, values, p) for k, row in rows.items()}
        self._sparse = SparseRows(forms, p, MOST_WORK)
        self._target = target
        wires = {wire for row in rows.values() for wire in row.wires}
        self._idle = sorted(wires.difference(self._sparse.wires))  # that no row of J has
        self.rates = self._sparse.by_free(target)

    @property
    def is_isolated(self) -> bool:
        """True if no direction moves the target."""
        return not self.rates

    def moving(self) -> Iterator[Direction]:
        """Yield basis directions that move the target."""
        for wire in islice(self.rates, _DIRECTIONS):
            yield self._sparse.null_vector({wire: 1})

    def lines(self) -> Iterator[Direction]:
        """Yield directions v that move the target, such that w + v satisfies every row: basis directions, then sums of two."""
        moving = list(self.moving())
        for direction in moving:
            if self._is_straight(direction):
                yield direction
        free = [*self._sparse.free(), *self._idle]
        others = [wire for wire in free if wire not in self.rates]
        still = [self._sparse.null_vector({wire: 1}) for wire in others[:_DIRECTIONS]]
        pairs = (
            (direction, other)
            for k, direction in enumerate(moving[:_SUMS])
            for other in [*moving[k + 1 :], *still]
        )
        for direction, other in pairs:
            yield from self._straight_sums(direction, other)

    def _straight_sums(self, direction: Direction, other: Direction) -> Iterator[Direction]:
        for factor in self._factors(direction, other):
            total = dict(direction)
            add_to(total, other, factor, self._p)
            if self._target in total and self._is_straight(total):
                yield total

    def _is_straight(self, v: Direction) -> bool:
        return all(_at(row.a, v) * _at(row.b, v) % self._p == 0 for row in self._rows)

    def _factors(self, v: Direction, u: Direction) -> list[int]:
        """Return the t for which the first row on which v is not straight is straight for v + t u."""
        p = self._p
        for row in self._rows:
            a, b = _at(row.a, v), _at(row.b, v)
            if a * b % p:
                a1, b1 = _at(row.a, u), _at(row.b, u)
                f = trimmed([a * b % p, (a * b1 + a1 * b) % p, a1 * b1 % p])
                return roots(f, p) if len(f) > 1 else []
        return []


def tangent(state: Assignment, values: Mapping[int, int], target: int) -> Tangent | None:
    """Return the directions around an unknown wire at a witness, None if the rows around it are too many or fill too much."""
    rows = rows_around(state, target)
    if rows is None:
        return None
    try:
        return Tangent(rows, values, target, state.p)
    except TooMuchWorkError:
        return None


def _derivative(row: Reduced, values: Mapping[int, int], p: int) -> dict[int, int]:
    """Return the row of J."""
    found = {w: p - c for w, c in row.c.items()}
    add_to(found, row.a, row.b0 + _at(row.b, values), p)
    add_to(found, row.b, row.a0 + _at(row.a, values), p)
    return found


def _at(form: Form, values: Mapping[int, int]) -> int:
    return sum(c * values.get(w, 0) for w, c in form.items())
