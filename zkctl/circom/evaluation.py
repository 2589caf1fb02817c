"""The witness program of a circuit: constraints, hints and code in the order in which they run.

An instance's events between two components are a segment; a component's segments are stamped where it runs.  Rows have circom's
constraints with the signs that a witness program needs; checks are the constraints of `===`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from zkctl.circom.code.functions import functions_of
from zkctl.circom.hint_columns import HintFunctions, HintParts, HintPlaces, stamped_hints
from zkctl.circom.instance import (
    Event,
    Instance,
    LocalConstraint,
    RunAssign,
    RunChild,
    RunCode,
    RunRow,
)
from zkctl.circom.layout import Layout
from zkctl.circom.places import ComponentPlaces
from zkctl.circom.source import Place
from zkctl.circom.stamps import Offsets, Stamps, Tables
from zkctl.circom.tables import evaluated_columns
from zkctl.circom.visits import ChildOffsets, InstanceTree
from zkctl.constraints.advice.instructions import AdviceProgram, Op
from zkctl.constraints.sides import CoefficientPool, Ints
from zkctl.constraints.signals import Role
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.field import PrimeField
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from zkctl.circom.nodes import Program

_MOST_OUTPUTS = 1 << 15  # of one hint that sets signals to 0


class Segment(NamedTuple):
    """Events of an instance that no component interrupts; `hints` with the number of rows before each."""

    instance: int
    rows: tuple[LocalConstraint, ...]
    hints: tuple[tuple[int, RunCode], ...]


@record(eq=False)
class _Order:
    """Segments in the order in which they run.

    Shapes: (n,) each: the segment; the visit that it belongs to; offsets of signals and hidden wires.
    """

    segments: Ints
    visits: Ints
    signals: Ints
    hidden: Ints


class Segments:
    """All segments of a circuit, and their order."""

    def __init__(self, tree: InstanceTree) -> None:
        self.tree = tree
        self.segments: list[Segment] = []
        self._orders: dict[int, _Order] = {}
        for instance in tree.instances:  # children before parents
            self._orders[id(instance)] = self._order_of(instance)

    @property
    def order(self) -> _Order:
        """The order of the whole circuit."""
        return self._orders[id(self.tree.main)]

    def _order_of(self, instance: Instance) -> _Order:
        """Return the segments of an instance among those of its components."""
        offsets = self.tree.child_offsets(instance)
        children: list[int] = []  # -1 for a segment of the instance
        first = len(self.segments)
        waiting: list[Event] = list(zero_hints(instance))
        for event in instance.events:
            if not isinstance(event, RunChild):
                waiting.append(event)
                continue
            if waiting:
                self._close(instance, waiting)
                children.append(-1)
            children.append(event.child)
        if waiting:
            self._close(instance, waiting)
            children.append(-1)
        return self._joined(instance, first, np.array(children, np.int64), offsets)

    def _joined(
        self, instance: Instance, first: int, children: Ints, offsets: ChildOffsets
    ) -> _Order:
        """Return one order of own segments, numbered from `first`, and the orders of components.  Shapes: children (n,)."""
        kinds = {id(child.instance): k for k, child in enumerate(instance.children)}
        numbers = {each: k for k, each in enumerate(kinds, start=1)}
        below = [self._orders[each] for each in kinds]
        own = np.zeros(1, np.int64)
        tables = np.array([0, *(numbers[id(child.instance)] for child in instance.children)])
        stamps = Stamps(tables[children + 1], 1 + len(below))
        is_own = children < 0
        segments = np.where(is_own, first - 1 + np.cumsum(is_own), 0)

        def column(name: str, shifts: Ints) -> Ints:
            parts = [own, *(getattr(each, name) for each in below)]
            lengths = np.array([len(each) for each in parts], np.int64)
            return stamps.column(Tables.cut(np.concatenate(parts), lengths), shifts).astype(
                np.int64
            )

        def of_children(starts: Ints) -> Ints:
            return np.where(is_own, 0, np.concatenate([own, starts])[children + 1])

        return _Order(
            column("segments", segments),
            column("visits", of_children(offsets.visits)),
            column("signals", of_children(offsets.signals)),
            column("hidden", of_children(offsets.hidden)),
        )

    def _close(self, instance: Instance, events: list[Event]) -> None:
        """End a segment."""
        rows: list[LocalConstraint] = []
        hints: list[tuple[int, RunCode]] = []
        for event in events:
            if isinstance(event, RunCode):
                hints.append((len(rows), event))
            elif isinstance(event, RunRow):
                rows.append(instance.constraints[event.row])
            elif isinstance(event, RunAssign):
                rows.append(event.row)
        events.clear()
        number = self.tree.position[id(instance)]
        self.segments.append(Segment(number, tuple(rows), tuple(hints)))


def zero_hints(instance: Instance) -> list[RunCode]:
    """Return hints that set signals to 0 which nothing assigns: own ones, and inputs of components."""
    given = {0}
    for event in instance.events:
        match event:
            case RunRow(row):
                given.add(instance.constraints[row].target)
            case RunAssign(row):
                given.add(row.target)
            case RunCode(outputs=outputs):
                given.update(outputs)
            case _:
                continue
    first = 1
    wanted: list[int] = []
    for group in (*instance.signals, *instance.intermediates):
        if group.role is Role.OUTPUT or group in instance.intermediates:
            wanted.extend(range(first, first + group.size))
        first += group.size
    for child in instance.children:
        first = child.first
        for group in child.instance.signals:
            if group.role is not Role.OUTPUT:
                wanted.extend(range(first, first + group.size))
            first += group.size
    missing = [signal for signal in wanted if signal not in given]
    return [
        _zero_hint(missing[k : k + _MOST_OUTPUTS]) for k in range(0, len(missing), _MOST_OUTPUTS)
    ]


def _zero_hint(signals: Sequence[int]) -> RunCode:
    n = len(signals)
    program = AdviceProgram("signals that nothing assigns", 0, (0,), 1, (0,) * n, ())
    return RunCode(program, (), (), tuple(signals), Place(0, 0, 0))


def witness_program(
    name: str, layout: Layout, field: PrimeField, program: Program
) -> WitnessProgram:
    """Return the computation of all signals; wires are labels, then hidden wires."""
    evaluation, pool = Segments(layout.tree), CoefficientPool(field.modulus)
    segments, order = evaluation.segments, evaluation.order
    stamps = Stamps(order.segments, len(segments))
    offsets = Offsets(order.signals, order.hidden, layout.n_labels)
    functions, places = HintFunctions(), ComponentPlaces(program, layout.tree)
    nodes = places.first_nodes[order.visits]
    tables = evaluated_columns((each.rows for each in segments), pool)
    lengths = stamps.column(tables.lengths)
    hints = stamped_hints(
        _hint_parts(segments, places, functions, pool),
        stamps,
        HintPlaces(offsets, _first_rows(segments, stamps), nodes),
        tuple(functions.names),
        pool,
    )
    row_nodes = Tables.of(
        places.local_nodes(each.instance, (row.place for row in each.rows)) for each in segments
    )
    targets = Tables.of([row.target for row in each.rows] for each in segments)
    return WitnessProgram(
        name,
        field,
        layout.n_labels + layout.tree.n_hidden[id(layout.main)],
        layout.main.signals,
        pool.values,
        np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)]),
        stamps.wires(tables.wires, offsets),
        stamps.column(tables.coefficients),
        stamps.wires(targets, offsets),
        hints,
        places.source_map(stamps.column(row_nodes, nodes)),
        tuple(functions.programs),
        functions=_called(functions, program, field.modulus),
    )


def _called(functions: HintFunctions, program: Program, modulus: int) -> tuple[AdviceProgram, ...]:
    """Return the functions that code calls: all or none, so that they keep their numbers."""
    calls = any(each.op == Op.CALL for code in functions.programs for each in code.code)
    return functions_of(program, modulus).programs() if calls else ()


def _hint_parts(
    segments: Sequence[Segment],
    places: ComponentPlaces,
    functions: HintFunctions,
    pool: CoefficientPool,
) -> HintParts:
    nodes = Tables.of(
        places.local_nodes(each.instance, (call.place for _, call in each.hints))
        for each in segments
    )
    return HintParts.of([each.hints for each in segments], nodes, functions, pool)


def _first_rows(segments: Sequence[Segment], stamps: Stamps) -> Ints:
    """Return the number of rows before each stamp.  Shapes: -> (n_stamps,)."""
    counts = np.array([len(each.rows) for each in segments], np.int64)[stamps.tables]
    return np.cumsum(counts) - counts
