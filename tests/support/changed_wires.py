"""Change wires of a valid witness: does a constraint notice, and what can a dishonest prover reach?"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.support.all_witnesses import sides_of
from zkctl.constraints.signals import Role
from zkctl.dsl import CompiledCircuit

IS_LONG = bool(os.environ.get("ZKCTL_MANY_LIES"))  # as make test-slow sets it
TERMS = 1_500_000 if IS_LONG else 300_000  # of all rows that are computed for one circuit: a second
MOST_WIRES = 2000 if IS_LONG else 500


class ChangedWires:
    """A compiled circuit with a valid witness."""

    def __init__(self, compiled: CompiledCircuit, values: Sequence[int]) -> None:
        program = compiled.program
        self.p = program.field.modulus
        self.sides = sides_of(program)
        self.targets: list[int] = program.targets.tolist()
        self.values = list(values)
        self.outputs = range(1, 1 + program.n_signals(Role.OUTPUT))
        self.inputs = range(program.first_input, program.first_input + program.n_inputs)
        self.names = {wire: name for _, wire, _, name in compiled.symbols()}
        self.rows: dict[int, set[int]] = defaultdict(set)
        for k, side in enumerate(self.sides):
            for wire, _ in side:
                self.rows[wire].add(k // 3)
        self.rng = random.Random(program.n_wires)

    def free_wires(self, most: int = MOST_WIRES) -> list[tuple[str, int]]:
        """Wires (of `most`, all outputs among them) that can have another value while all others stay, with that value."""
        inner = [wire for wire in range(1, len(self.values)) if wire not in self.inputs]
        chosen = inner if len(inner) <= most else [*self.outputs, *self.rng.sample(inner, most)]
        return [(self.names[wire], wrong) for wire in chosen for wrong in self._unnoticed(wire)]

    def _unnoticed(self, wire: int) -> Iterator[int]:
        true = self.values[wire]
        for wrong in self._others(true):
            self.values[wire] = wrong
            if not any(self._residue(row, self.values) for row in self.rows[wire]):
                yield wrong
        self.values[wire] = true

    def _others(self, true: int) -> list[int]:
        tried = {0, 1, (true + 1) % self.p, (self.p - true) % self.p, self.rng.randrange(self.p)}
        return sorted(tried - {true})

    def reached_outputs(self) -> Iterator[tuple[str, list[int]]]:
        """Hints with a wrong value for which all rows hold and an output differs: each such is a hole of the circuit.

        What the rows define from a hint follows it; the other hints keep their values.  As many hints are tried as `TERMS` allows.
        """
        defined = {target for target in self.targets if target}
        hints = [w for w in range(1, len(self.values)) if w not in defined and w not in self.inputs]
        self.rng.shuffle(hints)
        budget = TERMS
        for wire in hints:
            for wrong in self._others(self.values[wire]):
                budget -= sum(map(len, self.sides))
                if budget < 0:
                    return
                values = self._followed(wire, wrong)
                if values and any(values[k] != self.values[k] for k in self.outputs):
                    yield self.names[wire], [values[k] for k in self.outputs]

    def _followed(self, wire: int, wrong: int) -> list[int]:
        """All values after a change of one hint; none if a row refuses it."""
        values = list(self.values)
        values[wire] = wrong
        for row, target in enumerate(self.targets):
            if target:
                values[target] = 0
            residue = self._residue(row, values)
            if target:
                values[target] = residue
            elif residue:
                return []
        return values

    def _residue(self, row: int, values: Sequence[int]) -> int:
        a, b, c = (sum(k * values[w] for w, k in side) for side in self.sides[3 * row : 3 * row + 3])  # fmt: skip
        return (a * b - c) % self.p

    def broken_rows(self) -> list[int]:
        return [row for row in range(len(self.targets)) if self._residue(row, self.values)]
