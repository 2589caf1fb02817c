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
from zkctl.lint.expanding.known import Facts, KnownWorld, Poly, add_product

ONE = [[[], 1]]


def explicit(system: Any, steps: Any) -> list[Any]:
    """Return the checker's steps.  Raises: CheckFailed if a step has no result that it could state."""
    world = ExplicitWorld(system, {})
    world.run(steps)
    return world.steps


def scaled(parts: Any, factor: int) -> list[Any]:
    """Return a combination times a number."""
    return [[k, [[m, c * factor] for m, c in terms]] for k, terms in parts]


class ExplicitWorld(KnownWorld):
    """The knowledge of the checker after some steps, and these steps."""

    def __init__(self, system: Any, bodies: dict[int, ExplicitWorld]) -> None:
        super().__init__(system)
        self.bodies = bodies
        self.steps: list[Any] = []

    def run(self, steps: Any) -> None:
        """Run steps until no pair is left."""
        for name, *arguments in steps:
            if not self.impossible:
                STEPS[name](self, *arguments)

    def data(self, q: Poly) -> list[Any]:
        """Return a polynomial as data, its coefficients next to 0."""
        return [[list(m), self.signed(c)] for m, c in q.items()]

    def learn(self, q: Poly, parts: Any) -> None:
        """Add that a polynomial is 0, the sum of parts, if it says so of a constant, or fixes a variable, or equates both orders of one."""
        variables = sorted(m[0] for m in q if len(m) == 1)
        if q.keys() == {()}:
            self.steps.append(["bound", 0, 1, [[[], self.signed(q[()]) - 1]], parts])
            self.impossible = True
        elif len(variables) == len(q.keys() - {()}) == 1:
            inverse = pow(q[(variables[0],)], -1, self.p)
            c = self.signed(-q.get((), 0) * inverse)
            if self.is_news(variables[0], c, c):
                self.steps.append(
                    ["bound", variables[0], 1, [[[], -c]], scaled(parts, self.signed(inverse))]
                )
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
        made: int = self.n
        self.n += 2
        if self.is_symmetric(q):
            self.same[made + 1] = True
        return made

    def zero(self, parts: Any) -> None:
        """Add a combination of equations as one."""
        q = self.combination(parts)
        self.steps.append(["zero", self.data(q), parts])
        self.assume(q)

    def learn_of(self, parts: Any) -> None:
        """Take what a combination says of one variable."""
        self.learn(self.combination(parts), parts)

    def same_of(self, v: int, factor: int, parts: Any) -> None:
        """Equate both variables of a pair, of a combination that is factor * (v - v')."""
        self.equate(v, v + 1, factor, 1, parts)

    def define(self, terms: Any) -> None:
        """Define a variable as the value of a polynomial."""
        q = self.poly(terms)
        self.steps.append(["define", self.data(q)])
        self.append({**q, (self.new(q),): -1}, 1)

    def bound(self, parts: Any, variable: int) -> None:
        """Bound a variable of a combination that is linear in it."""
        q, v = self.combination(parts), self.read(variable)
        s = self.signed(q.pop((v,), 0))
        if not s:
            self.learn(q, parts)
            return
        if s < 0:
            s, q, parts = -s, {m: -c for m, c in q.items()}, scaled(parts, -1)
        rest = {m: self.signed(c) for m, c in q.items()}
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
            reason, cases = self.data(q) or reason, [q, inverse]
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
            limits.append((case[0], *live[0][1].range_of(case[0])))
        else:
            assumed = case
        for shown in split[3]:
            if not assumed or shown is not live[0][2]:
                shown[0] = []
        for v in map(self.read, variables):
            found = [inside.range_of(v) for _, inside, _ in live]
            if found:
                need(all(found))
                limits.append((v, min(low for low, _ in found), max(high for _, high in found)))
        limits = [limit for limit in limits if self.is_news(*limit)]
        split += [self.data(q) for q in (assumed, *zeros)], [list(limit) for limit in limits]
        self.impossible = not live
        for limit in limits:
            self.limit(*limit)
        for q in (assumed, *zeros):
            self.assume(q)

    def range_of(self, v: int) -> Any:
        """Return the range of a variable, and write that it has the one of the variable that it equals."""
        if self.read(v) != v:
            self.steps.append(["bound", v, 1, [[[self.read(v)], -1]], []])
        return self.range[self.read(v)]

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
            bounds.append([as_data({m: self.signed(c) for m, c in self.clean(q).items()}), parts])
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
    "same": ExplicitWorld.same_of,
    "bound": ExplicitWorld.bound,
    "split": ExplicitWorld.split,
    "define": ExplicitWorld.define,
    "power": ExplicitWorld.power,
    "template": ExplicitWorld.template,
    "copy": ExplicitWorld.copy,
}
