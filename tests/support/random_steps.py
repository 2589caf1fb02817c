"""Random steps of certificates: what a prover without sense might write.  Most are refused; the others must be right."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.support.small_systems import SmallSystem
from zkctl.lint.expanding.explicit import ExplicitWorld as World

Step = list[Any]


class StepMaker:
    """Makes steps that fit a world in their form."""

    def __init__(self, system: SmallSystem, random: Random) -> None:
        self.random = random
        self.p = system.modulus
        self.n_rows = len(system.rows)
        self.n_wires = system.n_wires

    def variable(self, world: World) -> int:
        return self.random.randrange(2, max(world.n, 3))

    def factor(self) -> int:
        return self.random.choice([1, 1, self.p - 1, self.random.randrange(1, self.p)])

    def polynomial(self, world: World) -> list[Any]:
        kind = self.random.random()
        v = self.variable(world)
        if kind < 0.5:
            return [[[], self.factor()]]
        if kind < 0.7:
            return [[[v], self.factor()]]
        if kind < 0.85:
            return [[[v], 1], [[v ^ 1], self.p - 1]]
        return [[[v], self.factor()], [[self.variable(world)], self.factor()], [[], self.factor()]]

    def combination(self, world: World) -> list[Any]:
        n = 2 * self.n_rows + len(world.more)
        parts: list[Any] = []
        if self.random.random() < 0.5:  # a row or the difference of its orders
            k, m = self.random.randrange(n), self.factor()
            return [[k, [[[], m]]], [k ^ 1, [[[], self.p - m]]]][: self.random.choice([1, 2])]
        for _ in range(self.random.choice([1, 1, 1, 2])):
            k = self.random.choice([self.random.randrange(n), n - 1, n - 2 if n > 1 else 0])
            factor = self.polynomial(world)
            parts.append([k, factor])
            if self.random.random() < 0.5:  # the difference of both orders
                other = [[[v ^ 1 for v in m], self.p - c] for m, c in factor]
                parts.append([k ^ 1, other])
        return parts

    def known(self, world: World, parts: list[Any]) -> tuple[list[int], list[int]]:
        """The variables of a combination, and those in it that have a range."""
        try:
            found = sorted({v for m in world.combination(parts) for v in m})
        except LookupError:
            found = []
        return found or [2], [v for v in found if world.range[v]] or [2]

    def step(self, world: World, depth: int = 0) -> Step:
        """Return a step, one in five with cases."""
        random, parts = self.random, self.combination(world)
        variables, bounded = self.known(world, parts)
        v = random.choice(random.choice([variables, bounded]))
        kind = random.random()
        if kind < 0.25:
            return ["zero", parts]
        if kind < 0.5:
            return ["bound", parts, v]
        if kind < 0.6:
            return ["define", [[[v], 1], [[v ^ 1], self.p - 1]]]
        if kind < 0.65:
            return self.power(world, parts)
        if kind < 0.7 or depth > 1:
            return ["define", self.polynomial(world)]
        return self.split(world, depth)

    def power(self, world: World, parts: list[Any]) -> Step:
        try:
            found = list(world.combination(parts))
        except LookupError:
            found = []
        first, last = (found[0], found[-1]) if found else ((2,), (2,))
        if len(found) > 1 and not first:
            first = last
        v, e = (first or (2,))[0], len(first) or 1
        return ["power", parts, v, (last or (v,))[0], e]

    def split(self, world: World, depth: int) -> Step:
        random = self.random
        bounded = [v for v, known in world.range.items() if known and v > 1]
        reason: list[Any] = self.polynomial(world)
        if bounded and random.random() < 0.5:
            v = random.choice(bounded)
            low, high = world.range[v]
            reason = [v, random.randint(low - 1, high)]
        lists = [[self.step(world, depth + 1) for _ in range(random.randint(0, 3))] for _ in "01"]
        zeros = []
        if random.random() < 0.4:
            v = self.variable(world)
            zeros = [random.choice([self.polynomial(world), [[[v], 1], [[v ^ 1], self.p - 1]]])]
        kept = [random.choice(bounded)] if bounded and random.random() < 0.6 else []
        if type(reason[0]) is int and random.random() < 0.3:
            kept = [reason[0]]
        return ["split", reason, lists, zeros, kept]
