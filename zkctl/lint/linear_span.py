"""Linear rows around a linear form: whether they make it 0, and the integers that it can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from zkctl.constraints.linear import Terms, accumulate, add_scaled
from zkctl.lint.shapes import EqualWires, integer_range
from zkctl.lint.subject import Subject

MOST_ROWS = 200  # around a form
MOST_TERMS = 300  # of a row that is looked at
SHORT = 3  # terms of a form that is replaced again
MOST_FORMS = 100  # that one form is replaced by
HOPS = 3  # rows between a form and a row that is looked at


class LinearSpan:
    """The linear rows of a circuit.

    Forms are normal: equal wires are one representative, and wires that rows fix are their constants.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.p = subject.modulus

    @cached_property
    def _equal(self) -> EqualWires:
        return EqualWires(self.subject)

    @property
    def bounds(self) -> Mapping[int, int]:
        """The bounds 0 <= wire <= bound of representatives."""
        return self._equal.bounds

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        """The wires of each representative of several."""
        found: dict[int, list[int]] = {}
        for wire in self._equal.joined:
            found.setdefault(self._equal.root(wire), []).append(wire)
        return found

    @cached_property
    def constants(self) -> dict[int, int]:
        """The values of the representatives that rows fix."""
        found = {root: 0 for root, bound in self.bounds.items() if bound == 0}
        waiting = [k for k, row in enumerate(self.subject.constraints) if row.is_linear]
        while waiting:
            known = len(found)
            left = []
            for number in waiting:
                form = self._folded(self.subject.constraints[number].c, found)
                wires = form.keys() - {0}
                if len(wires) == 1:
                    (wire,) = wires
                    found[wire] = -form.get(0, 0) * pow(form[wire], -1, self.p) % self.p
                elif 1 < len(wires) <= MOST_TERMS:
                    left.append(number)
            if len(found) == known:
                break
            waiting = left
        return found

    def normal(self, terms: Mapping[int, int]) -> Terms:
        """Return the normal form of a linear combination."""
        return self._folded(terms, self.constants)

    def _folded(self, terms: Mapping[int, int], constants: Mapping[int, int]) -> Terms:
        total: Terms = {}
        for wire, value in terms.items():
            root = self._equal.root(wire) if wire else 0
            if root in constants:
                accumulate(total, {0: constants[root]}, value, self.p)
            else:
                accumulate(total, {root: 1}, value, self.p)
        return total

    def added(self, x: Mapping[int, int], y: Mapping[int, int], factor: int) -> Terms:
        """Return x + factor * y."""
        return add_scaled(x, y, factor % self.p, self.p)

    def rows_near(self, wires: Iterable[int], *, hops: int = 0) -> list[int]:
        """Return the rows of representatives, and those that linear rows connect with them, nearest first."""
        seen_wires, seen_rows = set(wires), dict[int, None]()
        border = seen_wires
        for hop in range(hops + 1):
            rows = [k for wire in border for k in self._rows_of(wire) if k not in seen_rows]
            rows = list(dict.fromkeys(rows))[: MOST_ROWS - len(seen_rows)]
            seen_rows.update(dict.fromkeys(rows))
            if hop == hops or len(seen_rows) >= MOST_ROWS:
                break
            forms = (self.subject.constraints[k] for k in rows)
            border = {
                self._equal.root(w) for row in forms if row.is_linear for w in row.c if w
            } - seen_wires
            seen_wires = seen_wires | border
        return list(seen_rows)

    def _rows_of(self, root: int) -> list[int]:
        wires = (root, *self._members.get(root, ()))
        return [k for wire in wires for k in self.subject.rows_of_wire.get(wire, ())]

    def is_zero(self, form: Terms) -> bool:
        """Return whether linear rows around a normal form make it 0."""
        if not form:
            return True
        wires = form.keys() - {0}
        if not wires:
            return False
        pivots: dict[int, Terms] = {}
        for number in self.rows_near(wires, hops=HOPS):
            row = self.subject.constraints[number]
            if row.is_linear and len(row.c) <= MOST_TERMS:
                self._add_pivot(pivots, self.normal(row.c))
        return not self._reduced(form, pivots)

    def _add_pivot(self, pivots: dict[int, Terms], form: Terms) -> None:
        form = self._reduced(form, pivots)
        wire = max(form, default=0)
        if wire:
            inverse = pow(form[wire], -1, self.p)
            pivots[wire] = {w: c * inverse % self.p for w, c in form.items()}

    def _reduced(self, form: Terms, pivots: Mapping[int, Terms]) -> Terms:
        """Return a form without pivots, each of which is the largest wire of its row."""
        form = dict(form)
        while (wire := max((w for w in form if w in pivots), default=0)) and form:
            accumulate(form, pivots[wire], -form[wire] % self.p, self.p)
        return form

    def interval(self, form: Terms) -> tuple[int, int] | None:
        """Return the least and the largest integer of a normal form: by bounds of its wires, or of those of equal forms."""
        found = self._bounded(form)
        seen = {tuple(sorted(form.items()))}
        waiting = [form]
        while waiting and len(seen) < MOST_FORMS:
            for other in self._equal_forms(waiting.pop(0)):
                key = tuple(sorted(other.items()))
                if key in seen:
                    continue
                seen.add(key)
                found = _met(found, self._bounded(other))
                waiting += [other] if len(other) <= SHORT else []
        return found

    def _equal_forms(self, form: Terms) -> Iterator[Terms]:
        """Yield forms that are equal by one row, which removes a wire."""
        wires = form.keys() - {0}
        wire = min(wires, default=0)
        for number in self.rows_near(wires):
            row = self.subject.constraints[number]
            if row.is_linear and len(row.c) <= MOST_TERMS:
                other = self.normal(row.c)
                if wire in other:
                    factor = -form[wire] * pow(other[wire], -1, self.p)
                    yield self.added(form, other, factor)

    def _bounded(self, form: Terms) -> tuple[int, int] | None:
        if any(wire not in self.bounds for wire in form if wire):
            return None
        low, high = integer_range(form, self.bounds, self.p)
        return (low, high) if -self.p // 2 < low and high <= self.p // 2 else None


def _met(x: tuple[int, int] | None, y: tuple[int, int] | None) -> tuple[int, int] | None:
    if x is None or y is None:
        return x or y
    return max(x[0], y[0]), min(x[1], y[1])
