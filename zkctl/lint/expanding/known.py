"""The checker's knowledge of variables after some steps, and the reading of polynomials with it."""

from __future__ import annotations

from typing import Any

Poly = dict[tuple[int, ...], int]  # the coefficient of each monomial, an ascending tuple


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


class Facts(dict[int, Any]):
    """Facts by their keys, None where there is none; those of a case lie above the facts of the world around it."""

    def __init__(self, below: Facts | None = None) -> None:
        super().__init__()
        self.below = below

    def __missing__(self, key: int) -> Any:
        return self.setdefault(key, None if self.below is None else self.below[key])


class KnownWorld:
    """The facts that the checker has, and polynomials read with them."""

    def __init__(self, system: Any) -> None:
        self.system = system
        self.p: int = system.modulus
        self.n_rows, self.n = len(system.rows), 2 * system.n_wires
        self.same = Facts()  # second variables that equal the first
        self.same.update((2 * w + 1, True) for w in (0, *system.inputs))
        self.range = Facts()
        self.range[0] = self.range[1] = 1, 1
        self.more = Facts()  # equations of steps; 1: variables exchanged
        self.n_equations = 2 * self.n_rows
        self.symmetric, self.impossible = 1, False
        for w, most in system.given.items():
            self.limit(2 * w, 0, most)

    def clean(self, q: Poly) -> Poly:
        """Return a polynomial with reduced coefficients that are not 0."""
        return {m: r for m, c in q.items() if (r := c % self.p)}

    def signed(self, c: int) -> int:
        """Return the integer next to 0 that is congruent to another."""
        return (c + self.p // 2) % self.p - self.p // 2

    def read(self, v: int) -> int:
        """Return the variable that stands for one."""
        return v - 1 if self.same[v] else v

    def poly(self, terms: Any, flip: int = 0) -> Poly:
        """Return a polynomial of terms, with aliases and known values put in."""
        total: Poly = {}
        same, ranges = self.same, self.range
        for variables, coefficient in terms:
            c: int = coefficient
            key: tuple[int, ...] = ()
            for variable in variables:
                v = variable ^ flip
                if v & 1 and same[v]:
                    v -= 1
                known = ranges[v]
                if known and known[0] == known[1]:
                    c *= known[0]
                else:
                    key = (*key, v) if key else (v,)
            if len(key) > 1:
                key = tuple(sorted(key))
            total[key] = total[key] + c if key in total else c
        return self.clean(total)

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
        return self.clean(total)

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
            add_product(total, self.clean(x), dict(b))
        return self.clean(total)

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
        return bool(low > least or high < most)
