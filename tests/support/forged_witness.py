"""Witnesses of a dishonest prover: an honest one in which a wire, a hint or the reading of a wire is changed, and what follows recomputed.

A prover may write any number into any wire.  `ForgedWitness.broken` says which rows then do not hold: none is a hole in the circuit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.all_witnesses import sides_of
from zkctl.constraints.advice.calls import advice_runners
from zkctl.constraints.gadget_calls import GadgetCall
from zkctl.constraints.hint_results import hint_results
from zkctl.constraints.linear import Terms
from zkctl.dsl import CompiledCircuit
from zkctl.errors import ZkctlError


@dataclass(frozen=True)
class Reading:
    """One call of a gadget takes a wire for another value, as if it were another wire."""

    call: GadgetCall
    wire: int
    value: int


class ForgedWitness:
    """A compiled circuit without simplification, and an honest witness of it."""

    def __init__(self, compiled: CompiledCircuit, inputs: Mapping[str, Any]) -> None:
        self.program = compiled.program
        assert self.program.kept is None, "simplification renumbers the wires"
        self.p = self.program.field.modulus
        self.honest = compiled.witness(**inputs)
        self.sides = sides_of(self.program)
        self.targets: list[int] = self.program.targets.tolist()
        self.calls = list(compiled.gadget_calls())
        self.names = {name.removeprefix("main."): wire for _, wire, _, name in compiled.symbols()}
        self.functions = {
            **advice_runners(self.program.advice, self.p, None),
            **compiled.user_hints,
        }

    # -- finding wires

    def wire(self, name: str) -> int:
        """The wire of an input or output."""
        return self.names[name]

    def value(self, name: str) -> int:
        return self.honest[self.names[name]]

    def call(self, gadget: str, number: int = 0, *, first: int | None = None) -> GadgetCall:
        """The call of a gadget by the end of its name, counted from 0, among those whose first argument is a constant."""
        found = [
            each
            for each in self.calls
            if each.contract.gadget.split(".")[-len(gadget.split(".")) :] == gadget.split(".")
            if first is None or each.received[0] == {0: first}
        ]
        return found[number]

    def result(self, call: GadgetCall, number: int = 0) -> int:
        """The wire that a call returns."""
        return single(call.returned[number])

    def advised(self, call: GadgetCall) -> list[int]:
        """The wires that the hints of a call make, in order."""
        rows = range(call.first_row, call.first_row + call.n_rows)
        return [
            wire
            for each in self.program.hint_calls
            if each.before_row in rows
            for wire in each.outputs
        ]

    def inputs(self, inputs: Mapping[str, Any]) -> dict[int, int]:
        """Lies that put other inputs into the witness, beside those that a circuit would refuse: arrays element by element."""
        lies = {}
        for name, value in inputs.items():
            if isinstance(value, list):
                lies.update(self.inputs({f"{name}[{k}]": each for k, each in enumerate(value)}))
            else:
                lies[self.names[name]] = value
        return lies

    def bits(self, terms: Terms, number: int) -> dict[int, int]:
        """Lies that take a linear combination for a number: its bits; the lowest has no wire, the others leave it."""
        call = next(
            each
            for each in self.program.hint_calls
            if each.function == "bits" and dict(each.inputs[0]) == dict(terms)
        )
        first = call.parameters[-1]
        return {wire: number >> first + k & 1 for k, wire in enumerate(call.outputs)}

    # -- lying

    def broken(self, lies: Mapping[int, int], readings: Sequence[Reading] = ()) -> list[str]:
        """The messages of the rows that do not hold after the lies; a row without a message counts as its gadget.

        What rows and hints compute from a lie follows it; hints that refuse keep their values.
        """
        return self.refusals(self.forged(lies, readings))

    def refusals(self, values: Sequence[int]) -> list[str]:
        """The messages of the rows that do not hold for the values of all wires."""
        rows = [row for row in range(len(self.targets)) if self._residue(row, values)]
        return [self._message(row) for row in rows]

    def forged(self, lies: Mapping[int, int], readings: Sequence[Reading] = ()) -> list[int]:
        """All wires after the lies, computed in the order of the program."""
        values = list(self.honest)
        for wire, value in lies.items():
            values[wire] = value % self.p
        hints = iter(self.program.hint_calls)
        following = next(hints, None)
        for row, target in enumerate(self.targets):
            while following is not None and following.before_row <= row:
                self._run_hint(following, values, lies)
                following = next(hints, None)
            if target and target not in lies:
                seen = self._seen(row, values, readings)
                seen[target] = 0
                values[target] = self._residue(row, seen)
        return values

    def _run_hint(self, call: Any, values: list[int], lies: Mapping[int, int]) -> None:
        try:
            results = hint_results(self.program, call, values.__getitem__, self.functions)
        except ZkctlError:
            return
        for wire, value in zip(call.outputs, results, strict=True):
            if wire not in lies:
                values[wire] = value % self.p

    def _seen(self, row: int, values: list[int], readings: Sequence[Reading]) -> dict[int, int]:
        """The wires of a row as the prover takes them."""
        seen = {
            wire: values[wire] for side in self.sides[3 * row : 3 * row + 3] for wire, _ in side
        }
        for reading in readings:
            if reading.call.first_row <= row < reading.call.first_row + reading.call.n_rows:
                seen[reading.wire] = reading.value % self.p
        return seen

    def _residue(self, row: int, values: Mapping[int, int] | Sequence[int]) -> int:
        a, b, c = (
            sum(k * values[w] for w, k in side) for side in self.sides[3 * row : 3 * row + 3]
        )
        return (a * b - c) % self.p

    def _message(self, row: int) -> str:
        source = self.program.source
        message = source.messages[int(source.row_messages[row])]
        inside = [
            each for each in self.calls if each.first_row <= row < each.first_row + each.n_rows
        ]
        return message or (inside[-1].contract.gadget if inside else f"row {row}")


def single(terms: Terms | None) -> int:
    """The wire that a linear combination consists of."""
    assert terms is not None
    ((wire, coefficient),) = terms.items()
    assert coefficient == 1
    return wire
