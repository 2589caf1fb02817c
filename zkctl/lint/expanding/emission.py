"""Steps of the checker, as they are written: numbers of equations and variables are counted along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Poly = dict[Any, int]  # by ascending tuples of variables
Parts = list[tuple[int, Poly]]  # equations with their factors
Step = list[Any]
Case = Callable[["Emitter", int], None]


def times(x: Poly, y: Poly) -> Poly:
    """Return x * y."""
    total: Poly = {}
    for v, c in x.items():
        for w, d in y.items():
            key = tuple(sorted(v + w))
            total[key] = total.get(key, 0) + c * d
    return total


def add(*polynomials: Poly) -> Poly:
    """Return a sum."""
    total: Poly = {}
    for each in polynomials:
        for m, c in each.items():
            total[m] = total.get(m, 0) + c
    return total


def scale(parts: Parts, factor: Poly | int) -> Parts:
    """Return parts times a factor."""
    q = factor if isinstance(factor, dict) else {(): factor}
    return [(equation, times(own, q)) for equation, own in parts]


def flipped(q: Poly) -> Poly:
    """Return a polynomial with exchanged assignments."""
    return {tuple(sorted(v ^ 1 for v in m)): c for m, c in q.items()}


def exchanged(parts: Parts) -> Parts:
    """Return parts with exchanged assignments."""
    return [(equation ^ 1, flipped(q)) for equation, q in parts]


def difference(parts: Parts) -> Parts:
    """Return parts less the exchanged ones."""
    return parts + scale(exchanged(parts), -1)


def written(steps: list[Step]) -> Case:
    """Return the case of steps that are there already."""

    def write(inside: Emitter, _equation: int) -> None:
        inside.steps = steps

    return write


class Emitter:
    """The steps of one list, and the next numbers of an equation and a variable."""

    def __init__(self, p: int, n_rows: int, n_wires: int) -> None:
        self.p = p
        self.steps: list[Step] = []
        self.n_equations = 2 * n_rows
        self.n_variables = 2 * n_wires

    def fork(self) -> Emitter:
        """Return an emitter of the steps of a case."""
        made = Emitter.__new__(Emitter)
        made.__dict__.update(self.__dict__)
        made.steps = []
        return made

    def polynomial(self, q: Poly) -> list[Any]:
        """Return a polynomial as data, its coefficients next to 0."""
        half = self.p // 2
        return [[list(m), v] for m, c in sorted(q.items()) if (v := (c + half) % self.p - half)]

    def parts(self, parts: Parts) -> list[Any]:
        """Return a combination as data, each equation once."""
        total: dict[int, Poly] = {}
        for equation, q in parts:
            total[equation] = add(total[equation], q) if equation in total else q
        return [[k, data] for k, q in total.items() if (data := self.polynomial(q))]

    def _equation(self) -> int:
        self.n_equations += 2
        return self.n_equations - 2

    def zero(self, parts: Parts) -> int:
        """Add a combination as an equation; return its number."""
        self.steps.append(["zero", self.parts(parts)])
        return self._equation()

    def learn(self, parts: Parts) -> None:
        """Take what a combination says of one variable, without a number for it."""
        self.steps.append(["learn", self.parts(parts)])

    def same(self, v: int, factor: int, parts: Parts) -> None:
        """Equate both variables of a pair, of parts whose sum is factor * (v - v')."""
        self.steps.append(["same", v, factor, self.parts(parts)])

    def bound(self, parts: Parts, variable: int) -> None:
        """Bound a variable."""
        self.steps.append(["bound", self.parts(parts), variable])

    def define(self, q: Poly) -> tuple[int, int]:
        """Define a variable; return it and the equation q - variable."""
        self.steps.append(["define", self.polynomial(q)])
        self.n_variables += 2
        return self.n_variables - 2, self._equation()

    def split(
        self,
        reason: tuple[int, int] | Poly,
        cases: Sequence[Case],
        zeros: Iterable[Poly] = (),
        variables: Iterable[int] = (),
    ) -> tuple[int, int]:
        """Split on a variable that is at most a number, or on a polynomial; each case is written with the equation that it assumes.

        Returns the equation that holds afterwards if one case is left, and the first one of `zeros`.
        """
        zeros, lists = list(zeros), []
        if isinstance(reason, dict):
            self.n_variables += 2  # the inverse
        for case in cases:
            inside = self.fork()
            case(inside, inside._equation())
            lists.append(inside.steps)
        data = self.polynomial(reason) if isinstance(reason, dict) else list(reason)
        self.steps.append(
            ["split", data, lists, [self.polynomial(q) for q in zeros], list(variables)]
        )
        last = self._equation()
        self.n_equations += 2 * len(zeros)
        return last, last + 2
