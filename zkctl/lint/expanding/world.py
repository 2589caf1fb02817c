"""The facts of a world, a set of satisfying assignments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from zkctl.lint.expanding.emission import Emitter, Parts, Poly, difference, scale, times
from zkctl.lint.expanding.forms import Form, Polynomial, RowForms, as_polynomial, need, without_one

Key = tuple[tuple[int, int], ...]
_COPIED = (
    "more",
    "equations",
    "variables",
    "unique",
    "ranges",
    "roots",
    "root_equations",
    "functions",
    "nonzero",
    "zero",
    "sums",
    "limbs",
)


class World:
    """Facts about a set of satisfying assignments."""

    def __init__(self, system: Any, bodies: dict[int, World] | None = None) -> None:
        self.system = system
        self.bodies = {} if bodies is None else bodies  # worlds of bodies, by id; shared
        self.emitter = Emitter(system.modulus, len(system.rows), system.n_wires)
        self.is_single = False  # in a case of single assignments: nothing is shown of pairs
        self.p: int = system.modulus
        self.n_wires: int = system.n_wires
        self.rows: Sequence[Any] = system.rows
        self.more: list[tuple[Form, Form, Form]] = []  # rows that steps appended
        self.equations: list[tuple[int, int]] = []  # of each: equation * factor is A * B - C
        self.variables: dict[int, int] = {}  # of wires that steps defined
        self.unique: set[int] = {0, *system.inputs}
        self.ranges: dict[int, tuple[int, int]] = {}
        self.roots: dict[int, frozenset[int]] = {}
        self.root_equations: dict[int, tuple[int, list[int]]] = {}  # product of w - value is 0
        self.functions: dict[
            int, int
        ] = {}  # by row: the equation that a wire is a function of bits
        self.nonzero: dict[Key, tuple[int, Poly]] = {}  # equation: normal form * inverse - 1
        self.zero: dict[Key, tuple[int, int]] = {}  # equation * factor is the normal form
        self.sums: dict[tuple[int, ...], tuple[int, int]] = {}
        self.limbs: dict[tuple[int, ...], Any] = {}
        self.impossible = False
        self.touched: set[int] = set()  # wires with a new range or new roots since the case began
        for w, bound in system.given.items():
            self.meet(w, 0, bound)

    def copy(self) -> World:
        """Return a world with the same facts."""
        made = World.__new__(World)
        made.__dict__.update(self.__dict__)
        for name in _COPIED:
            setattr(made, name, getattr(self, name).copy())
        made.emitter = self.emitter.fork()
        made.touched = set()
        return made

    # Forms and rows

    def signed(self, value: int) -> int:
        """Return the integer next to 0 that is congruent to a value."""
        return (value + self.p // 2) % self.p - self.p // 2

    def scaled(self, form: Mapping[int, int], m: int) -> Form:
        """Return m * form."""
        return {w: v for w, c in form.items() if (v := c * m % self.p)}

    def added(self, x: Mapping[int, int], y: Mapping[int, int], m: int) -> Form:
        """Return x + m * y."""
        total = {**x, **{w: x.get(w, 0) + c * m for w, c in y.items()}}
        return self.scaled(total, 1)

    def wire(self, w: Any) -> int:
        """Check the number of a wire other than 0."""
        need(type(w) is int and 0 < w < self.n_wires)
        return int(w)

    def factor(self, m: Any) -> int:
        """Check a field element that is not 0."""
        need(type(m) is int and 0 < m < self.p)
        return int(m)

    def form(self, pairs: Any) -> Form:
        """Return a form of a step."""
        found = {0 if w == 0 else self.wire(w): self.factor(c) for w, c in pairs}
        need(len(found) == len(pairs))
        return found

    def row(self, k: Any) -> RowForms:
        """Return A, B and C of a row."""
        n = len(self.rows)
        need(type(k) is int and 0 <= k < n + len(self.more))
        return RowForms(*(self.rows[k] if k < n else self.more[k - n]))

    def fixed(self, w: int) -> int | None:
        """Return the value of a fixed wire."""
        low, high = (1, 1) if w == 0 else self.ranges.get(w, (0, 1))
        return low if low == high else None

    def fold(self, form: Mapping[int, int]) -> Form:
        """Return the form with the values of fixed wires."""
        found: Form = {}
        for w, c in form.items():
            value = self.fixed(w)
            place, part = (w, c) if value is None else (0, c * value)
            found[place] = found.get(place, 0) + part
        return self.scaled(found, 1)

    def folded(self, k: Any) -> RowForms:
        """Return A, B and C of a row with the values of fixed wires."""
        return RowForms(*map(self.fold, self.row(k)))

    def linear(self, k: Any) -> Form | None:
        """Return the form that a row sets to zero; None if the row has a product."""
        a, b, c = self.folded(k)
        if self.is_zero(a) or self.is_zero(b):
            return self.scaled(c, -1)
        if without_one(a) and without_one(b):
            return None
        factor, other = (b[0], a) if without_one(a) else (a[0], b)
        return self.added(self.scaled(other, factor), c, -1)

    def open(self, k: Any) -> Form:
        """Return a form whose part with loose wires is equal in both assignments of a pair."""
        found = self.linear(k)
        if found is None:
            a, b, c = self.folded(k)
            need(not self.loose(a, b))
            found = self.scaled(c, -1)
        return found

    def loose(self, *forms: Iterable[int]) -> set[int]:
        """Return the wires that are not unique."""
        return {w for form in forms for w in form if w not in self.unique}

    def only_loose(self, *forms: Iterable[int]) -> int:
        """Return the one wire that is not unique."""
        found = self.loose(*forms)
        need(len(found) == 1)
        return found.pop()

    def normal(self, form: Form) -> Key:
        """Return the form divided by the coefficient of its largest wire."""
        inverse = pow(form[max(form)], -1, self.p)
        return tuple(sorted(self.scaled(form, inverse).items()))

    def is_zero(self, form: Form) -> bool:
        """Return whether a folded form is known to be 0."""
        return not form or (bool(without_one(form)) and self.normal(form) in self.zero)

    def is_nonzero(self, form: Form) -> bool:
        """Return whether a folded form is known not to be 0."""
        return bool(form) and (not without_one(form) or self.normal(form) in self.nonzero)

    def interval(self, form: Mapping[int, int]) -> tuple[int, int]:
        """Return the range of a form with signed coefficients."""
        low = high = 0
        for w, c in form.items():
            least, most = (1, 1) if w == 0 else self.ranges[w]
            ends = self.signed(c) * least, self.signed(c) * most
            low, high = low + min(ends), high + max(ends)
        return low, high

    def is_bit(self, w: int) -> bool:
        """Return whether the range of a wire is within 0 .. 1."""
        low, high = self.ranges[w]
        return low >= 0 and high <= 1

    def n_values(self, w: int) -> int:
        """Return the number of values that a wire may have."""
        if w in self.roots:
            return len(self.roots[w])
        low, high = self.ranges[w]
        return high - low + 1

    def values(self, wires: Iterable[int], most: int) -> Iterator[dict[int, int]]:
        """Yield all combinations of the values of wires.  Refuses more than `most`."""
        wires = list(wires)
        need(prod(map(self.n_values, wires)) <= most)
        known = [self.roots[w] if w in self.roots else range(self.ranges[w][0], self.ranges[w][1] + 1) for w in wires]  # fmt: skip
        for chosen in product(*known):
            yield dict(zip(wires, (value % self.p for value in chosen), strict=True))

    def value(self, form: Mapping[int, int], at: Mapping[int, int]) -> int:
        """Return a form of wires whose values are given."""
        return sum(c * (at[w] if w else 1) for w, c in form.items()) % self.p

    # Polynomials

    def polynomial(self, pairs: Any) -> Polynomial:
        """Return a polynomial of a step."""
        found = {tuple(map(self.wire, wires)): self.factor(c) for wires, c in pairs}
        need(len(found) == len(pairs))
        return found

    def reduced(self, terms: Iterable[tuple[tuple[int, ...], int]]) -> Polynomial:
        """Return a sum of terms, with the values of fixed wires."""
        total: Polynomial = {}
        for wires, coefficient in terms:
            left, c = [], coefficient
            for w in wires:
                value = self.fixed(w)
                if value is None:
                    left.append(w)
                else:
                    c *= value
            key = tuple(sorted(left))
            total[key] = total.get(key, 0) + c
        return self.cleared(total)

    def times(self, x: Polynomial, y: Polynomial) -> Polynomial:
        """Return a product of polynomials without fixed wires."""
        total: Polynomial = {}
        for v, c in x.items():
            for w, d in y.items():
                key = tuple(sorted(v + w)) if v and w else v or w
                total[key] = total.get(key, 0) + c * d
        return self.cleared(total)

    def difference(self, x: Polynomial, y: Polynomial, m: int = 1) -> Polynomial:
        """Return x - m * y."""
        return self.cleared({**x, **{w: x.get(w, 0) - m * c for w, c in y.items()}})

    def cleared(self, terms: Polynomial) -> Polynomial:
        """Return a polynomial with reduced coefficients that are not 0."""
        p = self.p
        return {wires: v for wires, c in terms.items() if (v := c % p)}

    def residue(self, sides: Sequence[Form]) -> Polynomial:
        """Return A * B - C with the values of fixed wires."""
        a, b, c = (as_polynomial(self.fold(side)) for side in sides)
        return self.difference(self.times(a, b), c)

    def combination(self, parts: Any) -> Polynomial:
        """Return the sum of polynomial * (A * B - C), which is 0."""
        total: Polynomial = {}
        for k, pairs in parts:
            factor = self.reduced(self.polynomial(pairs).items())
            total = self.difference(total, self.times(factor, self.residue(self.row(k))), -1)
        return total

    # New facts

    def meet(self, w: int, low: int, high: int) -> None:
        """Add the fact that a wire is congruent to an integer between two."""
        if low > high:
            self.impossible = True
        if low > high or high - low >= self.p:
            return
        old = self.ranges.get(w)
        if old and max(high, old[1]) - min(low, old[0]) < self.p:
            low, high = max(low, old[0]), min(high, old[1])
            if low > high:
                self.impossible = True
                return
        elif old and old[1] - old[0] <= high - low:
            return
        self._set_range(w, low, high)

    def _set_range(self, w: int, low: int, high: int) -> None:
        self.touched.add(w)
        self.ranges[w] = low, high
        if low == high:
            self.unique.add(w)

    def take(self, w: int, values: Iterable[int]) -> None:
        """Add the fact that a wire has one of these values."""
        found, old = frozenset(values), self.roots.get(w)
        found = found if old is None else found & old
        if not found:
            self.impossible = True
            return
        self.touched.add(w)
        self.roots[w] = found
        ends = [self.signed(value) for value in found]
        self.meet(w, min(ends), max(ends))

    def set_zero(self, form: Form, equation: int) -> None:
        """Add the fact that a form is 0, as an equation says."""
        form = self.fold(form)
        wires = without_one(form)
        if self.is_nonzero(form):
            if wires:
                inverse, parts = self.inverse(form)
                self.emitter.learn([(equation, inverse), *scale(parts, -1)])
            self.impossible = True
        elif form:
            if len(wires) == 1:
                (w,) = wires
                value = self.signed(-form.get(0, 0) * pow(form[w], -1, self.p))
                self.meet(w, value, value)
            self.more.append(({}, {}, form))
            self.equations.append((equation, -1))
            self.zero[self.normal(form)] = equation, pow(form[max(form)], -1, self.p)

    # Parts of the checker's steps

    def variable(self, w: int) -> int:
        """Return the variable of a wire in the first assignment."""
        return self.variables[w] if w >= self.system.n_wires else 2 * w

    def of(self, form: Mapping[int, int]) -> Poly:
        """Return a form in the checker's variables."""
        return {(self.variable(w),) if w else (): c for w, c in form.items()}

    def of_polynomial(self, terms: Any) -> Poly:
        """Return a polynomial in the checker's variables."""
        return {tuple(sorted(map(self.variable, wires))): c for wires, c in terms}

    def row_parts(self, k: int, factor: Poly | int = 1) -> Parts:
        """Return the parts whose sum is factor * (A * B - C)."""
        n, q = len(self.rows), factor if isinstance(factor, dict) else {(): factor}
        if k < n:
            return [(2 * k, q)]
        equation, own = self.equations[k - n]
        return [(equation, times(q, {(): own}))]

    def zero_parts(self, form: Form) -> Parts:
        """Return the parts whose sum is a form that is known to be 0."""
        if not form:
            return []
        equation, own = self.zero[self.normal(form)]
        return [(equation, {(): own * form[max(form)]})]

    def inverse(self, form: Form) -> tuple[Poly, Parts]:
        """Return the inverse of a form that is not 0, and the parts whose sum is form * inverse - 1."""
        if not without_one(form):
            return {(): pow(form[0], -1, self.p)}, []
        equation, inverse = self.nonzero[self.normal(form)]
        return times(inverse, {(): pow(form[max(form)], -1, self.p)}), [(equation, {(): 1})]

    def set_nonzero(self, form: Form, equation: int, inverse: Poly) -> None:
        """Add that a form is not 0, of an equation form * inverse - 1."""
        self.nonzero[self.normal(form)] = equation, times(inverse, {(): form[max(form)]})

    def linear_parts(self, k: int) -> Parts:
        """Return the parts whose sum is linear(k)."""
        if not self.zero:
            return self.row_parts(k)
        a, b, _ = self.folded(k)
        parts = self.row_parts(k)
        for side, other in ((a, b), (b, a)):
            if self.is_zero(side):
                found = self.zero_parts(side) if side else []
                return parts + scale(found, times({(): -1}, self.of(other)))
        return parts

    def open_parts(self, k: int) -> Parts:
        """Return the parts whose sum is open(k), or A * B - C with unique A and B."""
        is_linear = self.zero and self.linear(k) is not None
        return self.linear_parts(k) if is_linear else self.row_parts(k)

    def combination_parts(self, parts: Any) -> Parts:
        """Return the parts of a combination of a step."""
        found: Parts = []
        for k, pairs in parts:
            found += self.row_parts(k, self.of_polynomial(pairs))
        return found

    def make_unique(self, w: int, factor: int, parts: Parts) -> None:
        """Add that a wire is unique, of parts whose sum is factor * w plus terms that are the same in both assignments."""
        if not self.is_single:
            self.emitter.same(self.variable(w), self.signed(factor), difference(parts))
        self.unique.add(w)

    def difference_of(self, w: int) -> Poly:
        """Return the difference of both orders of a wire."""
        v = self.variable(w)
        return {(v,): 1, (v ^ 1,): -1}

    def join(self, cases: Sequence[World], *, joint: bool) -> None:
        """Keep what holds in every case; at least two of them are left."""
        own = range(self.n_wires)
        if joint:
            self.unique = set.intersection(*(case.unique for case in cases)).intersection(own)
        for w, (low, high) in self.hulls(cases).items():
            self._set_range(w, low, high)

    def hulls(self, cases: Sequence[World]) -> dict[int, tuple[int, int]]:
        """Return the ranges that are the hulls of those of all cases."""
        found = {}
        for w in set().union(*(case.touched for case in cases)).intersection(range(self.n_wires)):
            if all(w in case.ranges for case in cases):
                low = min(case.ranges[w][0] for case in cases)
                high = max(case.ranges[w][1] for case in cases)
                if high - low < self.p and (low, high) != self.ranges.get(w):
                    found[w] = low, high
        return found
