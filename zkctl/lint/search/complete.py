"""Complete a partial assignment to one that satisfies every row: propagation, then decisions with few choices first.

The unknown wires fall into components without common rows; each is completed by itself, so a decision in one is never undone
for the sake of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from zkctl.lint.search.assignment import Assignment, Reduced
from zkctl.lint.search.box_sums import BoxSum, box_sum
from zkctl.lint.search.guesses import field_values
from zkctl.lint.search.linear import MAX_ROWS, determined
from zkctl.lint.search.polynomials import roots
from zkctl.lint.search.symbolic import closing
from zkctl.lint.system import Row

_MAX_DEPTH = 150  # decisions above each other
_FEW_SOLUTIONS_BITS = 6  # sums with more solutions wait
_SYMBOLS = 6  # wires tried as the symbol of a component
_STEPS_OF_ROOTS = 16  # times the square of the degree: steps for the roots of a polynomial
_OPTIONS = 8  # of one decision

Option = Callable[[Assignment], bool]
Rows = dict[int, Reduced]


class Completion:
    """The search for one satisfying assignment.

    `model` are values that options are ordered by: those equal to it first, but for the wires that `avoids` holds for those that
    differ.  `leaders` are wires to guess before others, in this order.
    """

    def __init__(
        self,
        assignment: Assignment,
        model: Mapping[int, int],
        *,
        avoids: Callable[[int], bool] = lambda _: False,
        leaders: Sequence[int] = (),
    ) -> None:
        self.assignment = assignment
        self.model = model
        self.avoids = avoids
        self.leaders = leaders
        self._split: set[int] = set()  # rows A B = 0 one of whose factors is set to 0

    def run(self, wires: Iterable[int] | None = None) -> bool:
        """Assign all wires, or those of the components of the given ones; return False if no way was found.

        Raises: OutOfStepsError.
        """
        state = self.assignment
        if not state.propagate():
            return False
        return self._all(range(len(state.values)) if wires is None else wires, 0)

    def _all(self, wires: Iterable[int], depth: int) -> bool:
        values = self.assignment.values
        return all(self._component(w, depth) for w in wires if values[w] is None)

    def _component(self, start: int, depth: int) -> bool:
        state = self.assignment
        wires, rows = self._reach(start)
        if not rows:
            return all(state.assign(w, self._first(w)) for w in wires)
        if depth > _MAX_DEPTH:
            return False
        for option in self._decide(wires, rows):
            mark = state.mark()
            if option(state) and state.propagate() and self._all(wires, depth + 1):
                return True
            state.undo(mark)
        return False

    def _first(self, wire: int) -> int:
        """Return a value for a wire in no row."""
        return next(v for v in self._ordered(wire, self._possible(wire)))

    def _rank(self, wire: int, value: int) -> int:
        return (self.model.get(wire) != value) ^ self.avoids(wire)

    def _ordered(self, wire: int, values: Iterable[int]) -> list[int]:
        return sorted(values, key=lambda v: self._rank(wire, v))

    def _possible(self, wire: int) -> list[int]:
        """Return values to guess for a wire, the model's among them."""
        p = self.assignment.p
        if wire in self.assignment.boxes:
            low, high = self.assignment.boxes[wire]
            values = [low, high, *range(low, min(high, low + _OPTIONS))]
            return list(dict.fromkeys(v % p for v in values))
        values = field_values(wire, p)
        return list(dict.fromkeys([self.model.get(wire, values[0]), *values]))

    def _reach(self, start: int) -> tuple[list[int], Rows]:
        """Return the unknown wires connected with the start, and the reduced rows between them."""
        state = self.assignment
        seen, wires, rows = {start}, [start], Rows()
        for w in wires:
            for k in state.rows_of[w]:
                if k in rows:
                    continue
                state.steps -= 1
                rows[k] = state.reduced(k)
                new = rows[k].wires - seen
                seen |= new
                wires += sorted(new)
        return wires, {k: row for k, row in rows.items() if row.wires}

    def _decide(self, wires: list[int], rows: Rows) -> Iterator[Option]:
        """Yield the options of one decision; an option narrows the assignment."""
        linear = [row for row in rows.values() if row.is_linear]
        if 1 < len(linear) <= MAX_ROWS:
            found = determined(linear, self.assignment.p)
            if found is None:
                return iter(())
            if found:
                return iter([_setting(found)])
        sums = self._sums(linear)
        if sums and sums[0].surplus_bits <= _FEW_SOLUTIONS_BITS:
            return self._digit_options(sums[0])
        return self._nonlinear(wires, rows, sums)

    def _nonlinear(self, wires: list[int], rows: Rows, sums: list[BoxSum]) -> Iterator[Option]:
        products = [row for row in rows.values() if not row.is_linear]
        split = self._splittable(rows)
        for row in products:
            inside = row.wires
            if len(inside) == 1 and not inside <= self.assignment.boxes.keys():
                w = inside.pop()
                return self._values(
                    w, roots(self.assignment.in_one_wire(row, w), self.assignment.p)
                )
        if split is not None:
            return self._factors(split, rows[split])
        demanded = self._by_symbol(products, rows)
        if demanded is not None:
            return demanded
        leader = next((w for w in self.leaders if w in set(wires)), None)
        if leader is None and sums:
            return self._digit_options(sums[0])
        wire = leader if leader is not None else _busiest(products, rows)
        return self._values(wire, self._possible(wire))

    def _sums(self, linear: list[Reduced]) -> list[BoxSum]:
        boxes, p = self.assignment.boxes, self.assignment.p
        found = [
            box_sum(list(row.c.items()), row.c0, [boxes[w] for w in row.c], p)
            for row in linear
            if row.c.keys() <= boxes.keys()
        ]
        return sorted(found, key=lambda s: s.surplus_bits)

    def _digit_options(self, digits: BoxSum) -> Iterator[Option]:
        found = list(islice(digits.solutions(), _OPTIONS))
        found.sort(key=lambda s: sum(self._rank(w, v) for w, v in s.items()))
        return iter([_setting(s) for s in found])

    def _values(self, wire: int, values: Iterable[int]) -> Iterator[Option]:
        return iter([_setting({wire: v}) for v in self._ordered(wire, values)])

    def _splittable(self, rows: Rows) -> int | None:
        """Return a row A B = 0 that is not only about digits."""
        products = (k for k, row in rows.items() if not (row.is_linear or row.c or row.c0))
        boxes = self.assignment.boxes.keys()
        return next(
            (k for k in products if k not in self._split and not rows[k].wires <= boxes), None
        )

    def _factors(self, k: int, row: Reduced) -> Iterator[Option]:
        """Yield A = 0 and B = 0 for the row A B = 0."""
        self._split.add(k)
        for constant, form in ((row.b0, row.b), (row.a0, row.a)):
            yield _vanishing({0: constant, **form} if constant else form)
        self._split.discard(k)

    def _by_symbol(self, products: list[Reduced], rows: Rows) -> Iterator[Option] | None:
        boxes, p = self.assignment.boxes, self.assignment.p
        least: dict[
            int, int
        ] = {}  # unknowns in the shortest product with a wire: where a chain ends
        for row in products:
            inside = row.wires
            for w in inside - boxes.keys():
                least[w] = min(len(inside), least.get(w, len(inside)))
        candidates = sorted(least, key=lambda w: (least[w], w))[:_SYMBOLS]
        for symbol in candidates:
            self.assignment.steps -= 4 * len(rows)
            closed = closing(symbol, rows.values(), p)
            if closed is not None:
                self.assignment.steps -= _STEPS_OF_ROOTS * len(closed.demanded) ** 2
                return self._values(symbol, closed.values(p))
        return None


def _setting(values: Mapping[int, int]) -> Option:
    return lambda state: all(state.assign(w, v) for w, v in values.items())


def _vanishing(form: Mapping[int, int]) -> Option:
    def add(state: Assignment) -> bool:
        state.add_row(Row({}, {}, form))
        return True

    return add


def _busiest(products: list[Reduced], rows: Rows) -> int:
    """Return the wire in most rows: its value helps most."""
    counts: dict[int, int] = {}
    for row in products or rows.values():
        for w in row.wires:
            counts[w] = counts.get(w, 0) + 1
    return max(counts, key=lambda w: (counts[w], -w))
