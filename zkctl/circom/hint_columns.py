"""Hints of segments as columns, stamped where the segments run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zkctl.circom.instance import RunCode
from zkctl.circom.stamps import Offsets, Stamps
from zkctl.circom.tables import SideColumns
from zkctl.constraints.advice.calls import ADVICE
from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.hint_table import HintTable
from zkctl.constraints.sides import CoefficientPool, Ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
    """The hints of one segment.

    Shapes: rows (the rows before it), nodes, functions, n_parameters, n_inputs, n_outputs (n,); parameters and outputs all of them.
    """

    rows: Ints
    nodes: Ints
    functions: Ints
    n_parameters: Ints
    n_inputs: Ints
    n_outputs: Ints
    parameters: Ints
    outputs: Ints
    inputs: SideColumns

    @classmethod
    def of(
        cls, hints: Sequence[tuple[int, RunCode]], nodes: Ints, functions: HintFunctions, pool: CoefficientPool
    ) -> HintParts:  # fmt: skip
        """Return hints with their numbers of rows and origins as columns."""
        calls = [call for _, call in hints]
        return cls(
            _ints([row for row, _ in hints]),
            nodes,
            _ints([functions.number(call.function) for call in calls]),
            _ints([len(call.parameters) for call in calls]),
            _ints([len(call.inputs) for call in calls]),
            _ints([len(call.outputs) for call in calls]),
            _ints([value for call in calls for value in call.parameters]),
            _ints([wire for call in calls for wire in call.outputs]),
            SideColumns.of((terms for call in calls for terms in call.inputs), pool),
        )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


@record(eq=False)
class HintPlaces:
    """The places of the hints of each stamp, as additions to their rows and origins.  Shapes: rows and nodes (n_stamps,)."""

    offsets: Offsets
    rows: Ints
    nodes: Ints


def stamped_hints(
    parts: Sequence[HintParts], stamps: Stamps, places: HintPlaces, names: Sequence[str], pool: CoefficientPool
) -> HintTable:  # fmt: skip
    """Return the hints of all stamps."""

    def plain(name: str) -> NDArray[np.uint32]:
        return stamps.column([getattr(each, name) for each in parts])

    return HintTable(
        tuple(names),
        stamps.column([each.rows for each in parts], places.rows),
        stamps.column([each.nodes for each in parts], places.nodes),
        plain("functions"),
        plain("n_parameters"),
        plain("n_inputs"),
        plain("n_outputs"),
        plain("parameters"),
        stamps.column([each.inputs.lengths for each in parts]),
        stamps.wires([each.inputs.wires for each in parts], places.offsets),
        stamps.column([each.inputs.coefficients for each in parts]),
        stamps.wires([each.outputs for each in parts], places.offsets),
        pool.values,
    )
