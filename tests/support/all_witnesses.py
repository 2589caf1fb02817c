"""Enumerate every witness of a small circuit: the definition of soundness, tried out.

Only inputs and hints are free: a row with a target determines its wire.  A free wire gets its value where a row first needs it, so that
wrong guesses end early.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from zkctl.constraints.signals import Role
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.dsl import CompiledCircuit
from zkctl.field import PrimeField

SMALL_PRIMES = (7, 11, 13, 17, 31)
SMALL_FIELDS = [PrimeField(f"f{p}", p) for p in SMALL_PRIMES]

Side = list[tuple[int, int]]


def sides_of(program: WitnessProgram) -> list[Side]:
    """The terms of A, B, C of each row, one after the other."""
    pairs = list(
        zip(
            program.wires.tolist(),
            [program.pool[k] for k in program.coefficients.tolist()],
            strict=True,
        )
    )
    starts = program.starts.tolist()
    return [pairs[a:b] for a, b in pairwise(starts)]


class Enumerator:
    """Backtracking over the rows of one program."""

    def __init__(self, program: WitnessProgram) -> None:
        self.program = program
        self.p = program.field.modulus
        self.sides = sides_of(program)
        self.targets = program.targets.tolist()
        self.needs = [self._needed(row) for row in range(program.n_rows)]

    def _needed(self, row: int) -> list[int]:
        wires = {w for side in self.sides[3 * row : 3 * row + 3] for w, _ in side}
        return sorted(wires - {self.targets[row]})

    def witnesses(self, inputs: Sequence[int]) -> Iterator[list[int | None]]:
        values: list[int | None] = [None] * self.program.n_wires
        values[0] = 1
        first = self.program.first_input
        values[first : first + len(inputs)] = inputs
        yield from self._extend(0, values)

    def _extend(self, row: int, values: list[int | None]) -> Iterator[list[int | None]]:
        while row < self.program.n_rows:
            free = next((w for w in self.needs[row] if values[w] is None), None)
            if free is not None:
                for guess in range(self.p):
                    yield from self._extend(row, [*values[:free], guess, *values[free + 1 :]])
                return
            target = self.targets[row]
            if target:
                values[target] = 0
            a, b, c = (self._sum(side, values) for side in self.sides[3 * row : 3 * row + 3])
            residue = (a * b - c) % self.p
            if target:
                values[target] = residue
            elif residue:
                return
            row += 1
        yield values

    def _sum(self, side: Side, values: Sequence[int | None]) -> int:
        return sum(c * values[w] for w, c in side)  # type: ignore[operator]  # all are known here


def possible_outputs(compiled: CompiledCircuit, inputs: Sequence[int]) -> set[tuple[int, ...]]:
    """The public outputs of all witnesses with these inputs; empty if there is none."""
    program = compiled.program
    n_outputs = program.n_signals(Role.OUTPUT)
    found = set()
    for values in Enumerator(program).witnesses(inputs):
        outputs = values[1 : 1 + n_outputs]
        assert None not in outputs, "an output that no constraint determines"
        found.add(tuple(value for value in outputs if value is not None))
    return found
