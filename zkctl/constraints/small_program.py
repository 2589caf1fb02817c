"""Small witness programs without numpy, whose import would take longer than their witness.

Their columns are arrays of Python, which the evaluator in Python reads like those of numpy.  The check says only whether a program is
good: of any other one `check_program` says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from zkctl.constraints.hint_call import HintCall
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
class SmallProgram(WitnessProgram):
    """A witness program whose columns are arrays of Python and whose hints are single calls."""

    @property
    def hint_calls(self) -> Sequence[HintCall]:
        """The hints one by one."""
        return self.hints


def is_good(program: SmallProgram) -> bool:
    """Return whether `check_program` takes the same program."""
    n_computed = sum(map(bool, program.targets)) + sum(len(each.outputs) for each in program.hints)
    try:
        check_sizes(program, n_computed)
        check_advice_programs(program)
        check_notes(program)
        for k, call in enumerate(program.hints):
            check_hint(program, k, call)
    except FormatError:
        return False
    return _has_good_ranges(program) and _has_good_kept(program) and _Order(program).is_good()


def _has_good_ranges(program: SmallProgram) -> bool:
    source, p = program.source, program.field.modulus
    n_nodes = len(source.node_spans)
    limits: list[tuple[Sequence[int], int]] = [
        (program.wires, program.n_wires),  # type: ignore[list-item]
        (program.coefficients, len(program.pool)),  # type: ignore[list-item]
        (program.targets, program.n_wires),  # type: ignore[list-item]
        ([call.node for call in program.hints], n_nodes),
        *_limits_of_source(source),
    ]
    is_below = all(max(numbers, default=-1) < limit for numbers, limit in limits)
    is_tree = all(parent < k for k, parent in enumerate(source.node_parents) if k)
    return is_below and is_tree and all(0 < value < p for value in program.pool)


def _limits_of_source(source: SourceMap) -> list[tuple[Any, int]]:
    return [
        (source.row_nodes, len(source.node_spans)),
        (source.row_messages, len(source.messages)),
        (source.node_spans[1:], len(source.spans)),
    ]


def _has_good_kept(program: SmallProgram) -> bool:
    if program.kept is None:
        return True
    kept = program.kept.tolist()
    first = list(range(program.n_public + 1))
    is_ascending = all(x < y for x, y in pairwise(kept))
    return is_ascending and kept[: len(first)] == first and kept[-1] < program.n_wires


class _Order:
    """The wires that have a value, row by row."""

    def __init__(self, program: SmallProgram) -> None:
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
        program, calls, k = self.program, self.program.hints, 0
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
