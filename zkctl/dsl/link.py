"""The link step: final wire numbers (the order of `R1CS`), and a witness program with names and source places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.advice.log import LogLines
from zkctl.constraints.assumption import Assumption, StatedAssumption, stated_assumptions
from zkctl.constraints.block import Block, RowTable
from zkctl.constraints.evaluate import Evaluator
from zkctl.constraints.gadget_calls import (
    BlockContents,
    GadgetCall,
    Numbering,
    ProvenRange,
    StatedCondition,
)
from zkctl.constraints.hint_results import UserHint
from zkctl.constraints.r1cs import R1CS
from zkctl.constraints.sharing.program import share_in_program
from zkctl.constraints.sides import Ints
from zkctl.constraints.signals import SignalGroup, flatten_inputs
from zkctl.constraints.simplify.circuit import (
    contradiction,
    simplified_r1cs,
    simplify_program,
)
from zkctl.constraints.simplify.passes import Simplified
from zkctl.constraints.source_map import RowOrigins, SourceMap, Span, describe
from zkctl.constraints.witness_program import WitnessProgram, names_of_wires
from zkctl.dsl.advice.log import show_lines
from zkctl.dsl.eager import user_hint_runner
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import plain_values
from zkctl.dsl.session import Session
from zkctl.errors import CircuitError, InputError
from zkctl.field import PrimeField
from zkctl.runtime.collection import rare_collections


@dataclass(frozen=True, eq=False)
class CompiledCircuit:
    """The result of `Circuit.compile`.

    `user_hints` are the hints that are Python code: with them `witness` works here, but the program alone cannot run elsewhere.
    """

    program: WitnessProgram
    component_names: tuple[str, ...]
    wire_components: Ints
    user_hints: Mapping[str, UserHint] = field(default_factory=dict)
    n_input_rows: int = 0  # the first rows are the range checks of the inputs themselves
    simplification: Simplified | None = None
    contents: BlockContents = field(default_factory=BlockContents)
    numbers: Ints | None = None  # from the wires of the outermost block to those of the circuit

    def simplified(self, level: int = 2) -> CompiledCircuit:
        """Return the circuit without linear constraints that can be solved: at level 1 equal signals and constants, at level 2 all.

        Outputs and public inputs stay; the witness is computed as before, then the wires that are left are taken.
        Raises: CircuitError for constraints that contradict each other.
        """
        if level == 0:
            program = replace(self.program, kept=None)
            return replace(self, program=program, simplification=None)
        with rare_collections():
            result = simplify_program(self.program, level=level)
        if result.is_contradictory:
            raise contradiction(self.program, level=level)
        if len(result.kept) == self.program.n_wires:
            return self.simplified(0)
        program = replace(self.program, kept=result.kept.astype(np.uint32))
        return replace(self, program=program, simplification=result)

    def with_shared_sums(self, level: int = 2) -> CompiledCircuit:
        """Return the circuit simplified at level 1 or 2, with wires for sums that several constraints use.

        The new wires come after all others; for proof systems in which an addition costs a row.
        Raises: as `simplified`.
        """
        with rare_collections():
            found = simplify_program(self.program, level=level)
            if found.is_contradictory:
                raise contradiction(self.program, level=level)
            program, found = share_in_program(self.program, found)
        n_new = program.n_wires - self.program.n_wires
        components = np.concatenate([self.wire_components, np.zeros(n_new, np.int64)])
        return replace(self, program=program, simplification=found, wire_components=components)

    @property
    def name(self) -> str:
        """The circuit's name."""
        return self.program.name

    @cached_property
    def r1cs(self) -> R1CS:
        """The constraint system."""
        if self.simplification is None:
            return self.program.to_r1cs()
        return simplified_r1cs(self.program, self.simplification)

    @property
    def n_linear(self) -> int:
        """Rows whose A or B is a constant."""
        if self.simplification is not None:
            return len(self.simplification.linear)
        program = self.program
        lengths = np.diff(program.starts)
        side = np.repeat(np.arange(3 * program.n_rows, dtype=np.int64), lengths)
        has_wire = np.bincount(side[program.wires > 0], minlength=3 * program.n_rows) > 0
        return int((~has_wire[0::3] | ~has_wire[1::3]).sum())

    @property
    def row_origins(self) -> RowOrigins:
        """The origins of the rows, and the rows that are left."""
        found = self.simplification
        if found is None:
            return RowOrigins(self.program.source)
        return RowOrigins(self.program.source, found.origins, len(found.linear))

    def witness(self, **inputs: object) -> list[int]:
        """Return the wires of the circuit for inputs given as integers or nested lists of integers.

        Raises: UnsatisfiedError for inputs that break a constraint; InputError for missing, misshapen or too large values.
        """

        def convert(value: object, name: str) -> int:
            return canonical_input(value, name, self.program.field)

        flat = flatten_inputs(self.program.signals, plain_values(inputs), convert)
        lines = LogLines()
        try:
            values = self._evaluator.integers(flat, lines)
        finally:
            show_lines(lines)
        return values if self.program.kept is None else [values[k] for k in self.program.kept]

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self.program, self.user_hints)

    def symbols(self) -> Iterator[tuple[int, int, int, str]]:
        """Yield the rows (label, wire, component, name) for the .sym file, without the constant.

        Labels are the wire numbers before simplification; the wire is -1 if it was removed.
        """
        wires = np.arange(self.program.n_wires)
        if self.program.kept is not None:
            wires[:] = -1
            wires[self.program.kept] = np.arange(len(self.program.kept))
        numbers = wires.tolist()
        for label, component, name in self._named_wires():
            yield label, numbers[label], component, name

    def gadget_calls(self) -> Iterator[GadgetCall]:
        """Yield every call of a gadget with its contract, rows and wires (before simplification), those inside others after them."""
        yield from self._numbering.calls(self.contents)

    def proven_ranges(self) -> Iterator[ProvenRange]:
        """Yield the linear combinations of wires (before simplification) that rows prove to be bits or numbers of a width."""
        yield from self._numbering.ranges(self.contents)

    def stated_conditions(self) -> Iterator[StatedCondition]:
        """Yield the conditions that only the prover's program checks: asserts of templates that are called."""
        yield from self._numbering.conditions(self.contents)

    @property
    def _numbering(self) -> Numbering:
        numbers = np.arange(self.program.n_wires) if self.numbers is None else self.numbers
        return Numbering(numbers.tolist(), self.program.field.modulus)

    def _named_wires(self) -> Iterator[tuple[int, int, str]]:
        names = names_of_wires(self.program)
        for wire, name in enumerate(names[1:], start=1):
            yield wire, 0, f"main.{name}"
        seen = [0] * len(self.component_names)
        components = self.wire_components.tolist()
        for wire in range(len(names), self.program.n_wires):
            component = components[wire]
            unnamed = f"{self.component_names[component]}.w{seen[component]}"
            named = self.program.wire_names.get(wire)
            yield wire, component, f"main.{named}" if named else unnamed
            seen[component] += 1

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """All claims that no constraint enforces, one for each copy of a gadget."""
        return self.program.assumptions

    @property
    def own_assumptions(self) -> list[StatedAssumption]:
        """The assumptions that the author made, each line once, with the number of its copies."""
        return stated_assumptions(self.assumptions, self.program.source, of_library=False)

    @property
    def library_assumptions(self) -> list[StatedAssumption]:
        """The assumptions inside gadgets of the library, whose reasons their tests prove."""
        return stated_assumptions(self.assumptions, self.program.source, of_library=True)


def canonical_input(value: object, name: str, field: PrimeField) -> int:
    """Return an integer in [0, p); a negative one above -p stands for p + value.

    Raises: InputError, without the value: it may be secret.
    """
    if not isinstance(value, int):
        raise InputError(
            f"input {name} must be an integer, got a {type(value).__name__}",
            hint="write int(text) for a text; zkctl.testing.read_inputs(file) reads a file of inputs",
        )
    if not -field.modulus < value < field.modulus:
        raise InputError(
            f"input {name} is not below the modulus of {field.name}",
            hint="reduce it modulo the field first, if that is what you mean",
        )
    return value % field.modulus


def link(
    interface: Interface,
    session: Session,
    block: Block,
    signals: Sequence[SignalGroup],
    output_wires: Sequence[int],
    n_input_rows: int,
) -> CompiledCircuit:
    """Number the wires, resolve the source places, and collect everything."""
    numbers = _final_numbers(block, output_wires)
    component_names, components = _component_names(session, block), _wire_components(block, numbers)
    paths = [component_names[k] for k in components.tolist()]
    names = _wire_names(block, numbers, paths, first=1 + sum(group.size for group in signals))
    _check_names(interface, signals, names)
    table = _sorted_rows(block.rows, numbers)
    used, position, of_hints = _used_coefficients(block, table)
    pool = tuple(session.pool.values[k] for k in used.tolist())
    program = WitnessProgram(
        interface.name,
        session.field,
        block.n_wires,
        tuple(signals),
        pool,
        table.starts,
        table.wires.astype(np.uint32),
        position[table.coefficients],
        table.targets.astype(np.uint32),
        block.hints.renumbered(numbers, of_hints, pool),
        _source_map(interface, session, block, table),
        tuple(session.advice),
        _renumbered_assumptions(block, numbers),
        wire_names=names,
        functions=tuple(session.functions),
    )
    return CompiledCircuit(
        program,
        component_names,
        components,
        _user_hints(session, program),
        n_input_rows=n_input_rows,
        contents=block.contents,
        numbers=numbers,
    )


def _renumbered_assumptions(block: Block, numbers: Ints) -> tuple[Assumption, ...]:
    found = []
    for each in block.assumptions:
        terms = {int(numbers[wire]): value for wire, value in each.terms.items()}
        found.append(Assumption(each.reason, each.low, each.high, each.node, terms))
    return tuple(found)


def _used_coefficients(
    block: Block, table: RowTable
) -> tuple[Ints, NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the entries of the pool that occur, and the positions in a pool of only those: of the pool's, of the hints' pool's."""
    pool, of_hints = block.pool, block.pool.of_hints.values
    kinds, first = np.unique(block.hints.coefficients, return_index=True)
    hinted = kinds[np.argsort(first)]  # in the order in which hints mention them
    added = pool.indices([of_hints[k] for k in hinted.tolist()])
    occurs = np.zeros(len(pool.values), bool)
    occurs[table.coefficients] = True
    occurs[added] = True
    used = np.flatnonzero(occurs)
    position = np.zeros(len(pool.values), np.uint32)
    position[used] = np.arange(len(used))
    position_of_hints = np.zeros(len(of_hints), np.uint32)
    position_of_hints[hinted] = position[added]
    return used, position, position_of_hints


def _final_numbers(block: Block, output_wires: Sequence[int]) -> Ints:
    """Return the final number of each wire: constant, outputs, ports, the rest in order of creation."""
    order = np.array([0, *output_wires, *range(1, block.n_ports + 1)], np.int64)
    rest = np.setdiff1d(np.arange(block.n_wires), order)
    numbers = np.empty(block.n_wires, np.int64)
    numbers[np.concatenate([order, rest])] = np.arange(block.n_wires)
    return numbers


def _sorted_rows(rows: RowTable, numbers: Ints) -> RowTable:
    """Return the rows with final wire numbers, ascending within each side."""
    wires = numbers[rows.wires]
    side = np.repeat(np.arange(len(rows.lengths), dtype=np.int64), rows.lengths)
    order = np.argsort(side << 32 | wires, kind="stable")
    targets = np.where(rows.targets > 0, numbers[rows.targets], 0)
    return RowTable(
        rows.lengths, wires[order], rows.coefficients[order], targets, rows.nodes, rows.messages
    )


def _source_map(interface: Interface, session: Session, block: Block, table: RowTable) -> SourceMap:
    root = Path(interface.function.__code__.co_filename).parent
    sites = [site for _, site in session.sites.values()]
    spans: dict[Span, int] = {}
    node_spans = [0]
    for label in block.callers.labels[1:]:
        span = sites[label].resolve(root)
        node_spans.append(spans.setdefault(span, len(spans)))
    return SourceMap(
        tuple(spans),
        np.array(node_spans, np.uint32),
        np.array(block.callers.parents, np.uint32),
        tuple(session.messages),
        table.nodes.astype(np.uint32),
        table.messages.astype(np.uint32),
    )


def _component_names(session: Session, block: Block) -> tuple[str, ...]:
    labels = {label: name for name, label in session.component_names.items()}
    tree = block.components
    names = ["main"]
    for label, parent in zip(tree.labels[1:], tree.parents[1:], strict=True):
        names.append(f"{names[parent]}.{labels[label]}")
    return tuple(names)


def _wire_components(block: Block, numbers: Ints) -> Ints:
    """Return the component of every wire.  Shapes: -> (n_wires,), by final number."""
    runs = np.array(block.component_runs, np.int64).reshape(-1, 2)
    own = np.repeat(runs[:, 0], runs[:, 1])
    components = np.zeros(block.n_wires, np.int64)
    components[numbers[1 + block.n_ports :]] = own
    return components


def _wire_names(block: Block, numbers: Ints, paths: Sequence[str], *, first: int) -> dict[int, str]:
    """Return the names of inner wires, from `first` on, by final number: gadget[2].carry; equal names of one component are numbered."""
    named = {int(numbers[wire]): name for wire, name in block.wire_names}
    wires: dict[str, list[int]] = {}
    for wire in sorted(wire for wire in named if wire >= first):
        component = paths[wire].removeprefix("main").removeprefix(".")
        wires.setdefault(f"{component}.{named[wire]}" if component else named[wire], []).append(
            wire
        )
    return {
        wire: name if len(same) == 1 else f"{name}[{k}]"
        for name, same in wires.items()
        for k, wire in enumerate(same)
    }


def _check_names(
    interface: Interface, signals: Sequence[SignalGroup], names: Mapping[int, str]
) -> None:
    taken = {group.name for group in signals}
    found = next((name for name in names.values() if name.partition("[")[0] in taken), None)
    if found is not None:
        raise CircuitError(
            f"the name {found} of a wire is that of an input or output",
            where=interface.place,
            hint="choose another name in wire(x, name)",
        )


def _user_hints(session: Session, program: WitnessProgram) -> dict[str, UserHint]:
    functions = {name: function for function, name in session.user_hints.items()}
    runners: dict[str, UserHint] = {}
    for call in program.user_hints:
        place = describe(program.source.chain(call.node))
        runners[call.function] = user_hint_runner(
            functions[call.function], len(call.outputs), program.field.modulus, place
        )
    return runners
