"""Steps that state their results: the polynomials that combinations are, computed once here and only compared by the checker.

The steps of `emission` name combinations of equations.  This follows them with the facts that the checker has then (same numbers of
variables and equations), and writes the checker's steps.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from math import gcd
from typing import Any

from zkctl.lint.expanding.forms import need

Poly = dict[tuple[int, ...], int]  # the coefficient of each monomial, an ascending tuple

ONE = [[[], 1]]


def explicit(system: Any, steps: Any) -> list[Any]:
    """Return the checker's steps.  Raises: CheckFailed if a step has no result that it could state."""
    world = ExplicitWorld(system, {})
    world.run(steps)
    return world.steps


def add_product(total: Poly, x: Poly, y: Poly) -> None:
    """Add x * y."""
    if x.keys() == {()}:
        x, y = y, x
    if y.keys() == {()}:
        d = y[()]
        for v, c in x.items():
            total[v] = total.get(v, 0) + c * d
        return
    for v, c in x.items():
        for w, d in y.items():
            key = tuple(sorted(v + w)) if v and w else v or w
            total[key] = total.get(key, 0) + c * d


def scaled(parts: Any, factor: int) -> list[Any]:
    """Return a combination times a number."""
    return [[k, [[m, c * factor] for m, c in terms]] for k, terms in parts]


class Facts(dict[int, Any]):
    """Facts by their keys, None where there is none; those of a case lie above the facts of the world around it."""

    def __init__(self, below: Facts | None = None) -> None:
        super().__init__()
        self.below = below

    def __missing__(self, key: int) -> Any:
        if self.below is None:
            return None
        return self.setdefault(key, self.below[key])


class ExplicitWorld:
    """What the checker knows after some steps, and these steps."""

    def __init__(self, system: Any, bodies: dict[int, ExplicitWorld]) -> None:
        self.system, self.bodies = system, bodies
        self.p: int = system.modulus
        self.n_rows, self.n = len(system.rows), 2 * system.n_wires
        self.steps: list[Any] = []
        self.same = Facts()  # second variables that equal the first
        self.same.update((2 * w + 1, True) for w in (0, *system.inputs))
        self.range = Facts()
        self.range[0] = self.range[1] = 1, 1
        self.more = Facts()  # equations of steps; 1: variables exchanged
        self.n_equations = 2 * self.n_rows
        self.symmetric, self.impossible = 1, False
        for w, most in system.given.items():
            self.limit(2 * w, 0, most)

    def run(self, steps: Any) -> None:
        """Run steps until no pair is left."""
        for name, *arguments in steps:
            if not self.impossible:
                STEPS[name](self, *arguments)

    def _clean(self, q: Poly) -> Poly:
        return {m: r for m, c in q.items() if (r := c % self.p)}

    def _signed(self, c: int) -> int:
        return (c + self.p // 2) % self.p - self.p // 2

    def read(self, v: int) -> int:
        """Return the variable that stands for one."""
        return v - 1 if self.same[v] else v

    def poly(self, terms: Any, flip: int = 0) -> Poly:
        """Return a polynomial of terms, with aliases and known values put in."""
        total: Poly = {}
        for variables, coefficient in terms:
            c: int = coefficient
            key: tuple[int, ...] = ()
            for variable in variables:
                need(0 <= variable < self.n)
                v = variable ^ flip
                if v & 1 and self.same[v]:
                    v -= 1
                low, high = self.range[v] or (0, 1)
                if low == high:
                    c *= low
                else:
                    key = (*key, v)
            need(type(coefficient) is int)
            if len(key) > 1:
                key = tuple(sorted(key))
            total[key] = total.get(key, 0) + c
        return self._clean(total)

    def form(self, side: Any, flip: int) -> Poly:
        """Return a linear form of wires."""
        total: Poly = {}
        same, ranges = self.same, self.range
        for w, c in side.items():
            v = 2 * w + flip
            if flip and same[v]:
                v -= 1
            known = ranges[v]
            if known and known[0] == known[1]:
                total[()] = total.get((), 0) + c * known[0]
            else:
                total[(v,)] = total.get((v,), 0) + c
        return self._clean(total)

    def is_same(self, w: int) -> bool:
        """Return whether a wire is the same in both assignments."""
        return self.form({w: 1}, 0) == self.form({w: 1}, 1)

    def combination(self, parts: Any) -> Poly:
        """Return the sum of factor * equation, which is 0; the multiples of one long factor are added before they are expanded."""
        total: Poly = {}
        products: dict[Any, Poly] = {}
        for k, factor in parts:
            q, x = self.poly(factor), Poly()
            if k < 2 * self.n_rows:
                a, b, c = (self.form(side, k & 1) for side in self.system.rows[k >> 1])
                add_product(total, {m: -d for m, d in q.items()}, c)
                if not a or not b:
                    continue
                add_product(x, q, a)
            else:
                equation, flip = self.more[k]
                x, b = self.poly(equation.items(), flip), q
            if len(parts) == 1:
                add_product(total, x, b)
            else:
                add_product(products.setdefault(tuple(sorted(b.items())), {}), {(): 1}, x)
        for b, x in products.items():
            add_product(total, self._clean(x), dict(b))
        return self._clean(total)

    def interval(self, q: Poly) -> tuple[int, int]:
        """Return the range of a polynomial of integers."""
        low = high = 0
        for m, c in q.items():
            ends = [c]
            for v in m:
                ends = [x * y for x in (min(ends), max(ends)) for y in self.range[v]]
            low, high = low + min(ends), high + max(ends)
        return low, high

    def limit(self, variable: int, low: int, high: int) -> None:
        """Add that an integer in a range is congruent to a variable."""
        for v in {self.read(variable), self.read(variable ^ self.symmetric)}:
            least, most = self.range[v] or (low, high)
            if max(high, most) - min(low, least) >= self.p:
                least, most = low, high
            self.range[v] = least, most = max(low, least), min(high, most)
            self.impossible |= least > most

    def is_news(self, variable: int, low: int, high: int) -> bool:
        """Return whether a range says more than what is known; if both may be of different integers, the narrower one stays."""
        known = self.range[self.read(variable)]
        if not known:
            return True
        least, most = known
        if max(high, most) - min(low, least) >= self.p:
            return bool(high - low < most - least)
        return low > least or high < most

    def learn(self, q: Poly, parts: Any) -> None:
        """Add that a polynomial is 0, the sum of parts, if it says so of a constant, or fixes a variable, or equates both orders of one."""
        variables = sorted(m[0] for m in q if len(m) == 1)
        if q.keys() == {()}:
            self.steps.append(["bound", 0, 1, [[[], self._signed(q[()]) - 1]], parts])
            self.impossible = True
        elif len(variables) == len(q.keys() - {()}) == 1:
            inverse = pow(q[(variables[0],)], -1, self.p)
            c = self._signed(-q.get((), 0) * inverse)
            if self.is_news(variables[0], c, c):
                self.steps.append(["bound", variables[0], 1, [[[], -c]], scaled(parts, inverse)])
                self.limit(variables[0], c, c)
        elif len(variables) == len(q) == 2 and sum(q.values()) % self.p == 0:
            self.equate(variables[0], variables[1], q[(variables[0],)], 1, parts)

    def equate(self, first: int, second: int, s: int, e: int, parts: Any) -> None:
        """Add that both variables of a pair are equal, if they are one, of s * first^e - s * second^e = 0."""
        if second == first ^ 1:
            self.steps.append(["same", first, s, e, parts])
            self.take_same(first)

    def take_same(self, first: int) -> None:
        """Add that the second of a pair is the first, with the range that only the second has."""
        self.same[first + 1] = True
        known = self.range[first + 1]
        if known and self.is_news(first, *known):
            self.steps.append(["bound", first, 1, [[[first + 1], -1]], []])
            self.limit(first, *known)

    def append(self, q: Poly, flip: int) -> Any:
        """Add two equations: a polynomial is 0, and so it is with variables exchanged if `flip` is 1.  Returns the first as parts."""
        self.more[self.n_equations] = q, 0
        self.more[self.n_equations + 1] = q, flip
        self.n_equations += 2
        return [[self.n_equations - 2, ONE]]

    def assume(self, q: Poly) -> None:
        """Add an equation that the checker has, which holds for exchanged variables too if the world is symmetric."""
        self.learn(q, self.append(q, self.symmetric))

    def is_symmetric(self, q: Poly) -> bool:
        """Return whether a polynomial is the same in both assignments."""
        return bool(self.poly(q.items(), 1) == q)

    def new(self, q: Poly) -> int:
        """Return a new variable for each order, one if a polynomial has no order."""
        self.n += 2
        if self.is_symmetric(q):
            self.same[self.n - 1] = True
        return self.n - 2

    def zero(self, parts: Any) -> None:
        """Add a combination of equations as one."""
        q = self.combination(parts)
        self.steps.append(["zero", as_data(q), parts])
        self.assume(q)

    def learn_of(self, parts: Any) -> None:
        """Take what a combination says of one variable."""
        self.learn(self.combination(parts), parts)

    def define(self, terms: Any) -> None:
        """Define a variable as the value of a polynomial."""
        q = self.poly(terms)
        self.steps.append(["define", as_data(q)])
        self.append({**q, (self.new(q),): -1}, 1)

    def bound(self, parts: Any, variable: int) -> None:
        """Bound a variable of a combination that is linear in it."""
        q, v = self.combination(parts), self.read(variable)
        s = self._signed(q.pop((v,), 0))
        if not s:
            self.learn(q, parts)
            return
        if s < 0:
            s, q, parts = -s, {m: -c for m, c in q.items()}, scaled(parts, -1)
        rest = {m: self._signed(c) for m, c in q.items()}
        low, high = self.interval(rest)
        if s != 1:  # the sum is the one multiple of p in its range
            least, most = self.range[v]
            multiple = (high + s * most) // self.p * self.p
            need(low + s * least > multiple - self.p)
            rest[()] = rest.get((), 0) - multiple
            low, high = low - multiple, high - multiple
        if self.is_news(v, -(high // s), -low // s):
            self.steps.append(["bound", v, s, as_data(rest), parts])
            self.limit(v, -(high // s), -low // s)

    def split(self, reason: Any, lists: Any, zeros: Any, variables: Any) -> None:
        """Keep what holds in both cases: a variable is at most an integer or not; a polynomial is 0 or has an inverse."""
        if type(reason[0]) is int:
            v, k = self.read(reason[0]), reason[1]
            reason, q = [v, k], Poly({(v,): 1})
            cases: list[Any] = [(v, self.range[v][0], k), (v, k + 1, self.range[v][1])]
        else:
            q, inverse = self.poly(reason), Poly({(): -1})
            add_product(inverse, q, {(self.new(q),): 1})
            reason, cases = as_data(q) or reason, [q, inverse]
        written, proofs, live = [], [], []
        for case, steps in zip(cases, lists, strict=True):
            inside, start = self.case(self.symmetric & self.is_symmetric(q)), self.n_equations
            inside.begin(case)
            inside.run(steps)
            written.append(inside.steps)
            proofs.append([[[start, ONE]], *map(inside.proof, zeros)])
            if not inside.impossible:
                live.append((case, inside, proofs[-1]))
        self.steps.append(["split", reason, written, proofs])
        self._keep(live, zeros, variables)

    def case(self, symmetric: int) -> ExplicitWorld:
        """Return a world in which more may be assumed."""
        inside = copy(self)
        inside.same, inside.range, inside.more = map(Facts, (self.same, self.range, self.more))
        inside.steps, inside.symmetric = [], symmetric
        return inside

    def begin(self, case: Any) -> None:
        """Assume a range, or that a polynomial is 0; either has a number."""
        if type(case) is tuple:
            self.steps.append(["zero", [], []])
            self.assume({})
            self.limit(*case)
        else:
            self.assume(case)

    def proof(self, terms: Any) -> Any:
        """Return parts whose sum is a polynomial, which is an equation or reads as nothing."""
        zero = self.poly(terms)
        if self.impossible or not zero:
            return []
        found = next((k for k, known in self.more.items() if known == (zero, 0)), None)
        need(found is not None)
        return [[found, ONE]]

    def _keep(self, live: Any, terms: Any, variables: Any) -> None:
        """Write what holds in the cases that are left, first what the last one assumes, and keep it."""
        zeros, limits, assumed = list(map(self.poly, terms)), [], Poly()
        split = self.steps[-1]
        case = live[0][0] if len(live) == 1 else {}
        if type(case) is tuple:
            limits.append(case)
        else:
            assumed = case
        for shown in split[3]:
            if not assumed or shown is not live[0][2]:
                shown[0] = []
        for v in map(self.read, variables):
            found = [inside.range[inside.read(v)] for _, inside, _ in live]
            if found:
                need(all(found))
                limits.append((v, min(low for low, _ in found), max(high for _, high in found)))
        limits = [limit for limit in limits if self.is_news(*limit)]
        split += [as_data(q) for q in (assumed, *zeros)], [list(limit) for limit in limits]
        self.impossible = not live
        for q in (assumed, *zeros):
            self.assume(q)
        for limit in limits:
            self.limit(*limit)

    def power(self, parts: Any, v: int, w: int, e: int) -> None:
        """Equate v and w, of c * v^e = c * w^e, if powers are distinct; or refute c * v^2 + d = 0, of w = v."""
        q = self.combination(parts)
        need(e in map(len, q))
        c = q.pop((v,) * e)
        if v == w:
            square = -q.pop(()) * pow(c, -1, self.p) % self.p
            need(e == 2 and not q)
            self.steps.append(["square", v, c, square, parts])
            self.impossible = True
        else:
            need(gcd(e, self.p - 1) == 1 and q == {(w,) * e: self.p - c})
            first, s = (v, c) if v < w else (w, -c)
            self.equate(first, v + w - first, s, e, parts)

    def template(self, path: Any, steps: Any, believed: Any = None) -> None:
        """Keep the facts of a body: of steps, or believed by a contract with its rows' digest."""
        body = self.system
        for number in path:
            body = body.copies[number].body
        self.bodies[id(body)] = inside = ExplicitWorld(
            self.system.believed(body, believed), self.bodies
        )
        inside.run(steps)
        self.steps.append(["template", path, inside.steps, *([believed] if believed else [])])

    def copy(self, number: int, reasons: Any) -> None:
        """Take over the facts of a body, where the ports keep what it was given."""
        copy = self.system.copies[number]
        body, inside = copy.body, self.bodies[id(copy.body)]
        bounds = []
        for (w, _), parts in zip(body.given.items(), reasons, strict=True):
            q = self.combination(parts)
            add_product(q, {(): 1}, self.form(copy.ports[w - 1], 0))
            bounds.append([as_data({m: self._signed(c) for m, c in self._clean(q).items()}), parts])
        wires: list[int] = []
        self.steps.append(["copy", number, bounds, wires])
        self.impossible = inside.impossible
        are_same = all(self.form(port, 0) == self.form(port, 1) for port in copy.ports)
        for w in sorted({*body.outputs, *range(1, 1 + len(copy.ports))}):
            v = _variable_outside(copy, w)
            if v:
                self._take(
                    wires, w, v, same=are_same and inside.is_same(w), known=inside.range[2 * w]
                )

    def _take(self, wires: list[int], w: int, v: int, *, same: bool, known: Any) -> None:
        """Take over the facts of a wire of a body, for the variable v outside."""
        is_new = same and self.read(v + 1) != v
        if is_new:
            self.take_same(v)
        if is_new or (known and self.is_news(v, *known)):
            wires.append(w)
            if known:
                self.limit(v, *known)


def as_data(q: Poly) -> list[Any]:
    """Return a polynomial as data."""
    return [[list(m), c] for m, c in q.items()]


def _variable_outside(copy: Any, w: int) -> int:
    """Return the variable of the system for a result or a port of a body; 0 if there is none."""
    if w > len(copy.ports):
        return 2 * int(copy.wires[w])
    port = copy.ports[w - 1]
    return 2 * int(next(iter(port))) if list(port.values()) == [1] else 0


STEPS: dict[str, Callable[..., None]] = {
    "zero": ExplicitWorld.zero,
    "learn": ExplicitWorld.learn_of,
    "bound": ExplicitWorld.bound,
    "split": ExplicitWorld.split,
    "define": ExplicitWorld.define,
    "power": ExplicitWorld.power,
    "template": ExplicitWorld.template,
    "copy": ExplicitWorld.copy,
}
