"""Hints of segments as columns, stamped where the segments run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from zkctl.circom.instance import RunCode
from zkctl.circom.stamps import Offsets, Stamps, Tables
from zkctl.circom.tables import SideTables
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
class SegmentHints:
    """The hints of segments in order, and the number of rows of its segment before each.  Shapes: segments and rows (n_calls,)."""

    segments: Ints
    rows: Sequence[int]
    calls: Sequence[RunCode]
    n_segments: int


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
        cls, hints: SegmentHints, nodes: Sequence[int], functions: HintFunctions, pool: CoefficientPool
    ) -> HintParts:  # fmt: skip
        """Return the hints of segments as tables; `nodes` are their origins."""
        calls, segments, n = hints.calls, hints.segments, hints.n_segments

        def of_calls(values: Iterable[int]) -> Tables:
            return Tables.cut(np.array([*values], np.int64), np.bincount(segments, minlength=n))

        def of_parts(lengths: Tables, parts: Iterable[Sequence[int]]) -> Tables:
            values = np.array([value for each in parts for value in each], np.int64)
            return Tables.cut(values, _totals(segments, lengths.values, n))

        n_parameters = of_calls(len(call.parameters) for call in calls)
        n_inputs = of_calls(len(call.inputs) for call in calls)
        n_outputs = of_calls(len(call.outputs) for call in calls)
        return cls(
            of_calls(hints.rows),
            of_calls(nodes),
            of_calls(functions.number(call.function) for call in calls),
            n_parameters,
            n_inputs,
            n_outputs,
            of_parts(n_parameters, (call.parameters for call in calls)),
            of_parts(n_outputs, (call.outputs for call in calls)),
            SideTables.of((terms for call in calls for terms in call.inputs), _totals(segments, n_inputs.values, n), pool),
        )  # fmt: skip


def _totals(segments: Ints, lengths: NDArray[np.integer[Any]], n_segments: int) -> Ints:
    """Return the sum of lengths of each segment.  Shapes: segments and lengths (n,) -> (n_segments,)."""
    return np.bincount(np.repeat(segments, lengths), minlength=n_segments)


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
