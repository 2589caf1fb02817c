"""Warnings about a compiled circuit: inputs, outputs and hints that the constraints hardly determine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.advice.calls import advice_number
from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.witness_program import WitnessProgram

Wires = NDArray[np.int64]


def probable_mistakes(program: WitnessProgram, own_rows: int) -> list[str]:
    """Return the warnings.  The first `own_rows` rows are the range checks of the inputs themselves."""
    return [
        *_unused_inputs(program, own_rows),
        *_outputs_of_hints(program, own_rows),
        *_unused_hints(program),
        *_not_portable(program),
    ]


def _unused_inputs(program: WitnessProgram, own_rows: int) -> Iterator[str]:
    mentioned = np.zeros(program.n_wires, bool)
    mentioned[program.wires] = True
    used = np.zeros(program.n_wires, bool)
    used[program.wires[int(program.starts[3 * own_rows]) :]] = True
    for call in _own_hints(program, own_rows):  # the bits of an input are the input
        used[list(call.inputs[0])] |= used[list(call.outputs)].any()
    wire = 1
    for group in program.signals:
        part = slice(wire, wire + group.size)
        wire += group.size
        unmentioned = group.size - int(np.count_nonzero(mentioned[part]))
        unused = group.size - int(np.count_nonzero(used[part]))
        if group.role is Role.OUTPUT:
            continue
        if unmentioned:
            what = _shown(group, unmentioned)
            yield f"input {what} is in no constraint: any value is accepted"
        elif unused:
            what = _shown(group, unused)
            yield f"input {what} is only in its own range check: any value of its type is accepted"


def _shown(group: SignalGroup, n_found: int) -> str:
    """Return the name, for several signals with the number that the warning is about."""
    is_single = group.size == 1 and not group.shape
    return group.name if is_single else f"{group.name} ({n_found} of {group.size})"


def _own_hints(program: WitnessProgram, own_rows: int) -> Iterator[HintCall]:
    """Yield the hints of the inputs' range checks."""
    for call in program.hints:
        if call.before_row >= own_rows:
            return
        yield call


def _outputs_of_hints(program: WitnessProgram, own_rows: int) -> Iterator[str]:
    """Yield the outputs that no chain of constraints connects with an input."""
    n_outputs = program.n_signals(Role.OUTPUT)
    table = program.hint_table
    if n_outputs == 0 or not ((table.n_outputs > 0) & (table.rows >= own_rows)).any():
        return
    labels = _components(program)
    loose = labels[1 : 1 + n_outputs] != labels[program.first_input] if program.n_inputs else np.ones(n_outputs, bool)  # fmt: skip
    hinted = np.zeros(program.n_wires, bool)
    hinted[labels[table.outputs]] = True
    loose &= hinted[labels[1 : 1 + n_outputs]]
    wire = 0
    for group in program.signals:
        n_loose = int(np.count_nonzero(loose[wire : wire + group.size]))
        wire += group.size
        if n_loose:
            what = _shown(group, n_loose)
            yield f"output {what} depends only on hints: no constraint connects it with an input, any value is accepted"
        if wire >= n_outputs:
            return


def _components(program: WitnessProgram) -> Wires:
    """Return for each wire the smallest wire that rows connect it with; all inputs count as connected.  Shapes: -> (n_wires,)."""
    lengths = np.diff(program.starts).reshape(-1, 3).sum(axis=1)
    rows = np.repeat(np.arange(program.n_rows), lengths)
    wires = program.wires.astype(np.int64)
    rows, wires = rows[wires > 0], wires[wires > 0]
    labels = np.arange(program.n_wires, dtype=np.int64)
    labels[program.first_input : program.first_input + program.n_inputs] = program.first_input
    while True:
        lowest = np.full(program.n_rows, program.n_wires, np.int64)
        np.minimum.at(lowest, rows, labels[wires])
        new = labels.copy()
        np.minimum.at(new, labels[wires], lowest[rows])  # hook the root of each wire
        while not np.array_equal(new, new[new]):
            new = new[new]
        if np.array_equal(new[labels], labels):
            return labels
        labels = new[labels]


def _unused_hints(program: WitnessProgram) -> Iterator[str]:
    mentioned = np.zeros(program.n_wires, bool)
    mentioned[program.wires] = True
    mentioned[1 : program.first_input] = True  # outputs: the warning is about them
    table = program.hint_table
    unused = np.flatnonzero(~mentioned[table.outputs])
    for k in np.unique(np.searchsorted(table.output_starts, unused, "right") - 1).tolist():
        call = table[k]
        place = program.source.chain(call.node)
        at = f" at {place[0].place}" if place else ""
        yield f"a result of {_hint_name(program, call)}{at} is in no constraint"


def _hint_name(program: WitnessProgram, call: HintCall) -> str:
    number = advice_number(call.function)
    return f"hint {call.function}" if number is None else f"advice {program.advice[number].name}"


def _not_portable(program: WitnessProgram) -> Iterator[str]:
    names = dict.fromkeys(call.function.rpartition(":")[2] for call in program.user_hints)
    for name in names:
        yield f"hint {name} is Python code: the witness program is not portable, only Python runs it"
