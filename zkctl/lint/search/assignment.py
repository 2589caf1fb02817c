"""A partial assignment of wires with propagation: the rows determine further wires, and everything can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from zkctl.lint.search.box_sums import Box, box_sum
from zkctl.lint.search.polynomials import roots, trimmed
from zkctl.lint.system import Form, Row

_SOON = 3  # unknowns in a row from which on it is examined after each assignment
_STEPS_OF_ROOTS = 10  # powers of numbers as long as p take as long as so many rows
_LONGEST_SUM = 600  # unknowns in a sum of digits


class Reduced(NamedTuple):
    """A row with its known wires replaced by their values: (a0 + A)(b0 + B) = c0 + C in the unknown wires."""

    a0: int
    a: dict[int, int]
    b0: int
    b: dict[int, int]
    c0: int
    c: dict[int, int]

    @property
    def is_linear(self) -> bool:
        """True if only C has unknowns: the row is c0 + C = 0."""
        return not self.a and not self.b

    @property
    def wires(self) -> set[int]:
        """The unknown wires."""
        return {*self.a, *self.b, *self.c}


class OutOfStepsError(Exception):
    """The budget of the search is used up."""


class Assignment:
    """Values of some wires.

    `values` has None for an unknown wire.  `steps` counts down with each row that is examined.
    """

    def __init__(
        self, rows: Sequence[Row], n_wires: int, p: int, boxes: Mapping[int, Box], steps: int
    ) -> None:
        self.p = p
        self.rows = list(rows)
        self.boxes = boxes
        self.steps = steps
        self.values: list[int | None] = [None] * n_wires
        self.rows_of: list[list[int]] = [[] for _ in range(n_wires)]
        self._open: list[int] = []
        self._trail: list[int] = []
        self._soon: list[int] = []
        self._later: dict[int, None] = {}
        for k, row in enumerate(self.rows):
            self._register(k, row)
        self.values[0] = 1
        self._arrive(0)

    def _register(self, k: int, row: Row) -> None:
        wires = row.a.keys() | row.b.keys() | row.c.keys()
        for w in wires:
            self.rows_of[w].append(k)
        self._open.append(sum(self.values[w] is None for w in wires))
        self._later[k] = None

    def mark(self) -> tuple[int, int]:
        """Return a mark for `undo`."""
        return len(self._trail), len(self.rows)

    def undo(self, mark: tuple[int, int]) -> None:
        """Forget what was assigned and added after a mark."""
        n_assigned, n_rows = mark
        while len(self._trail) > n_assigned:
            wire = self._trail.pop()
            self.values[wire] = None
            for k in self.rows_of[wire]:
                self._open[k] += 1
        while len(self.rows) > n_rows:
            row = self.rows.pop()
            self._open.pop()
            for w in row.a.keys() | row.b.keys() | row.c.keys():
                self.rows_of[w].pop()
        self._soon.clear()
        self._later.clear()

    def add_row(self, row: Row) -> None:
        """Add a constraint until it is undone."""
        self.rows.append(row)
        self._register(len(self.rows) - 1, row)

    def assign(self, wire: int, value: int) -> bool:
        """Set a wire; return whether that contradicts no earlier value.  The rows are not examined yet."""
        known = self.values[wire]
        if known is not None:
            return known == value
        self.values[wire] = value
        self._trail.append(wire)
        self._arrive(wire)
        return True

    def _arrive(self, wire: int) -> None:
        for k in self.rows_of[wire]:
            self._open[k] -= 1
            if self._open[k] <= _SOON:
                self._soon.append(k)
            else:
                self._later[k] = None

    def propagate(self) -> bool:
        """Assign what single rows determine; return False on a contradiction.

        Raises: OutOfStepsError.
        """
        while self._soon or self._later:
            if self._soon:
                k = self._soon.pop()
            else:
                k = next(iter(self._later))
                del self._later[k]
            if not self._examine(k):
                self._soon.clear()
                self._later.clear()
                return False
        return True

    def _examine(self, k: int) -> bool:
        self.steps -= 1
        if self.steps < 0:
            raise OutOfStepsError
        row = self.reduced(k)
        self.steps -= len(row.c) >> 4
        if row.is_linear:
            return self._linear(row)
        wires = row.wires
        return len(wires) > 1 or self._one_wire(row, next(iter(wires)))

    def _linear(self, row: Reduced) -> bool:
        if not row.c:
            return row.c0 == 0
        if len(row.c) == 1:
            ((w, c),) = row.c.items()
            return self.assign(w, -row.c0 * pow(c, -1, self.p) % self.p)
        if len(row.c) > _LONGEST_SUM or any(w not in self.boxes for w in row.c):
            return True
        digits = box_sum(list(row.c.items()), row.c0, [self.boxes[w] for w in row.c], self.p)
        if not digits.has_one_solution:
            return True
        found = next(digits.solutions(), None)
        return found is not None and all(self.assign(w, v) for w, v in found.items())

    def _one_wire(self, row: Reduced, wire: int) -> bool:
        f = self.in_one_wire(row, wire)
        if len(f) <= 1:
            return not f
        if len(f) == 2:
            return self.assign(wire, -f[0] * pow(f[1], -1, self.p) % self.p)
        if wire in self.boxes and f[0] == 0 and (f[1] + f[2]) % self.p == 0:
            return True  # a bit has both values
        self.steps -= _STEPS_OF_ROOTS
        found = roots(f, self.p)
        if len(found) == 1:
            return self.assign(wire, found[0])
        return bool(found)

    def in_one_wire(self, row: Reduced, w: int) -> list[int]:
        """Return A B - C of a row with one unknown as a polynomial in it."""
        p = self.p
        a, b, c = row.a.get(w, 0), row.b.get(w, 0), row.c.get(w, 0)
        return trimmed(
            [
                (row.a0 * row.b0 - row.c0) % p,
                (row.a0 * b + a * row.b0 - c) % p,
                a * b % p,
            ]
        )

    def reduced(self, k: int) -> Reduced:
        """Return row k with the known values put in; a product with a known side becomes linear."""
        row, p = self.rows[k], self.p
        a0, a = self._side(row.a)
        b0, b = self._side(row.b)
        c0, c = self._side(row.c)
        if a and b:
            return Reduced(a0, a, b0, b, c0, c)
        if a:  # the side B is known
            a0, a, b0, b = b0, b, a0, a
        constant = (c0 - a0 * b0) % p
        for w, x in b.items():
            total = (c.get(w, 0) - a0 * x) % p
            if total:
                c[w] = total
            else:
                c.pop(w, None)
        return Reduced(0, {}, 0, {}, constant, c)

    def _side(self, form: Form) -> tuple[int, dict[int, int]]:
        total, unknown, values = 0, {}, self.values
        for w, c in form.items():
            v = values[w]
            if v is None:
                unknown[w] = c
            else:
                total += c * v
        return total % self.p, unknown
