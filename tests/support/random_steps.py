"""Random steps of certificates: what a prover without sense might write.  Most are refused; the others must be right."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.support.small_systems import SmallSystem, wires_of

Step = list[Any]


class StepMaker:
    """Makes steps that fit a system in their form."""

    def __init__(self, system: SmallSystem, random: Random) -> None:
        self.system = system
        self.random = random
        self.p = system.modulus
        self.n_rows = len(system.rows)

    def row(self) -> int:
        return self.random.randrange(self.n_rows + 1)  # one that a step may have appended

    def wires_of_row(self, k: int) -> list[int]:
        rows = self.system.rows
        found = wires_of(rows[k]) - {0} if k < len(rows) else set()
        return sorted(found) or list(range(1, self.system.n_wires))

    def wire(self, k: int | None = None) -> int:
        choices = self.wires_of_row(self.row() if k is None else k)
        return self.random.choice(choices)

    def factor(self) -> int:
        return self.random.choice([1, 1, self.p - 1, self.random.randrange(1, self.p)])

    def form(self) -> list[list[int]]:
        k = self.random.randrange(self.n_rows)
        side = dict(self.random.choice(self.system.rows[k]))
        if self.random.random() < 0.5 or not side:
            side[self.wire()] = self.factor()
        if self.random.random() < 0.3:
            side[0] = self.factor()
        return [[w, side[w]] for w in sorted(side)]

    def polynomial(self) -> list[Any]:
        if self.random.random() < 0.7:
            return [[[], self.factor()]]
        return [[[self.wire()], self.factor()]]

    def combination(self) -> list[Any]:
        return [[self.row(), self.polynomial()] for _ in range(self.random.choice([1, 1, 1, 2]))]

    def steps(self, depth: int) -> list[Step]:
        return [self.step(depth + 1) for _ in range(self.random.randint(0, 4))]

    def values(self) -> list[int]:
        return self.random.choice(
            [[0, 1], [0], [1], [0, 1, 2], list(range(self.p)), [self.random.randrange(self.p)] * 2]
        )

    def simple(self) -> Step:
        """Return a step without cases."""
        k, m = self.row(), self.factor()
        wires = self.random.sample(
            range(1, self.system.n_wires), self.random.randint(1, min(4, self.system.n_wires - 1))
        )
        w, side = self.wire(k), self.random.randrange(3)
        makers: list[Callable[[], Step]] = [
            lambda: ["solve", k],
            lambda: ["combine", [[self.row(), self.factor()], [k, m]]],
            lambda: ["divide", k],
            lambda: ["isolate", w, self.form(), self.combination()],
            lambda: ["roots", self.combination(), w, self.values()],
            lambda: ["roots", [[k, [[[], 1]]]], w, [0, 1]],
            lambda: ["range", k, m, w],
            lambda: ["product", k, m, w],
            lambda: ["table", k, w],
            lambda: ["digits", k, m],
            lambda: ["bits", k, m, wires],
            lambda: ["sum_range", k, m, w, wires],
            lambda: ["nonzero", k, side],
            lambda: ["apart", self.form(), m],
            lambda: ["cancel", k, side],
            lambda: ["contradiction", k],
            lambda: ["absurd", self.combination()],
            lambda: ["nonsquare", self.combination(), [[[w], 1]], m],
            lambda: ["root", self.combination(), w, self.random.choice([2, 3])],
            lambda: ["one_hot", k, [[self.row(), v] for v in wires]],
            lambda: ["quotient", k, self.row(), w, self.wire()],
            lambda: ["staircase", k, wires, [self.row() for _ in wires[1:]]],
            lambda: ["enumerate", self.wires_of_row(k), [k], [self.row()]],
            lambda: ["enumerate", wires, [k], [k]],
            lambda: ["define", self.form(), self.form()],
            lambda: ["derive", self.form(), self.form(), self.form(), self.combination()],
        ]
        return self.random.choice(makers)()

    def step(self, depth: int = 0) -> Step:
        """Return a step, one in five with cases."""
        if depth > 1 or self.random.random() < 0.8:
            return self.simple()
        kind = self.random.randrange(3)
        if kind == 0:
            return ["zero_or_not", self.form(), self.steps(depth), self.steps(depth)]
        if kind == 1:
            values = self.values()
            return ["by_value", self.wire(), values, [self.steps(depth) for _ in values]]
        bits = self.random.sample(
            range(1, self.system.n_wires), self.random.randint(1, min(4, self.system.n_wires - 1))
        )
        limit = self.random.randrange(2 ** len(bits))
        places = []
        for i in reversed(range(len(bits))):
            above = [] if limit >> i & 1 else [["contradiction", self.row()]]
            places.append([above, self.steps(depth)])
        return ["at_most", bits, limit, self.random.randrange(2), places]
