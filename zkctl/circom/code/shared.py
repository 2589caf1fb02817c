"""Programs that differ in their constants only become one, whose constants are inputs, in circuits that have thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from zkctl.circom.instance import RunCode, Terms
from zkctl.constraints.advice.instructions import AdviceProgram

MOST_DISTINCT = (
    1 << 10
)  # programs of a circuit that are left as they are: constants make them quick


def with_shared_code(calls: Sequence[RunCode], p: int) -> Sequence[RunCode]:
    """Return calls of hints, the constants of their programs among their inputs where that makes several programs one."""
    programs = {call.function for call in calls if isinstance(call.function, AdviceProgram)}
    if len(programs) <= MOST_DISTINCT:
        return calls
    groups: dict[object, list[AdviceProgram]] = defaultdict(list)
    for program in sorted(programs, key=lambda each: each.name):
        if all(0 <= value < p for value in program.constants):
            groups[_shape(program)].append(program)
    shared: dict[AdviceProgram, AdviceProgram] = {}
    for group in groups.values():
        if len(group) > 1:
            shared |= dict.fromkeys(group, _shared(group))
    return [_shared_call(call, shared) for call in calls]


def _shape(program: AdviceProgram) -> object:
    """Return all of a program but its name and the values of its constants."""
    code = tuple((each.op, each.operands) for each in program.code)
    n_constants = len(program.constants)
    return (program.n_inputs, n_constants, program.n_cells, program.outputs, code, program.texts, program.limits)  # fmt: skip


def _shared(group: Sequence[AdviceProgram]) -> AdviceProgram:
    """Return one program for all of a group, whose constants follow the inputs: cells keep their numbers."""
    first = group[0]
    names = {each.name.partition("(")[0] for each in group}
    return AdviceProgram(
        " and ".join(sorted(names)) if len(names) < 3 else f"{len(names)} templates",
        n_inputs=first.n_inputs + len(first.constants),
        constants=(),
        n_cells=first.n_cells,
        outputs=first.outputs,
        code=first.code,
        texts=first.texts,
        limits=first.limits,
    )


def _shared_call(call: RunCode, shared: dict[AdviceProgram, AdviceProgram]) -> RunCode:
    function = call.function
    if not isinstance(function, AdviceProgram) or function not in shared:
        return call
    values: list[Terms] = [{0: value} if value else {} for value in function.constants]
    inputs = (*call.inputs, *values)
    return RunCode(shared[function], call.parameters, inputs, call.outputs, call.place)
