"""The link step: final wire numbers (the order of `R1CS`), and a witness program with names and source places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.assumption import Assumption, StatedAssumption, stated_assumptions
from zkctl.constraints.block import Block, HintCall, Ints, RowTable
from zkctl.constraints.evaluate import UserHint, evaluate
from zkctl.constraints.probable_mistakes import probable_mistakes
from zkctl.constraints.r1cs import R1CS
from zkctl.constraints.signals import SignalGroup, flatten_inputs
from zkctl.constraints.source_map import SourceMap, Span, describe
from zkctl.constraints.witness_program import WitnessProgram, names_of_wires
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import plain_values
from zkctl.dsl.trace import Session, user_hint_runner
from zkctl.errors import InputError
from zkctl.field import PrimeField


@dataclass(frozen=True, eq=False)
class CompiledCircuit:
    """The result of `Circuit.compile`.

    `user_hints` are the hints that are Python code: with them `witness` works here, but the program alone cannot run elsewhere.
    `assumptions` are all claims that no constraint enforces, one for each copy; `own_assumptions` those of the author's lines.
    """

    program: WitnessProgram
    component_names: tuple[str, ...]
    wire_components: Ints
    user_hints: Mapping[str, UserHint] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    n_input_rows: int = 0  # the first rows are the range checks of the inputs themselves

    @property
    def name(self) -> str:
        """The circuit's name."""
        return self.program.name

    @cached_property
    def r1cs(self) -> R1CS:
        """The constraint system."""
        return self.program.to_r1cs()

    @property
    def n_linear(self) -> int:
        """Rows whose A or B is a constant."""
        program = self.program
        lengths = np.diff(program.starts)
        side = np.repeat(np.arange(3 * program.n_rows, dtype=np.int64), lengths)
        has_wire = np.bincount(side[program.wires > 0], minlength=3 * program.n_rows) > 0
        return int((~has_wire[0::3] | ~has_wire[1::3]).sum())

    def witness(self, **inputs: object) -> list[int]:
        """Return all wires for inputs given as integers or nested lists of integers.

        Raises: UnsatisfiedError for inputs that break a constraint; InputError for missing, misshapen or too large values.
        """

        def convert(value: object, name: str) -> int:
            return canonical_input(value, name, self.program.field)

        flat = flatten_inputs(self.program.signals, plain_values(inputs), convert)
        return evaluate(self.program, flat, self.user_hints)

    def symbols(self) -> Iterator[tuple[int, int, int, str]]:
        """Yield the rows (label, wire, component, name) for the .sym file; labels are wire numbers, the constant is left out."""
        names = names_of_wires(self.program)
        for wire, name in enumerate(names[1:], start=1):
            yield wire, wire, 0, f"main.{name}"
        seen = [0] * len(self.component_names)
        components = self.wire_components.tolist()
        for wire in range(len(names), self.program.n_wires):
            component = components[wire]
            yield wire, wire, component, f"{self.component_names[component]}.w{seen[component]}"
            seen[component] += 1

    @property
    def own_assumptions(self) -> list[StatedAssumption]:
        """The assumptions that the author made, each line once, with the number of its copies."""
        return stated_assumptions(self.assumptions, self.program.source, of_library=False)

    @property
    def library_assumptions(self) -> list[StatedAssumption]:
        """The assumptions inside gadgets of the library, whose reasons their tests prove."""
        return stated_assumptions(self.assumptions, self.program.source, of_library=True)

    @property
    def warnings(self) -> list[str]:
        """Probable mistakes: inputs, outputs and hints that the constraints do not determine, hints that are not portable."""
        return probable_mistakes(self.program, self.n_input_rows)


def canonical_input(value: object, name: str, field: PrimeField) -> int:
    """Return an integer in [0, p); a negative one above -p stands for p + value.

    Raises: InputError, without the value: it may be secret.
    """
    if not isinstance(value, int):
        raise InputError(f"input {name} must be an integer, got a {type(value).__name__}")
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
    table = _sorted_rows(block.rows, numbers)
    used, position = _used_coefficients(block, table)
    program = WitnessProgram(
        interface.name,
        session.field,
        block.n_wires,
        tuple(signals),
        tuple(session.pool.values[k] for k in used.tolist()),
        table.starts,
        table.wires.astype(np.uint32),
        position[table.coefficients],
        table.targets.astype(np.uint32),
        tuple(_renumbered(call, numbers) for call in block.hints),
        _source_map(interface, session, block, table),
    )
    return CompiledCircuit(
        program,
        _component_names(session, block),
        _wire_components(block, numbers),
        _user_hints(session, program),
        tuple(
            Assumption(a.reason, a.low, a.high, a.node, {int(numbers[w]): c for w, c in a.terms.items()})
            for a in block.assumptions
        ),
        n_input_rows,
    )  # fmt: skip


def _used_coefficients(block: Block, table: RowTable) -> tuple[Ints, NDArray[np.uint32]]:
    """Return the entries of the pool that occur, and their positions in a pool of only those."""
    pool = block.pool
    hinted = [pool.index(c) for call in block.hints for t in call.inputs for c in t.values()]
    occurs = np.zeros(len(pool.values), bool)
    occurs[table.coefficients] = True
    occurs[hinted] = True
    used = np.flatnonzero(occurs)
    position = np.zeros(len(pool.values), np.uint32)
    position[used] = np.arange(len(used))
    return used, position


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


def _renumbered(call: HintCall, numbers: Ints) -> HintCall:
    inputs = tuple({int(numbers[w]): c for w, c in terms.items()} for terms in call.inputs)
    outputs = tuple(int(numbers[wire]) for wire in call.outputs)
    return HintCall(call.before_row, call.function, call.parameters, inputs, outputs, call.node)


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


def _user_hints(session: Session, program: WitnessProgram) -> dict[str, UserHint]:
    functions = {name: function for function, name in session.user_hints.items()}
    runners: dict[str, UserHint] = {}
    for call in program.user_hints:
        place = describe(program.source.chain(call.node))
        runners[call.function] = user_hint_runner(
            functions[call.function], len(call.outputs), program.field.modulus, place
        )
    return runners
