"""The circuit as the passes see it: rows in columns, named signals, hints and gadget calls where a program is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.gadget_calls import GadgetCall, ProvenRange
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.simplify.circuit import rows_of
from zkctl.constraints.simplify.rows import Constraint, ConstraintRows
from zkctl.constraints.source_map import SourceMap, Span
from zkctl.constraints.witness_program import WitnessProgram, names_of_wires
from zkctl.dsl.link import CompiledCircuit
from zkctl.lint.circom_code import AdvisedWire, StatedAssert, asserts_of_templates
from zkctl.lint.system import System
from zkctl.lint.verdict import Judgement, Verdict
from zkctl.runtime.records import record

Flags = NDArray[np.bool_]


@record(eq=False)
class NamedSignal:
    """An input or output: a single signal, or an array or structure with several wires."""

    name: str
    role: Role
    wires: Sequence[int]
    is_single: bool = True

    def shown(self, n_found: int) -> str:
        """Return the name, for several signals with the number of those that a finding is about."""
        return self.name if self.is_single else f"{self.name} ({n_found} of {len(self.wires)})"


def no_lines(_name: str) -> tuple[Span, ...]:
    """Return the lines of a signal whose source is unknown."""
    return ()


@record(eq=False)
class Subject:
    """A circuit before simplification, its interface, and its program where one is known.

    `names` returns the name of a wire for people.  The first `own_rows` rows are the range checks of the inputs.  `judgement` is
    None while uniqueness is not judged.  `lost_inputs` are names of private inputs that have no wire in the file of another
    compiler.  `ranges` are the combinations that rows of the language prove to be in a range.
    `is_in_doubt`: the inputs are not known.  `source` is that of the rows, by default the program's.
    `lines` returns the source lines of a signal or component by its name, empty if they are not known.
    `advised` and `asserts` are the run-time code of a circom circuit.
    """

    rows: ConstraintRows
    signals: Sequence[NamedSignal]
    names: Callable[[int], str]
    program: WitnessProgram | None = None
    gadget_calls: Callable[[], Iterable[GadgetCall]] = tuple
    own_rows: int = 0
    judgement: Judgement | None = None
    lost_inputs: tuple[str, ...] = ()
    ranges: Callable[[], Iterable[ProvenRange]] = tuple
    is_in_doubt: bool = False
    source: SourceMap | None = None
    advised: Callable[[], Iterable[AdvisedWire]] = tuple
    asserts: Callable[[], Iterable[StatedAssert]] = tuple
    lines: Callable[[str], tuple[Span, ...]] = no_lines

    @property
    def modulus(self) -> int:
        """The modulus of the field."""
        return self.rows.modulus

    def wires(self, *roles: Role) -> list[int]:
        """Return the wires of the signals with one of these roles."""
        return [w for signal in self.signals if signal.role in roles for w in signal.wires]

    @cached_property
    def inputs(self) -> frozenset[int]:
        """The wires of public and private inputs."""
        return frozenset(self.wires(Role.PUBLIC, Role.PRIVATE))

    @cached_property
    def outputs(self) -> frozenset[int]:
        """The wires of outputs."""
        return frozenset(self.wires(Role.OUTPUT))

    @cached_property
    def calls(self) -> list[GadgetCall]:
        """The calls of gadgets, those inside others after them."""
        return list(self.gadget_calls())

    @cached_property
    def mentioned(self) -> Flags:
        """True for each wire that is in a constraint.  Shapes: (n_wires,)."""
        found = np.zeros(self.rows.n_signals, bool)
        found[self.rows.signals] = True
        return found

    @cached_property
    def constraints(self) -> list[Constraint]:
        """The rows as dictionaries in their simplest form: a linear one is C = 0."""
        return [self.rows.constraint(row) for row in range(self.rows.n_rows)]

    @cached_property
    def rows_of_wire(self) -> dict[int, list[int]]:
        """The rows in which each wire is."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, row in enumerate(self.constraints):
            for wire in row.signals():
                found[wire].append(number)
        return found

    @property
    def unique(self) -> frozenset[int]:
        """The wires proved unique; the inputs while nothing is judged."""
        return self.inputs | {0} if self.judgement is None else self.judgement.unique

    @cached_property
    def bounds(self) -> dict[int, int]:
        """The bounds 0 <= wire <= bound that are proved, or that the language made rows for."""
        found = {} if self.judgement is None else dict(self.judgement.bounds)
        for each in self.ranges():
            wire = next(iter(each.terms), 0)
            if each.terms == {wire: 1} and each.low >= 0:
                found[wire] = min(each.high, found.get(wire, each.high))
        return found

    def output_is_proved(self, wire: int) -> bool:
        """Return whether the output of a wire is proved unique."""
        found = () if self.judgement is None else self.judgement.outputs
        return any(each.wire == wire and each.verdict is Verdict.PROVED for each in found)

    @property
    def is_proved(self) -> bool:
        """True if every output is proved unique."""
        return self.judgement is not None and self.judgement.verdict is Verdict.PROVED

    def chain_of_row(self, row: int) -> tuple[Span, ...]:
        """Return the source lines of a row from the innermost caller on, empty if they are unknown."""
        source = self._source
        return () if source is None else tuple(source.chain(int(source.row_nodes[row])))

    def chain(self, node: int) -> tuple[Span, ...]:
        """Return the source lines of a node of the program's source map."""
        return () if self._source is None else tuple(self._source.chain(node))

    @property
    def _source(self) -> SourceMap | None:
        if self.source is not None or self.program is None:
            return self.source
        return self.program.source


def subject_of(compiled: CompiledCircuit, judgement: Judgement | None = None) -> Subject:
    """Return a compiled circuit as it was before simplification."""
    found = subject_of_program(compiled.program)
    return Subject(
        found.rows,
        found.signals,
        _NamesOfCircuit(compiled),
        compiled.program,
        compiled.gadget_calls,
        compiled.n_input_rows,
        judgement,
        ranges=compiled.proven_ranges,
        asserts=lambda: asserts_of_templates(compiled.stated_conditions()),
    )


def subject_of_program(program: WitnessProgram, judgement: Judgement | None = None) -> Subject:
    """Return the circuit of a witness program; its gadget calls and the range checks of its inputs are not known."""
    signals, wire = [], 1
    for group in program.signals:
        wires = range(wire, wire + group.size)
        signals.append(NamedSignal(group.name, group.role, wires, _is_single(group)))
        wire += group.size
    return Subject(
        rows_of(program), signals, _NamesOfProgram(program), program, judgement=judgement
    )


def subject_of_system(
    system: System, public: frozenset[int] = frozenset(), judgement: Judgement | None = None
) -> Subject:
    """Return a circuit without a program; `public` are the public ones among its inputs."""
    roles = [(wire, Role.OUTPUT) for wire in system.outputs]
    roles += [(w, Role.PUBLIC if w in public else Role.PRIVATE) for w in sorted(system.inputs)]
    groups: dict[tuple[str, Role], list[int]] = defaultdict(list)
    for wire, role in roles:
        groups[system.names(wire).partition("[")[0], role].append(wire)
    signals = [
        NamedSignal(name, role, wires, is_single=system.names(wires[0]) == name)
        for (name, role), wires in groups.items()
    ]
    return Subject(
        _columns(system),
        signals,
        system.names,
        judgement=judgement,
        lost_inputs=system.lost_inputs,
        is_in_doubt=bool(system.in_doubt),
    )


def _is_single(group: SignalGroup) -> bool:
    return group.size == 1 and not group.shape


def _columns(system: System) -> ConstraintRows:
    starts, signals = [0], list[int]()
    coefficients: list[int] = []
    pool: dict[int, int] = {}
    for row in system.rows:
        for side in row:
            signals += side.keys()
            coefficients += [pool.setdefault(value, len(pool)) for value in side.values()]
            starts.append(len(signals))
    return ConstraintRows(
        system.modulus,
        system.n_wires,
        np.array(starts, np.int64),
        np.array(signals, np.int64),
        np.array(coefficients, np.int64),
        tuple(pool),
    )


class _NamesOfProgram:
    """The names of a program's wires; most inner wires have none."""

    def __init__(self, program: WitnessProgram) -> None:
        self._program = program

    @cached_property
    def _signals(self) -> list[str]:
        return names_of_wires(self._program)

    def __call__(self, wire: int) -> str:
        if wire < len(self._signals):
            return self._signals[wire]
        return self._program.wire_names.get(wire, f"wire {wire}")


class _NamesOfCircuit:
    """The names of a circuit's wires as in its .sym file, without `main.`; made when the first is asked for."""

    def __init__(self, compiled: CompiledCircuit) -> None:
        self._compiled = compiled

    @cached_property
    def _names(self) -> dict[int, str]:
        return {k: name.removeprefix("main.") for k, _, _, name in self._compiled.symbols()}

    def __call__(self, wire: int) -> str:
        return self._names.get(wire, f"wire {wire}")
