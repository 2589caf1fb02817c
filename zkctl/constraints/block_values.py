"""The values of a finished block's wires, for gadgets that run on integers many times."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from zkctl.constraints.block import Block
from zkctl.constraints.hint_functions import BUILT_IN
from zkctl.constraints.linear import Terms

Side = tuple[tuple[int, int], ...]  # pairs (wire, coefficient)


class BlockValues:
    """A block prepared for evaluation: rows as pairs of wire and coefficient."""

    def __init__(self, block: Block) -> None:
        self.n_ports = block.n_ports
        self.n_wires = block.n_wires
        self.modulus = block.pool.modulus
        self.hints = block.hints.calls
        rows, values = block.rows, block.pool.values
        pairs = list(zip(rows.wires.tolist(), [values[k] for k in rows.coefficients.tolist()], strict=True))  # fmt: skip
        starts = rows.starts.tolist()
        self.sides: list[Side] = [tuple(pairs[i:j]) for i, j in itertools.pairwise(starts)]  # fmt: skip
        self.targets: list[int] = rows.targets.tolist()

    @property
    def is_data(self) -> bool:
        """True if no hint of the user's own is needed."""
        return all(call.function in BUILT_IN for call in self.hints)

    def of_ports(self, ports: Sequence[int]) -> list[int] | None:
        """Return the values of the block's own wires, or None if a constraint does not hold.  Shapes: n_ports -> n_wires - 1 - n_ports."""
        p = self.modulus
        values = [1, *ports, *[0] * (self.n_wires - 1 - self.n_ports)]
        sides = self.sides
        next_hint = 0
        for row, target in enumerate(self.targets):
            next_hint = self._hints_before(row, next_hint, values)
            a, b, c = sides[3 * row : 3 * row + 3]
            residue = _value(a, values) * _value(b, values) - _value(c, values)
            if target:
                values[target] = residue % p
            elif residue % p:
                return None
        self._hints_before(len(self.targets), next_hint, values)
        return values[1 + self.n_ports :]

    def _hints_before(self, row: int, k: int, values: list[int]) -> int:
        """Run the hints before a row, from the k-th on; returns the number of the next one."""
        while k < len(self.hints) and self.hints[k].before_row <= row:
            call = self.hints[k]
            inputs = [_terms_value(terms, values) % self.modulus for terms in call.inputs]
            results = BUILT_IN[call.function].evaluate(self.modulus, inputs, call.parameters)
            for wire, value in zip(call.outputs, results, strict=True):
                values[wire] = value
            k += 1
        return k


def _value(side: Side, values: Sequence[int]) -> int:
    total = 0
    for wire, coefficient in side:
        total += coefficient * values[wire]
    return total


def _terms_value(terms: Terms | Mapping[int, int], values: Sequence[int]) -> int:
    return sum(coefficient * values[wire] for wire, coefficient in terms.items())
