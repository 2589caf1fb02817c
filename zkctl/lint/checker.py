"""The check of certificates, the one part of lint to be trusted.  Decision 0064 defines its steps and says why each is sound.

A world is a set of pairs of satisfying assignments with equal inputs.  Variable 2 w is wire w in the first, 2 w + 1 in the second.
At the point each has a number: a linear form in random numbers, which is its value in a pair if they are the values of that pair.
A polynomial that is 0 there is 0 for every pair, but for a chance below degree / 2^128.  Any exception refuses a certificate.
"""

from copy import copy
from itertools import accumulate, pairwise, product
from math import gcd, prod
from operator import mul
from secrets import randbits
from typing import Any


def replay(system: Any, certificate: Any) -> frozenset[int]:
    """Return the outputs that a certificate proves unique; all, if nothing satisfies the system."""
    world = World(system, {})
    world.run(certificate)
    return frozenset(w for w in system.outputs if world.impossible or world.is_same([[[2 * w], 1]]))


def need(condition: object) -> None:
    """Refuse the certificate if the condition is false."""
    if not condition:
        raise ValueError("a condition of the step does not hold")


def random_numbers(p: int, n: int) -> Any:
    """Return random numbers (n,) below 2^128 <= p."""
    need(p >> 128)
    return [randbits(128) for _ in range(n)]


def numbers_of_sides(rows: Any, starts: Any, numbers: Any, p: int) -> list[Any]:
    """Return the numbers of the sides that begin at the starts but the last, of the numbers of wires."""
    terms = slice(starts[0], starts[-1])
    of_wires = map(numbers.__getitem__, rows.wires[terms].tolist())
    factors = map(rows.pool.__getitem__, rows.coefficients[terms].tolist())
    sums = [0, *accumulate(map(mul, of_wires, factors))]
    return [(sums[j] - sums[i]) % p for i, j in pairwise((starts - starts[0]).tolist())]


class Facts(dict[int, Any]):
    """Facts by their keys, None where there is none; those of a case lie above the facts of the world around it."""

    def __init__(self, below: Any) -> None:
        self.below = below

    def __missing__(self, key: int) -> Any:
        return None if self.below is None else self.setdefault(key, self.below[key])


class World:
    """Facts about all pairs.  Where it is symmetric, (y, x) is a pair if (x, y) is one: facts hold for exchanged variables."""

    def __init__(self, system: Any, bodies: Any) -> None:
        self.system, self.bodies, self.p, self.rows = system, bodies, system.modulus, system.rows
        self.n, self.n_equations = 2 * system.n_wires, 2 * len(self.rows)
        self.numbers = random_numbers(self.p, system.n_wires)
        self.point, self.range, self.equations = Facts(None), Facts(None), Facts(None)
        self.point.update(enumerate(random_numbers(self.p, self.n)))
        self.point.update((2 * w + 1, self.point[2 * w]) for w in system.inputs)
        self.symmetric, self.impossible = True, False
        for w, low, high in (0, 1, 1), *((w, 0, most) for w, most in system.given.items()):
            self.limit(2 * w, low, high)

    def run(self, steps: Any) -> None:
        """Run steps until no pair is left."""
        for name, *arguments in steps:
            if not self.impossible:
                getattr(self, f"step_{name}")(*arguments)

    def at(self, terms: Any, flip: int = 0) -> Any:
        """Return the number of a polynomial of degree 100 at most."""
        need(all(type(c) is int and len(m) <= 100 for m, c in terms))
        return sum([prod([self.point[v ^ flip] for v in m], start=c) for m, c in terms]) % self.p

    def is_same(self, terms: Any) -> bool:
        """Return whether a polynomial is the same in both assignments."""
        return bool(self.at(terms) == self.at(terms, 1))

    def equation(self, k: int) -> Any:
        """Return the number of an equation."""
        if k >= 2 * len(self.rows):
            return self.at(*self.equations[k])
        sides = ([c * self.point[2 * w + k % 2] for w, c in x.items()] for x in self.rows[k >> 1])
        a, b, c = map(sum, sides)
        return (a * b - c) % self.p

    def check(self, terms: Any, parts: Any) -> None:
        """Check that a polynomial is the sum of factor * equation, which is 0."""
        found = sum(self.at(factor) * self.equation(k) for k, factor in parts) % self.p
        need(self.impossible or found == self.at(terms))

    def interval(self, terms: Any) -> tuple[int, int]:
        """Return the range of a polynomial of integers; the corners of a product of more than 8 ranges are too many to try."""
        need(all(len(m) <= 8 for m, _ in terms))
        ends = [[c * prod(x) for x in product(*(self.range[v] for v in m))] for m, c in terms]
        return sum(map(min, ends)), sum(map(max, ends))

    def limit(self, variable: int, low: int, high: int) -> None:
        """Add that an integer in a range is congruent to a variable; none is far beyond p, so that ranges do not grow without end."""
        need(type(low) is type(high) is int and max(abs(low), abs(high)) < self.p**4)
        for v in {variable, variable ^ (self.is_same([[[variable], 1]]) or self.symmetric)}:
            least, most = self.range[v] or (low, high)
            if max(high, most) - min(low, least) >= self.p:  # another integer may lie in it
                least, most = low, high
            self.range[v] = least, most = max(low, least), min(high, most)
            self.impossible |= least > most
            if least == most:
                self.point[v] = least % self.p

    def append(self, terms: Any, flip: int) -> None:
        """Add two equations: a polynomial is 0, and so it is with variables exchanged if `flip` is 1."""
        self.at(terms)  # its variables are known
        self.equations.update({self.n_equations: (terms, 0), self.n_equations + 1: (terms, flip)})
        self.n_equations += 2

    def new(self, terms: Any) -> Any:
        """Return a new variable, the same in both assignments if a polynomial is."""
        first, second = random_numbers(self.p, 2)
        self.point.update({self.n: first, self.n + 1: first if self.is_same(terms) else second})
        self.n += 2
        return self.n - 2

    def step_zero(self, terms: Any, parts: Any) -> None:
        """Add an equation."""
        self.check(terms, parts)
        self.append(terms, self.symmetric)

    def step_define(self, terms: Any) -> None:
        """Define a variable as the value of a polynomial."""
        self.append([*terms, [[self.new(terms)], -1]], 1)

    def step_bound(self, v: int, s: int, rest: Any, parts: Any) -> None:
        """Bound v, of s * v + rest = 0."""
        self.check([[[v], s], *rest], parts)
        low, high = self.interval(rest)
        least, most = self.range[v] or (-self.p, self.p)
        need(s == 1 or (s > 0 and -self.p < low + s * least and high + s * most < self.p))
        self.limit(v, -(high // s), -low // s)

    def step_same(self, v: int, s: int, e: int, parts: Any) -> None:
        """Equate the variables of a pair, of s * v^e = s * (v + 1)^e, if powers are distinct."""
        need(0 < e <= 100 and s % self.p and gcd(e, self.p - 1) == 1)
        self.check([[[v] * e, s], [[v + 1] * e, -s]], parts)
        self.point[v + 1] = self.point[v]

    def step_square(self, v: int, s: int, d: int, parts: Any) -> None:
        """Refute s * (v^2 - d) = 0, if d is not a square."""
        self.check([[[v, v], s], [[], -s * d]], parts)
        need(s % self.p and pow(d, self.p // 2, self.p) == self.p - 1)
        self.impossible = True

    def step_split(self, reason: Any, lists: Any, proofs: Any, zeros: Any, limits: Any) -> None:
        """Keep what holds in both cases: a variable is at most an integer or not; a polynomial is 0 or has an inverse."""
        if type(reason[0]) is int:
            (v, k), (low, high) = reason, self.range[reason[0]]
            tested, cases = [[[v], 1]], [[v, low, k], [v, k + 1, high]]
        else:
            tested, v = reason, self.new(reason)
            cases = [reason, [[[], -1], *([[*m, v], c] for m, c in reason)]]
        insides = []
        for case, steps, shown in zip(cases, lists, proofs, strict=True):
            inside = copy(self)
            facts = self.point, self.range, self.equations
            inside.point, inside.range, inside.equations = map(Facts, facts)
            inside.symmetric = self.symmetric and self.is_same(tested)
            inside.append(case, inside.symmetric) if tested is reason else inside.limit(*case)
            inside.run(steps)
            for terms, parts in zip(zeros, shown, strict=True):
                inside.check(terms, parts)
            insides.append(inside)
        self.impossible = all(x.impossible for x in insides)
        for terms in zeros:
            self.append(terms, self.symmetric)
        for v, low, high in limits:
            live = [x.range[v] for x in insides if not x.impossible]
            need(all(low <= least and most <= high for least, most in live))
            self.limit(v, low, high)

    def step_template(self, path: Any, steps: Any, contract: Any = None) -> None:
        """Keep the facts of a body, which begins with its results too if a contract about its rows is believed."""
        body = self.system
        for number in path:
            body = body.copies[number].body
        self.bodies[id(body)] = World(self.system.believed(body, contract), self.bodies)
        self.bodies[id(body)].run(steps)

    def step_copy(self, number: int, reasons: Any, wires: Any) -> None:
        """Take over what is known of wires of a body, if the rows are its rows and the ports keep what it was given."""
        copy = self.system.copies[number]
        body, inside = copy.body, self.bodies[id(copy.body)]
        ports: Any = [[[[2 * w], c] for w, c in port.items()] for port in ({0: 1}, *copy.ports)]
        images = [self.numbers[w] for w in copy.wires.tolist()]
        images[: len(ports)] = [sum(c * self.numbers[v // 2] for (v,), c in x) for x in ports]
        starts = self.rows.starts[3 * copy.first_row :][: len(body.rows.starts)]
        wanted = numbers_of_sides(body.rows, body.rows.starts, images, self.p)
        need(wanted == numbers_of_sides(self.rows, starts, self.numbers, self.p))
        for (w, most), (terms, parts) in zip(body.given.items(), reasons, strict=True):
            self.check([*terms, *([v, -c] for v, c in ports[w])], parts)
            need(self.interval(terms)[0] >= 0 and self.interval(terms)[1] <= most)
        self.impossible = inside.impossible
        are_same = all(map(self.is_same, ports))
        for w in wires:
            (((v,), c),) = ports[w] if w < len(ports) else (((2 * int(copy.wires[w]),), 1),)
            need(c == 1)
            if are_same and inside.is_same([[[2 * w], 1]]):
                self.point[v + 1] = self.point[v]
            if inside.range[2 * w]:
                self.limit(v, *inside.range[2 * w])
