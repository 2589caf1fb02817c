"""Facts about a world, a set of satisfying assignments; each new fact is written into the certificate with its step.

docs/design/decisions/0040-lint.md defines the facts, and the words used here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from zkctl.lint.certificate import Certificate, Step, terms
from zkctl.lint.copies import KnownOfCopies, UsedCopy, open_rows
from zkctl.lint.forms import Key, Range, add_to, is_constant, meet, normal, scaled, signed
from zkctl.lint.system import Form, Row, System
from zkctl.lint.waiting import LONG, WaitingRows

_MISSING = object()


class _Mark(NamedTuple):
    """The lengths of the undo log and of the rows, and other values, at the beginning of a case."""

    n_trail: int
    n_rows: int
    n_wires: int
    steps: Certificate
    is_branch: bool


class Facts:
    """The facts of a world with an undo log, the steps that led to them, and the rows that deserve another visit."""

    def __init__(self, system: System, copies: Sequence[UsedCopy] = ()) -> None:
        self.modulus = system.modulus
        self.n_wires = system.n_wires
        self.n_rows = len(system.rows)
        self.inputs = system.inputs
        self.copies = copies
        self.rows = open_rows(system, copies)
        self.unique: set[int] = {0, *system.inputs}
        self.ranges: dict[int, Range] = {}
        self.roots: dict[int, tuple[int, ...]] = {}
        self.fixed: dict[int, int] = {}
        self.nonzero: set[Key] = set()
        self.zero: set[Key] = set()
        self._shapes: set[tuple[int, int, bool]] = (
            set()
        )  # of forms once in these: largest wire, length
        self.sums: dict[tuple[int, ...], Range] = {}
        self.solved: dict[int, int] = {}  # the row that solved a wire, in the order of solving
        self.spelled: dict[int, set[int]] = {}  # the digits that were read off a row
        self.divisors: dict[int, set[int]] = {}  # the wires of a form by which a row was divided
        self.functions: dict[int, int] = {}  # rows that say that a wire is a function of bits
        self.by_function: set[int] = set()  # those that made the wire unique
        self.named: dict[Key, int] = {}  # forms for which a wire was defined, and its row
        self.looked_at: set[int] = set()  # rows in which a form with a name was looked for
        self.eliminated: set[int] = set()  # hashes of parts that elimination has seen
        self.joined: set[int] = set()  # rows whose digits have a wire for their sum
        self.is_impossible = False
        self.steps: Certificate = []
        self.made_unique: dict[int, Sequence[int]] = {}  # by the step's id: it stays in the steps
        self.near: dict[int, list[int]] = {}
        self.long: dict[int, int] = {}  # the long rows and their numbers of terms
        self.to_visit, self.to_bound = WaitingRows(), WaitingRows()
        self.of_copies = KnownOfCopies()
        for k, copy in enumerate(copies):  # visited as the row -1 - k
            for wire in copy.wires:
                self.near.setdefault(wire, []).append(-1 - k)
        self.near.pop(0, None)
        self.show_rows(self.rows.numbers())
        numbers = range(-1, -1 - len(copies), -1)
        self.to_visit.add(numbers, self.long)
        self.to_bound.add(numbers, self.long)
        self.trail: list[tuple[Any, Any, Any]] = []
        self.is_branch = False
        self.work_in_cases = 0
        self.visited: set[int] = set()  # rows that were visited in cases
        self.failed: dict[Key, tuple[int, frozenset[int]]] = {}  # forms whose cases led to nothing
        for wire, bound in system.given.items():
            self.put_range(wire, (0, bound))

    def show_rows(self, numbers: Sequence[int]) -> None:
        """Let rows of the system be found by their wires, and visit them."""
        for k in numbers:
            row = self.rows[k]
            self._measure(k, row)
            for wire in {*row.a, *row.b, *row.c} - {0}:
                self.near.setdefault(wire, []).append(k)
        self.to_visit.add(numbers, self.long)
        self.to_bound.add(numbers, self.long)

    def grant(self, wires: Iterable[int]) -> None:
        """Add inputs, which are unique."""
        self.inputs = self.inputs.union(wires)
        for wire in wires:
            self._mark_unique(wire)

    def fold(self, form: Form) -> Form:
        """Return the form with fixed wires replaced by their values."""
        if self.fixed.keys().isdisjoint(form):
            return form
        constant, found = 0, {}
        for wire, value in form.items():
            if wire in self.fixed:
                constant += value * self.fixed[wire]
            else:
                found[wire] = value
        constant = (constant + found.pop(0, 0)) % self.modulus
        return {0: constant, **found} if constant else found

    def folded(self, k: int) -> Row:
        """Return the three forms of a row, folded."""
        a, b, c = self.rows[k]
        return Row(self.fold(a), self.fold(b), self.fold(c))

    def is_zero(self, form: Form) -> bool:
        """Return whether a folded form is 0 in every assignment."""
        if not form:
            return True
        return self._may_be_in(self.zero, form) and normal(form, self.modulus) in self.zero

    def is_nonzero(self, form: Form) -> bool:
        """Return whether a folded form is 0 in no assignment."""
        if is_constant(form):
            return bool(form)
        return self._may_be_in(self.nonzero, form) and normal(form, self.modulus) in self.nonzero

    def _may_be_in(self, where: set[Key], form: Form) -> bool:
        """Return whether a form has a largest wire and a length as one of the facts, which is quick to see."""
        return bool(where) and (max(form), len(form), where is self.zero) in self._shapes

    def linear(self, a: Form, b: Form, c: Form) -> dict[int, int] | None:
        """Return the form that a row says to be 0, if it says so of a linear form; of its folded sides."""
        p = self.modulus
        if self.is_zero(a) or self.is_zero(b):
            return scaled(c, p - 1, p)
        if is_constant(a):
            total = scaled(b, a[0], p)
        elif is_constant(b):
            total = scaled(a, b[0], p)
        else:
            return None
        add_to(total, c, p - 1, p)
        return total

    def unfolded(self, k: int) -> dict[int, int] | None:
        """Return the linear form of a row with a constant side, without folding."""
        a, b, c = self.rows[k]
        if not (is_constant(a) or is_constant(b)):
            return None
        total = scaled(b, a[0], self.modulus) if is_constant(a) and a else {}
        if not is_constant(a) and b:
            total = scaled(a, b[0], self.modulus)
        add_to(total, c, self.modulus - 1, self.modulus)
        return total

    def linear_of(self, k: int) -> dict[int, int] | None:
        """Return `linear(k)`."""
        return self.linear(*self.folded(k))

    def open_of(self, k: int) -> dict[int, int] | None:
        """Return `open(k)`: its wires that are not unique have together the same value in a pair."""
        a, b, c = self.folded(k)
        found = self.linear(a, b, c)
        if found is None and self.unique.issuperset(a) and self.unique.issuperset(b):
            return scaled(c, self.modulus - 1, self.modulus)
        return found

    def unknown(self, form: Form) -> list[int]:
        """Return the wires of a form that are not unique."""
        unique = self.unique
        return [wire for wire in form if wire not in unique]

    def is_proved(self, outputs: Sequence[int]) -> bool:
        """Return whether the outputs are unique, or no assignment is left."""
        return self.is_impossible or self.unique.issuperset(outputs)

    def values(self, wire: int, most: int) -> Sequence[int] | None:
        """Return the values that a wire may have, None if they are more than `most` or not known."""
        if wire in self.roots:
            found = self.roots[wire]
            return found if len(found) <= most else None
        low, high = self.ranges.get(wire, (0, most))
        if high - low >= most:
            return None
        return [z % self.modulus for z in range(low, high + 1)]

    def is_bit(self, wire: int) -> bool:
        """Return whether a wire is 0 or 1."""
        low, high = self.ranges.get(wire, (0, 2))
        return low >= 0 and high <= 1

    def extent(self, form: Form, factor: int) -> Range | None:
        """Return the range of a folded form times a factor, None if a wire has none or it is as wide as p."""
        low = high = 0
        p, ranges = self.modulus, self.ranges
        for wire, value in reversed(tuple(form.items())):  # of digits the widest first
            weight = signed(value * factor % p, p)
            if wire == 0:
                low, high = low + weight, high + weight
                continue
            if wire not in ranges:
                return None
            lo, hi = ranges[wire]
            if weight < 0:
                lo, hi = hi, lo
            low, high = low + weight * lo, high + weight * hi
            if high - low >= p:
                return None
        return low, high

    def _set(self, where: Any, key: Any, value: Any) -> None:
        if isinstance(where, set):
            if where is not self.unique:
                self._shapes.add((key[-1][0], len(key), where is self.zero))
            if key not in where:
                self.trail.append((where, key, _MISSING))
                where.add(key)
        else:
            self.trail.append((where, key, where.get(key, _MISSING)))
            where[key] = value

    def _measure(self, k: int, row: Row) -> None:
        n = len(row.a) + len(row.b) + len(row.c)
        if n >= LONG:
            self.long[k] = n

    def wake(self, wire: int) -> None:
        """Let the rows of a wire be visited again."""
        rows = self.near.get(wire, ())
        self.to_visit.add(rows, self.long)
        self.to_bound.add(rows, self.long)

    def learn_unique(self, wires: Sequence[int], step: Step) -> None:
        """Add that wires are unique."""
        self.steps.append(step)
        if not self.is_branch:
            self.made_unique[id(step)] = wires
        for wire in wires:
            self._mark_unique(wire)

    def _mark_unique(self, wire: int) -> None:
        if wire not in self.unique:
            self._set(self.unique, wire, None)
            self.to_visit.add(self.near.get(wire, ()), self.long)  # ranges do not depend on it

    def learn_range(self, wire: int, new: Range, step: Step) -> bool:
        """Add a range of a wire; return whether it says anything new."""
        if new[1] - new[0] >= self.modulus:
            return False
        old = self.ranges.get(wire)
        met = meet(old, new, self.modulus) if old else new
        if met == old:
            return False
        self.steps.append(step)
        self.put_range(wire, met)
        return True

    def put_range(self, wire: int, met: Range | None) -> None:
        """Set the range of a wire, without a step; None says that the world is impossible."""
        if met is None:
            self.set_impossible()
            return
        self._set(self.ranges, wire, met)
        self.wake(wire)
        if met[0] == met[1]:
            self._set(self.fixed, wire, met[0] % self.modulus)
            self._mark_unique(wire)

    def learn_values(self, wire: int, values: Sequence[int], step: Step) -> bool:
        """Add the values that a wire may have; return whether they say anything new."""
        found = sorted(set(values))
        if wire in self.roots:
            found = [value for value in found if value in self.roots[wire]]
        old = self.ranges.get(wire)
        near = [signed(value, self.modulus) for value in found]
        new = meet(old, (min(near), max(near)), self.modulus) if old and near else None
        if near and not old:
            new = (min(near), max(near))
        if new == old and self.roots.get(wire) == tuple(found):
            return False
        self.steps.append(step)
        self._set(self.roots, wire, tuple(found))
        if new != old or not near:
            self.put_range(wire, new if near else None)
        else:
            self.wake(wire)
        return True

    def learn_sum(self, wires: tuple[int, ...], new: Range, step: Step) -> None:
        """Add bounds of the number that binary digits spell."""
        self.steps.append(step)
        self._set(self.sums, wires, new)

    def learn_nonzero(self, form: Form, step: Step | None) -> None:
        """Add that a folded form, no constant, is not 0; without a step inside a case."""
        if step:
            self.steps.append(step)
        self._set(self.nonzero, normal(form, self.modulus), None)
        rare = min((wire for wire in form if wire), key=lambda wire: len(self.near.get(wire, ())))
        self.to_visit.add(
            self.near.get(rare, ()), self.long
        )  # rows with the form have all its wires

    def put_zero(self, form: Form) -> None:
        """Set a form to zero, without a step."""
        form = self.fold(form)
        if self.is_nonzero(form):
            self.set_impossible()
            return
        if not form:
            return
        wires = [wire for wire in form if wire]
        if len(wires) == 1:
            p = self.modulus
            value = signed(-form.get(0, 0) * pow(form[wires[0]], -1, p) % p, p)
            self.fix(wires[0], value)
        self.append_row(Row({}, {}, form))
        self._set(self.zero, normal(form, self.modulus), None)
        for wire in wires:
            self.wake(wire)

    def append_row(self, row: Row) -> int:
        """Add a row that follows from the others, without a step; return its number."""
        k = len(self.rows)
        self.rows.append(row)
        self._measure(k, row)
        for wire in {*row.a, *row.b, *row.c} - {0}:
            self.near.setdefault(wire, []).append(k)
        self.to_visit.add((k,), self.long)
        self.to_bound.add((k,), self.long)
        return k

    def define(self, a: Form, b: Form) -> int:
        """Add a wire for a product of forms; return it."""
        wire = self.n_wires
        self.n_wires += 1
        self.steps.append(["define", terms(a), terms(b)])
        self.append_row(Row(a, b, {wire: 1}))
        return wire

    def fix(self, wire: int, value: int) -> None:
        """Fix a wire to a signed value, without a step."""
        old = self.ranges.get(wire)
        new = (value, value)
        self.put_range(wire, meet(old, new, self.modulus) if old else new)

    def put_roots(self, wire: int, roots: set[tuple[int, ...] | None]) -> None:
        """Set the values of a wire without a step, if there is one list of them."""
        found = next(iter(roots))
        if len(roots) == 1 and found is not None and found != self.roots.get(wire):
            self._set(self.roots, wire, found)
            self.wake(wire)

    def put_unique(self, wires: set[int]) -> None:
        """Add that wires are unique, without a step."""
        for wire in sorted(wires):
            self._mark_unique(wire)

    def put_keys(self, where: set[Key], keys: set[Key]) -> None:
        """Add forms that are zero or nonzero, without a step."""
        for key in sorted(keys - where):
            self._set(where, key, None)
            for wire, _ in key:
                self.wake(wire)

    def set_impossible(self) -> None:
        """Note that the world is empty."""
        self.is_impossible = True

    def begin(self) -> _Mark:
        """Begin a case: return the mark to which `end` goes back."""
        mark = _Mark(len(self.trail), len(self.rows), self.n_wires, self.steps, self.is_branch)
        self.steps = []
        self.is_branch = True
        return mark

    def end(self, mark: _Mark) -> Certificate:
        """Forget what was learnt since `begin`; return its steps."""
        steps = self.steps
        n_trail, n_rows, self.n_wires, self.steps, self.is_branch = mark
        while len(self.trail) > n_trail:
            where, key, old = self.trail.pop()
            if isinstance(where, set):
                where.discard(key)
            elif old is _MISSING:
                del where[key]
            else:
                where[key] = old
        while len(self.rows) > n_rows:
            row = self.rows.pop()
            self.long.pop(len(self.rows), None)
            for wire in {*row.a, *row.b, *row.c} - {0}:
                self.near[wire].pop()
        self.is_impossible = False
        self.to_visit.clear()
        self.to_bound.clear()
        return steps
