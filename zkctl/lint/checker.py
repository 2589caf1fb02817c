"""The check of certificates, the one part of lint to be trusted.  Decision 0049 defines its steps and says why each is sound.

A world is a set of pairs of satisfying assignments with equal inputs.  Variable 2 w is wire w in the first, 2 w + 1 in the second.
"""

from __future__ import annotations

import json
from copy import copy
from hashlib import sha256
from math import gcd
from typing import Any

import numpy as np

from zkctl.errors import CheckFailed

Poly = dict[tuple[int, ...], int]  # the coefficient of each monomial, an ascending tuple

MALFORMED = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)


def replay(system: Any, certificate: Any) -> frozenset[int]:
    """Return the outputs that a certificate proves unique; all, if nothing satisfies the system.  Raises: CheckFailed."""
    world = World(system, {})
    for k, step in enumerate(certificate):
        try:
            world.run([step])
        except (CheckFailed, *MALFORMED) as problem:
            name = step[0] if isinstance(step, list) and step else step
            where = f"step {k} ({name}) of the certificate"
            raise CheckFailed("a condition of the step does not hold", where=where) from problem
    return frozenset(w for w in system.outputs if world.impossible or world.is_same(w))


def need(condition: object) -> None:
    """Refuse the step if the condition is false."""
    if not condition:
        raise CheckFailed("a condition of the step does not hold")


def add_product(total: Poly, x: Poly, y: Poly) -> None:
    """Add x * y."""
    for v, c in x.items():
        for w, d in y.items():
            key = tuple(sorted(v + w)) if v and w else v or w
            total[key] = total.get(key, 0) + c * d


class Facts(dict[int, Any]):
    """Facts by their keys, None where there is none; those of a case lie above the facts of the world around it."""

    def __init__(self, below: Facts | None = None) -> None:
        super().__init__()
        self.below = below

    def __missing__(self, key: int) -> Any:
        if self.below is None:
            return None
        return self.setdefault(key, self.below[key])


class World:
    """Facts about all pairs.  `symmetric` is 1 if (y, x) is one with (x, y): a fact then holds for exchanged variables too."""

    def __init__(self, system: Any, bodies: dict[Any, Any]) -> None:
        self.system, self.bodies = system, bodies
        self.p: int = system.modulus
        self.n_rows, self.n = len(system.rows), 2 * system.n_wires
        self.same = Facts()  # second variables that equal the first
        self.same.update((2 * w + 1, True) for w in (0, *system.inputs))
        self.range = Facts()  # a congruent integer lies in it
        self.range[0] = 1, 1
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
        return self.poly((((2 * w,), c) for w, c in side.items()), flip)

    def is_same(self, w: int) -> bool:
        """Return whether a wire is the same in both assignments."""
        return self.form({w: 1}, 0) == self.form({w: 1}, 1)

    def combination(self, parts: Any) -> Poly:
        """Return the sum of factor * equation, which is 0; the multiples of one long factor are added before they are expanded."""
        total: Poly = {}
        products: dict[Any, Poly] = {}
        for k, factor in parts:
            q, x = self.poly(factor), Poly()
            if 0 <= k < 2 * self.n_rows:
                a, b, c = (self.form(side, k & 1) for side in self.system.rows[k >> 1])
                add_product(total, {m: -d for m, d in q.items()}, c)
                add_product(x, q, a)
            else:
                equation, flip = self.more[k]
                x, b = self.poly(equation.items(), flip), q
            add_product(products.setdefault(tuple(sorted(b.items())), {}), {(): 1}, x)
        for b, x in products.items():
            add_product(total, self._clean(x), dict(b))
        return self._clean(total)

    def interval(self, q: Poly) -> tuple[int, int]:
        """Return the range of a polynomial."""
        low = high = 0
        for m, c in q.items():
            ends = [self._signed(c)]
            for v in m:
                ends = [x * y for x in (min(ends), max(ends)) for y in self.range[v]]
            low, high = low + min(ends), high + max(ends)
        return low, high

    def limit(self, variable: int, low: int, high: int) -> None:
        """Add that an integer in a range is congruent to a variable."""
        for v in {self.read(variable), self.read(variable ^ self.symmetric)}:
            least, most = old = self.range[v] or (low, low + self.p)
            if max(high, most) - min(low, least) < self.p:  # both ranges hold the same integer
                least, most = max(low, least), min(high, most)
            elif high - low < most - least:
                least, most = low, high
            if least > most:
                self.impossible = True
            elif (least, most) != old:
                self.range[v] = least, most

    def learn(self, q: Poly) -> None:
        """Add that a polynomial is 0, if it says so of a constant, or fixes a variable, or equates both orders of one."""
        variables = sorted(m[0] for m in q if len(m) == 1)
        if q.keys() == {()}:
            self.impossible = True
        elif len(variables) == len(q.keys() - {()}) == 1:
            c = self._signed(-q.get((), 0) * pow(q[(variables[0],)], -1, self.p))
            self.limit(variables[0], c, c)
        elif len(variables) == len(q) == 2 and sum(q.values()) % self.p == 0:
            first, second = variables
            if second == first ^ 1:
                self.same[second] = True
                if self.range[second]:
                    self.limit(first, *self.range[second])

    def append(self, q: Poly, flip: int) -> None:
        """Add two equations: a polynomial is 0, and so it is with variables exchanged if `flip` is 1."""
        self.more[self.n_equations] = q, 0
        self.more[self.n_equations + 1] = q, flip
        self.n_equations += 2

    def assume(self, case: Any) -> None:
        """Add the range of a variable, or an equation, which holds for exchanged variables too if the world is symmetric."""
        q: Poly = {} if type(case) is tuple else case
        self.append(q, self.symmetric)
        self.learn(q) if q is case else self.limit(*case)

    def new(self, q: Poly) -> Poly:
        """Return a new variable for each order, one if the variables of a polynomial have no order."""
        self.n += 2
        if all(self.read(v ^ 1) == v for m in q for v in m):
            self.same[self.n - 1] = True
        return {(self.n - 2,): 1}

    def zero(self, parts: Any) -> None:
        """Add a combination of equations as one."""
        self.assume(self.combination(parts))

    def define(self, terms: Any) -> None:
        """Define a variable as the value of a polynomial."""
        q = self.poly(terms)
        self.append({**q, **dict.fromkeys(self.new(q), -1)}, 1)

    def bound(self, parts: Any, variable: int) -> None:
        """Bound a variable of a combination that is linear in it."""
        q, v = self.combination(parts), self.read(variable)
        s = self._signed(q.pop((v,), 0))
        if not s:
            self.learn(q)
            return
        low, high = self.interval(q)
        if s not in (1, -1):  # the sum is the one multiple of p in its range
            ends = [s * end for end in self.range[v]]
            multiple = (high + max(ends)) // self.p * self.p
            need(low + min(ends) > multiple - self.p)
            low, high = low - multiple, high - multiple
        low, high = (-high, -low) if s > 0 else (low, high)
        self.limit(v, -(-low // abs(s)), high // abs(s))

    def split(self, reason: Any, lists: Any, zeros: Any, variables: Any) -> None:
        """Keep what holds in both cases: a variable is at most an integer or not; a polynomial is 0 or has an inverse."""
        if type(reason[0]) is int:
            v, k = self.read(reason[0]), reason[1]
            need(type(k) is int)
            q: Poly = {(v,): 1}
            cases: list[Any] = [(v, self.range[v][0], k), (v, k + 1, self.range[v][1])]
        else:
            q, inverse = self.poly(reason), Poly({(): -1})
            add_product(inverse, q, self.new(q))
            cases = [q, inverse]
        live, ranges = [], []
        for case, steps in zip(cases, lists, strict=True):
            inside = copy(self)
            inside.same, inside.range, inside.more = map(Facts, (self.same, self.range, self.more))
            inside.symmetric &= all(self.read(v ^ 1) == v for m in q for v in m)
            inside.assume(case)
            inside.run(steps)
            if not inside.impossible:
                known = map(inside.poly, zeros)
                need(all(not zero or (zero, 0) in inside.more.values() for zero in known))
                live.append(case)
                ranges.append([inside.range[inside.read(v)] for v in variables])
        self.impossible = not live
        self.assume(live[0] if len(live) == 1 else {})
        for terms in zeros:
            self.assume(self.poly(terms))
        for v, found in zip(variables, zip(*ranges, strict=True), strict=False):
            need(0 <= v < self.n)
            self.limit(v, min(low for low, _ in found), max(high for _, high in found))

    def power(self, parts: Any, v: int, w: int, e: int) -> None:
        """Equate v and w, of c * v^e = c * w^e, if powers are distinct; or refute c * v^2 + d = 0, of w = v."""
        q = self.combination(parts)
        need(e in map(len, q))
        c = q.pop((v,) * e)
        if v == w:
            square = -q.pop(()) * pow(c, -1, self.p)
            need(e == 2 and not q and pow(square, self.p // 2, self.p) == self.p - 1)
            self.impossible = True
        else:
            need(gcd(e, self.p - 1) == 1 and q == {(w,) * e: self.p - c})
            self.learn({(v,): 1, (w,): self.p - 1})

    def template(self, path: Any, steps: Any, believed: Any = None) -> None:
        """Keep the facts of a body: of steps, or believed by a contract with its rows' digest."""
        body = self.system
        for number in path:
            body = body.copies[number].body
        self.bodies[id(body)] = inside = World(body, self.bodies)
        inside.run(steps)
        if believed:
            rows = [[sorted([w, c] for w, c in side.items()) for side in row] for row in body.rows]
            text = json.dumps(rows, separators=(",", ":"))
            digest = sha256(text.encode()).hexdigest()
            need(believed == [self.system.contracts[body.title], digest])
            for w in body.outputs:
                inside.learn({(2 * w,): 1, (2 * w + 1,): self.p - 1})
            for w, most in body.promises.items():
                inside.limit(2 * w, 0, most)

    def copy(self, number: int, reasons: Any) -> None:
        """Take over the facts of a body, if the rows are its rows and the ports keep what it was given."""
        copy = self.system.copies[number]
        body, inside = copy.body, self.bodies[id(copy.body)]
        images = [{int(w): 1} for w in copy.wires]
        images[: 1 + len(copy.ports)] = [{0: 1}, *copy.ports]
        if (id(self.system), number) not in self.bodies:
            need(is_copy(self.system, copy, images))
            self.bodies[id(self.system), number] = copy
        for (w, most), parts in zip(body.given.items(), reasons, strict=True):
            q = self.combination(parts)
            add_product(q, {(): 1}, self.form(images[w], 0))
            low, high = self.interval(self._clean(q))
            need(low >= 0 and high <= most)
        self.impossible = inside.impossible
        are_same = all(self.form(port, 0) == self.form(port, 1) for port in copy.ports)
        for w in {*body.outputs, *range(1, 1 + len(copy.ports))}:
            if list(images[w].values()) == [1]:
                v = 2 * next(iter(images[w]))
                if are_same and inside.is_same(w):
                    self.learn(self.poly([[[v], 1], [[v + 1], -1]]))
                low, high = inside.range[inside.read(2 * w)] or (-1, 0)
                if low >= 0:
                    self.limit(v, low, high)


def is_copy(system: Any, copy: Any, images: Any) -> bool:
    """Return whether the rows from the copy's first one are those of its body with images in place of wires."""
    rows, body, first = system.rows, copy.body.rows, 3 * copy.first_row
    starts = rows.starts[first : first + len(body.starts)]
    terms = slice(starts[0], starts[-1])
    side, other_side = (np.repeat(np.arange(len(x) - 1), np.diff(x)) for x in (body.starts, starts))
    has_port = np.zeros(len(body.starts), bool)
    has_port[side[(body.wires > 0) & (body.wires <= len(copy.ports))]] = True
    for k in np.flatnonzero(has_port).tolist():
        total: dict[int, int] = {}
        for w, c in body.side(k).items():
            for x, d in images[w].items():
                total[x] = (total.get(x, 0) + c * d) % system.modulus
        if {x: c for x, c in total.items() if c} != rows.side(first + k):
            return False
    position = np.array([rows.position.get(c, -1) for c in body.pool])
    own = side, copy.wires[body.wires], position[body.coefficients]
    found = other_side, rows.wires[terms], rows.coefficients[terms]
    x, y = (np.stack(z)[:, ~has_port[z[0]]] for z in (own, found))
    x, y = (z[:, np.lexsort(z[:2])] for z in (x, y))
    return first >= 0 and not copy.wires[0] and np.array_equal(x, y)


STEPS = {
    name: getattr(World, name)
    for name in ("zero", "bound", "split", "define", "power", "template", "copy")
}
