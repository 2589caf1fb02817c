"""Hints of segments as columns, stamped where the segments run."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.circom.instance import RunCode
from zkctl.circom.stamps import Offsets, Stamps, Tables
from zkctl.circom.tables import SideTables
from zkctl.constraints.advice.calls import ADVICE
from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.hint_table import HintTable
from zkctl.constraints.sides import CoefficientPool, Ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record


class HintFunctions:
    """The hints that a circuit uses, numbered; equal advice programs are one."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.programs: dict[AdviceProgram, int] = {}

    def number(self, function: str | AdviceProgram) -> int:
        """Return the number of a hint's name."""
        if isinstance(function, AdviceProgram):
            function = f"{ADVICE}{self.programs.setdefault(function, len(self.programs))}"
        return self.names.setdefault(function, len(self.names))


@record(eq=False)
class HintParts:
    """The hints of each segment as tables.

    Tables of n entries each: rows (the rows before it), nodes, functions, n_parameters, n_inputs, n_outputs; parameters and outputs
    hold all of them.
    """

    rows: Tables
    nodes: Tables
    functions: Tables
    n_parameters: Tables
    n_inputs: Tables
    n_outputs: Tables
    parameters: Tables
    outputs: Tables
    inputs: SideTables

    @classmethod
    def of(
        cls, hints: Sequence[Sequence[tuple[int, RunCode]]], nodes: Tables, functions: HintFunctions, pool: CoefficientPool
    ) -> HintParts:  # fmt: skip
        """Return the hints of segments, with their numbers of rows, as tables; `nodes` are their origins."""
        # as tuples: most are empty, which take no memory
        calls = [tuple([call for _, call in each]) for each in hints]
        return cls(
            Tables.of([row for row, _ in each] for each in hints),
            nodes,
            Tables.of([functions.number(call.function) for call in each] for each in calls),
            Tables.of([len(call.parameters) for call in each] for each in calls),
            Tables.of([len(call.inputs) for call in each] for each in calls),
            Tables.of([len(call.outputs) for call in each] for each in calls),
            Tables.of([value for call in each for value in call.parameters] for each in calls),
            Tables.of([wire for call in each for wire in call.outputs] for each in calls),
            SideTables.of(([terms for call in each for terms in call.inputs] for each in calls), pool),
        )  # fmt: skip


@record(eq=False)
class HintPlaces:
    """The places of the hints of each stamp, as additions to their rows and origins.  Shapes: rows and nodes (n_stamps,)."""

    offsets: Offsets
    rows: Ints
    nodes: Ints


def stamped_hints(
    parts: HintParts, stamps: Stamps, places: HintPlaces, names: Sequence[str], pool: CoefficientPool
) -> HintTable:  # fmt: skip
    """Return the hints of all stamps, their names in the order of first use, as files hold them."""
    functions = stamps.column(parts.functions)
    used, first = np.unique(functions, return_index=True)
    used = used[np.argsort(first)]
    numbers = np.zeros(len(names), np.uint32)
    numbers[used] = np.arange(len(used))
    return HintTable(
        tuple(names[k] for k in used.tolist()),
        stamps.column(parts.rows, places.rows),
        stamps.column(parts.nodes, places.nodes),
        numbers[functions],
        stamps.column(parts.n_parameters),
        stamps.column(parts.n_inputs),
        stamps.column(parts.n_outputs),
        stamps.column(parts.parameters),
        stamps.column(parts.inputs.lengths),
        stamps.wires(parts.inputs.wires, places.offsets),
        stamps.column(parts.inputs.coefficients),
        stamps.wires(parts.outputs, places.offsets),
        pool.values,
    )
