"""The witness program: the computation of all wires of a circuit from its inputs, as data.

The program is the constraint system itself plus, for each row, the wire that the row defines, and the hints between rows.  A row
with target t has C = t + rest, so the wire is t = A * B - rest; a row without a target is a check.  Wires are in the order
of `R1CS`: the constant 1, outputs, public inputs, private inputs, intermediates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from zkctl.constraints.advice.calls import MAX_PROGRAMS, advice_number
from zkctl.constraints.advice.check import check_advice
from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.assumption import Assumption
from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.hint_functions import BUILT_IN, MAX_OUTPUTS, MOST_PARAMETERS
from zkctl.constraints.hint_table import HintTable
from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.constraints.sides import CoefficientPool
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.source_map import SourceMap
from zkctl.errors import FormatError
from zkctl.field import PrimeField
from zkctl.field.words import words_from_ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import made_by, record

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS_AT_ONCE = 1 << 16  # checked at a time, so that little memory is used
MAX_INPUTS = 1 << 22  # inputs cost no bytes in the file, so their number needs its own limit
USER_HINT = (
    "user:"  # starts the name of a hint that is Python code of the user, not part of the program
)


@record(eq=False)
class WitnessProgram:
    """A circuit's rows, hints and names.

    Shapes: starts (3 n_rows + 1,) int64 delimits the terms of the sides A, B, C of each row; wires and coefficients (n_terms,)
    uint32, coefficients being indices into `pool`; targets (n_rows,) uint32, 0 for a check.
    `wire_names` are the names of inner wires; `r1cs_digest` is that of the circuit's file, empty if it is not known.
    `functions` are those that advice programs call.
    `kept` (n_kept,) are the wires that simplification left in the circuit, ascending; None: all of them.
    """

    name: str
    field: PrimeField
    n_wires: int
    signals: tuple[SignalGroup, ...]
    pool: Sequence[int]
    starts: NDArray[np.int64]
    wires: NDArray[np.uint32]
    coefficients: NDArray[np.uint32]
    targets: NDArray[np.uint32]
    hints: Sequence[HintCall]
    source: SourceMap
    advice: tuple[AdviceProgram, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    wire_names: Mapping[int, str] = made_by(dict)
    r1cs_digest: bytes = b""
    kept: NDArray[np.uint32] | None = None
    functions: tuple[AdviceProgram, ...] = ()

    @property
    def n_rows(self) -> int:
        """Number of constraints."""
        return len(self.targets)

    def n_signals(self, role: Role) -> int:
        """Return the number of wires with a role."""
        return sum(group.size for group in self.signals if group.role is role)

    @property
    def first_input(self) -> int:
        """Wire of the first public input."""
        return 1 + self.n_signals(Role.OUTPUT)

    @property
    def n_inputs(self) -> int:
        """Number of public and private inputs."""
        return self.n_signals(Role.PUBLIC) + self.n_signals(Role.PRIVATE)

    @property
    def n_public(self) -> int:
        """Number of outputs and public inputs."""
        return self.n_signals(Role.OUTPUT) + self.n_signals(Role.PUBLIC)

    @cached_property
    def hint_table(self) -> HintTable:
        """The hints in columns."""
        if isinstance(self.hints, HintTable):
            return self.hints
        pool = CoefficientPool(self.field.modulus, self.pool)
        return HintTable.of_calls(self.hints, pool)

    @property
    def hint_calls(self) -> Sequence[HintCall]:
        """The hints one by one."""
        return self.hint_table.calls

    @property
    def user_hints(self) -> list[HintCall]:
        """The hints that only the user's own Python can compute."""
        table = self.hint_table
        is_user = np.array([name.startswith(USER_HINT) for name in table.names], bool)
        return [self.hints[k] for k in np.flatnonzero(is_user[table.functions]).tolist()]

    def to_r1cs(self) -> R1CS:
        """Return the constraint system without the order of evaluation."""
        words = words_from_ints(self.pool, self.field.n_words)
        sides = np.repeat(np.arange(3 * self.n_rows, dtype=np.int64), np.diff(self.starts)) % 3
        matrices = []
        for k in range(3):
            lengths = np.diff(self.starts)[k::3]
            starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
            of_matrix = sides == k
            values = words[self.coefficients[of_matrix]]
            matrices.append(SparseMatrix(self.field, starts, self.wires[of_matrix], values))
        return R1CS(
            self.field,
            self.n_wires,
            self.n_signals(Role.OUTPUT),
            self.n_signals(Role.PUBLIC),
            self.n_signals(Role.PRIVATE),
            self.n_wires,
            matrices[0],
            matrices[1],
            matrices[2],
            np.arange(self.n_wires, dtype=np.uint64),
        )


def check_program(program: WitnessProgram) -> None:
    """Check that a program reads inside its tables only and uses no wire before its value exists.

    Raises: FormatError.  After this, evaluation touches only existing entries and ends after one pass.
    """
    check_sizes(program, int(np.count_nonzero(program.targets)) + len(program.hint_table.outputs))
    _check_ranges(program)
    check_advice_programs(program)
    check_notes(program)
    _check_kept(program)
    _check_hints(program)
    _check_order(program)


def check_sizes(program: WitnessProgram, n_computed: int) -> None:
    """Check signals and numbers of wires, of which rows and hints compute `n_computed`.  Raises: FormatError."""
    roles = [group.role for group in program.signals]
    if roles != sorted(roles):
        raise FormatError("signals are not in the order outputs, public inputs, private inputs")
    if program.n_inputs > MAX_INPUTS:
        raise FormatError(f"the circuit claims {program.n_inputs} inputs, at most {MAX_INPUTS} are supported")  # fmt: skip
    defined = 1 + program.n_inputs + n_computed
    if program.n_wires != defined:
        raise FormatError(f"the circuit claims {program.n_wires} wires, {defined} get a value")
    if program.n_signals(Role.OUTPUT) + program.n_inputs >= program.n_wires:
        raise FormatError(f"{program.n_wires} wires cannot hold all outputs and inputs")
    _check_distinct(program.signals, "two signals have the same name")


def _check_distinct(groups: Sequence[SignalGroup], problem: str) -> None:
    names = [group.name for group in groups]
    if len(set(names)) != len(names):
        raise FormatError(problem)
    for group in groups:
        _check_distinct(group.fields, f"two fields of {group.name[:80]} have the same name")


def _below(values: NDArray[np.uint32], bound: int, what: str) -> None:
    if len(values) and int(values.max()) >= bound:
        raise FormatError(f"a {what} is {int(values.max())}, there are {bound}")


def _check_ranges(program: WitnessProgram) -> None:
    source = program.source
    _below(program.wires, program.n_wires, "wire")
    _below(program.coefficients, len(program.pool), "coefficient index")
    _below(program.targets, program.n_wires, "target")
    _below(source.row_nodes, len(source.node_spans), "row origin")
    _below(source.row_messages, len(source.messages), "row message")
    _below(source.node_spans[1:], len(source.spans), "span index")
    if (source.node_parents[1:] >= np.arange(1, len(source.node_parents))).any():
        raise FormatError("a caller comes after what it calls")
    if any(not 0 < value < program.field.modulus for value in program.pool):
        raise FormatError(f"a coefficient is not in 1 .. p-1 of {program.field.name}")


def check_advice_programs(program: WitnessProgram) -> None:
    """Check the advice programs.  Raises: FormatError."""
    for programs, what in ((program.advice, "advice programs"), (program.functions, "functions")):
        if len(programs) > MAX_PROGRAMS:
            raise FormatError(f"the circuit has {len(programs)} {what}, at most {MAX_PROGRAMS} are supported")  # fmt: skip
        for advice in programs:
            check_advice(advice, program.functions)


def check_notes(program: WitnessProgram) -> None:
    """Check the assumptions and the names of inner wires.  Raises: FormatError."""
    named = 1 + sum(group.size for group in program.signals)
    if any(not named <= wire < program.n_wires for wire in program.wire_names):
        raise FormatError(
            f"a wire with a name is not an inner wire, {named} to {program.n_wires - 1}"
        )
    if not all(name.isprintable() for name in program.wire_names.values()):
        raise FormatError("the name of an inner wire has a character that cannot be printed")
    taken = {group.name for group in program.signals}
    if len(taken.union(program.wire_names.values())) != len(taken) + len(program.wire_names):
        raise FormatError("two wires have the same name")
    wires = [wire for each in program.assumptions for wire in each.terms]
    if any(not 0 <= wire < program.n_wires for wire in wires):
        raise FormatError(f"an assumption is about a wire that is not below {program.n_wires}")
    nodes = [each.node for each in program.assumptions]
    if any(not 0 <= node < len(program.source.node_spans) for node in nodes):
        raise FormatError(f"an assumption has an origin that is not below {len(program.source.node_spans)}")  # fmt: skip


def _check_kept(program: WitnessProgram) -> None:
    if program.kept is None:
        return
    kept = program.kept.astype(np.int64)
    if (np.diff(kept) <= 0).any() or (len(kept) and int(kept[-1]) >= program.n_wires):
        raise FormatError(f"the kept wires are not ascending below {program.n_wires}")
    if kept[: program.n_public + 1].tolist() != list(range(program.n_public + 1)):
        raise FormatError("an output or a public input is not among the kept wires")


def _check_hints(program: WitnessProgram) -> None:
    """Check every call: of those that differ in their wires only, the first."""
    table = program.hint_table
    for k in _kinds_of_calls(table) if len(table) else ():
        check_hint(program, k, table[k])
    for wires, starts in (
        (table.outputs, table.output_starts),
        (table.wires, table.starts[table.input_starts]),
    ):
        wrong = np.flatnonzero(wires >= program.n_wires)
        if len(wrong):
            k = int(np.searchsorted(starts, wrong[0], "right")) - 1
            raise FormatError(f"hint {k} uses a wire that is not below {program.n_wires}")
    n_nodes = len(program.source.node_spans)
    wrong = np.flatnonzero(table.nodes >= n_nodes)
    if len(wrong):
        raise FormatError(f"hint {int(wrong[0])} has an origin that is not below {n_nodes}")


def _kinds_of_calls(table: HintTable) -> list[int]:
    """Return the first call of each kind: the same function, parameters and numbers of inputs and outputs."""
    n = len(table)
    counts = (table.functions, table.n_parameters, table.n_inputs, table.n_outputs)
    columns = np.zeros((n, len(counts) + MOST_PARAMETERS), np.uint32)
    for j, column in enumerate(counts):
        columns[:, j] = column
    for j in range(MOST_PARAMETERS):
        has = np.flatnonzero(table.n_parameters > j)
        columns[has, len(counts) + j] = table.parameters[table.parameter_starts[has] + j]
    longer = np.flatnonzero(table.n_parameters > MOST_PARAMETERS)
    order = np.lexsort(columns.T)  # np.unique would import numpy.ma
    is_first = np.ones(n, np.bool_)
    is_first[1:] = (columns[order[1:]] != columns[order[:-1]]).any(axis=1)
    return sorted({*order[is_first].tolist(), *longer.tolist()})


def check_hint(program: WitnessProgram, k: int, call: HintCall) -> None:
    """Check function, parameters and numbers of inputs and outputs of a call.  Raises: FormatError."""
    advice = advice_number(call.function)
    if advice is not None:
        _check_advice_call(program, k, call, advice)
    elif call.function not in BUILT_IN and not call.function.startswith(USER_HINT):
        raise FormatError(f"hint {k} has the unknown function {call.function[:80]!r}")
    if call.function in BUILT_IN:
        function = BUILT_IN[call.function]
        problem = function.problem(len(call.inputs), call.parameters, program.field)
        if problem:
            raise FormatError(f"call {k} of a hint is malformed: {problem}")
        if len(call.outputs) != function.n_outputs(call.parameters):
            raise FormatError(f"hint {function.name} does not yield {len(call.outputs)} values")
    if len(call.outputs) > MAX_OUTPUTS:
        raise FormatError(f"hint {k} yields more than {MAX_OUTPUTS} values")


def _check_advice_call(program: WitnessProgram, k: int, call: HintCall, number: int) -> None:
    if number >= len(program.advice):
        raise FormatError(f"hint {k} runs the advice program {number}, there are {len(program.advice)}")  # fmt: skip
    advice = program.advice[number]
    expected = (advice.n_inputs, 0, len(advice.outputs))
    found = (len(call.inputs), len(call.parameters), len(call.outputs))
    if expected != found:
        raise FormatError(
            f"hint {k} has {found} inputs, parameters and outputs, its advice program {expected}"
        )


def _check_order(program: WitnessProgram) -> None:
    """Check that every wire has exactly one definition, which comes before all its uses."""
    defined_at = _definition_times(program)
    for first in range(0, program.n_rows, _ROWS_AT_ONCE):
        _check_rows(program, defined_at, first, min(first + _ROWS_AT_ONCE, program.n_rows))
    _check_hint_order(program, defined_at)


def _check_rows(
    program: WitnessProgram, defined_at: NDArray[np.int64], first: int, last: int
) -> None:
    """Check rows first .. last - 1: the only wire without a value is the one that a row defines, once, in C, with coefficient 1."""
    starts = program.starts[3 * first : 3 * last + 1]
    terms = slice(int(starts[0]), int(starts[-1]))
    wires, n_hints = program.wires[terms], len(program.hints)
    rows = np.repeat(np.arange(first, last), np.diff(starts[::3]))
    late = np.flatnonzero(defined_at[wires] >= rows * (n_hints + 1) + n_hints)
    row, wire = rows[late], wires[late]
    is_definition = (wire == program.targets[row]) & (
        late + terms.start >= program.starts[3 * row + 2]
    )
    if not is_definition.all():
        wrong = int(np.argmin(is_definition))
        raise FormatError(f"row {row[wrong]} uses wire {wire[wrong]} before it has a value")
    one = next((k for k, value in enumerate(program.pool) if value == 1), -1)
    if (program.coefficients[terms][late] != one).any():
        raise FormatError("a row defines a wire with a coefficient other than 1")
    if not np.array_equal(row, first + np.flatnonzero(program.targets[first:last])):
        raise FormatError("a row does not hold the wire it defines exactly once")


def _check_hint_order(program: WitnessProgram, defined_at: NDArray[np.int64]) -> None:
    table = program.hint_table
    wires = table.wires
    hint = np.repeat(np.arange(len(table)), np.diff(table.starts[table.input_starts]))
    wrong = np.flatnonzero(defined_at[wires] >= _hint_times(program)[hint])
    if len(wrong):
        raise FormatError(
            f"hint {hint[wrong[0]]} uses wire {wires[wrong[0]]} before it has a value"
        )


def _hint_times(program: WitnessProgram) -> NDArray[np.int64]:
    n_hints = len(program.hints)
    return program.hint_table.rows.astype(np.int64) * (n_hints + 1) + np.arange(n_hints)


def _definition_times(program: WitnessProgram) -> NDArray[np.int64]:
    """Return the row that defines each wire: -1 for the constant and the inputs.  Shapes: -> (n_wires,)."""
    table = program.hint_table
    positions = table.rows.astype(np.int64)
    if (np.diff(positions) < 0).any() or (len(positions) and positions[-1] > program.n_rows):
        raise FormatError(f"hints are not in the order of the {program.n_rows} rows")
    hint_times = np.repeat(_hint_times(program), table.n_outputs)
    given = [0, *range(program.first_input, program.first_input + program.n_inputs)]
    never = np.iinfo(np.int64).max
    times = np.full(program.n_wires, never)
    times[given] = -1
    times[table.outputs] = hint_times
    rows = np.flatnonzero(program.targets)
    defined = program.targets[rows]
    times[defined] = rows * (len(table) + 1) + len(table)
    if (
        times == never
    ).any():  # `check_sizes` has counted the definitions: if none is missing, none is there twice
        wires = np.concatenate([np.array(given, np.int64), table.outputs, defined])
        counts = np.bincount(wires.astype(np.int64), minlength=program.n_wires)
        wire = int(np.flatnonzero(counts != 1)[0])
        raise FormatError(f"wire {wire} has {int(counts[wire])} definitions")
    return times


def names_of_wires(program: WitnessProgram) -> list[str]:
    """Return the names of the constant, the outputs and the inputs, in wire order."""
    names: Sequence[str] = [n for group in program.signals for n in group.element_names()]
    return ["one", *names]
