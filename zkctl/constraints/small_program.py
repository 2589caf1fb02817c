"""Witness programs without numpy, whose import would take longer than most witnesses.

Their columns are views of the file, which the evaluators read like arrays of numpy: Python those of small programs, compiled code all
others.  The checks say only whether a program is good: of any other one `check_program` says what is wrong with it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from operator import lt
from typing import Any

from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.hint_table import HintTable
from zkctl.constraints.source_map import SourceMap
from zkctl.constraints.witness_program import (
    WitnessProgram,
    check_advice_programs,
    check_hint,
    check_notes,
    check_sizes,
)
from zkctl.errors import FormatError
from zkctl.runtime.records import record


@record(eq=False)
class PlainHintTable(HintTable):
    """Calls of hints in columns that are views of the file."""

    @cached_property
    def starts(self) -> Any:
        """As those of `HintTable`, without numpy."""
        return plain_starts(self.lengths)

    @cached_property
    def input_starts(self) -> Any:
        """As those of `HintTable`, without numpy."""
        return plain_starts(self.n_inputs)

    @cached_property
    def parameter_starts(self) -> Any:
        """As those of `HintTable`, without numpy."""
        return plain_starts(self.n_parameters)

    @cached_property
    def output_starts(self) -> Any:
        """As those of `HintTable`, without numpy."""
        return plain_starts(self.n_outputs)


class StoredNumbers(Sequence[int]):
    """Integers as they are in the file, little-endian, of some bytes each."""

    def __init__(self, raw: memoryview, n_bytes: int) -> None:
        self.raw, self.n_bytes = raw, n_bytes

    def __len__(self) -> int:
        return len(self.raw) // self.n_bytes

    def __getitem__(self, k: Any) -> Any:
        if isinstance(k, slice):
            return tuple(self)[k]
        part = self.raw[range(len(self))[k] * self.n_bytes :][: self.n_bytes]
        return int.from_bytes(part, "little")


def plain_starts(lengths: Any) -> Any:
    """Return where each of consecutive parts begins, and the end.  Shapes: (n,) -> (n + 1,)."""
    return array("q", accumulate(lengths, initial=0))


def is_good(program: WitnessProgram) -> bool:
    """Return whether `check_program` takes the same program.  Assumes: its hints are a PlainHintTable, each name used in their order."""
    table: Any = program.hint_table
    p = program.field.modulus
    return (
        has_good_ranges(program, lambda numbers: max(numbers, default=-1))
        and all(0 < value < p for value in program.pool)
        and has_good_parts(program, sum(map(bool, program.targets)))
        and sum(len(terms) for call in table.calls for terms in call.inputs) == len(table.wires)
        and _Order(program).is_good()
    )


def has_good_parts(program: WitnessProgram, n_defined: int) -> bool:
    """Return whether all is good but numbers in columns, which must be in range; `n_defined` rows have a target."""
    table = program.hint_table
    try:
        check_sizes(program, n_defined + len(table.outputs))
        check_advice_programs(program)
        check_notes(program)
        for k in _kinds_of_calls(table):
            n_inputs = int(table.n_inputs[k])
            check_hint(program, k, table.without_inputs(k)._replace(inputs=({},) * n_inputs))
    except FormatError:
        return False
    return _has_good_kept(program)


def _kinds_of_calls(table: Any) -> Iterable[int]:
    """Return the first call of each function, parameters and numbers of inputs and outputs."""
    parameters, first = table.parameters.tolist(), dict[tuple[Any, ...], int]()
    places = pairwise(table.parameter_starts)
    columns = (table.functions, table.n_inputs, table.n_outputs, places)
    for k, (function, n_inputs, n_outputs, place) in enumerate(zip(*columns, strict=True)):
        first.setdefault((function, n_inputs, n_outputs, *parameters[slice(*place)]), k)
    return first.values()


def has_good_ranges(program: WitnessProgram, highest: Callable[[Any], int]) -> bool:
    """Return whether the indices in columns are in range; `highest` returns the maximum of a column, -1 if it is empty."""
    source, table = program.source, program.hint_table
    limits: list[tuple[Any, int]] = [
        (program.wires, program.n_wires),
        (program.coefficients, len(program.pool)),
        (program.targets, program.n_wires),
        (table.coefficients, len(table.pool)),
        (table.nodes, len(source.node_spans)),
        *_limits_of_source(source),
    ]
    is_below = all(highest(numbers) < limit for numbers, limit in limits)
    return is_below and all(map(lt, source.node_parents[1:], range(1, len(source.node_parents))))


def _limits_of_source(source: SourceMap) -> list[tuple[Any, int]]:
    return [
        (source.row_nodes, len(source.node_spans)),
        (source.row_messages, len(source.messages)),
        (source.node_spans[1:], len(source.spans)),
    ]


def _has_good_kept(program: WitnessProgram) -> bool:
    if program.kept is None:
        return True
    kept = program.kept.tolist()
    first = list(range(program.n_public + 1))
    is_ascending = all(map(lt, kept, kept[1:]))
    return is_ascending and kept[: len(first)] == first and kept[-1] < program.n_wires


class _Order:
    """The wires that have a value, row by row."""

    def __init__(self, program: WitnessProgram) -> None:
        self.program = program
        self.starts: list[int] = program.starts.tolist()
        self.wires: list[int] = program.wires.tolist()
        self.targets: list[int] = program.targets.tolist()
        self.has_value = bytearray(program.n_wires)
        first = program.first_input
        for wire in (0, *range(first, first + program.n_inputs)):
            self.has_value[wire] = 1
        self.one = next((k for k, value in enumerate(program.pool) if value == 1), -1)

    def is_good(self) -> bool:
        """Return whether each wire gets a value once, before it is used.

        Assumes: all wires are below n_wires but those of hints, which are checked here.
        """
        program, calls, k = self.program, self.program.hint_calls, 0
        for row in range(program.n_rows):
            while k < len(calls) and calls[k].before_row == row:
                if not self._takes_hint(calls[k]):
                    return False
                k += 1
            if not self._takes_row(row):
                return False
        rest = calls[k:]  # a hint that is not in the order of the rows is among them
        return all(c.before_row == program.n_rows and self._takes_hint(c) for c in rest)

    def _takes_hint(self, call: HintCall) -> bool:
        n_wires, has_value = self.program.n_wires, self.has_value
        if not all(w < n_wires and has_value[w] for terms in call.inputs for w in terms):
            return False
        return all(w < n_wires and self._define(w) for w in call.outputs)

    def _define(self, wire: int) -> bool:
        is_new = not self.has_value[wire]
        self.has_value[wire] = 1
        return is_new

    def _takes_row(self, row: int) -> bool:
        first, of_c, last = self.starts[3 * row], self.starts[3 * row + 2], self.starts[3 * row + 3]
        if not all(map(self.has_value.__getitem__, self.wires[first:of_c])):
            return False
        late = [wire for wire in self.wires[of_c:last] if not self.has_value[wire]]
        target = self.targets[row]
        if late != ([target] if target else []):
            return False
        if not target:
            return True
        coefficient = self.program.coefficients[self.wires.index(target, of_c, last)]
        return bool(coefficient == self.one) and self._define(target)
