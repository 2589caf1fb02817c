"""The witness program of a circuit: constraints, hints and code in the order in which they run.

An instance's events between two components are a segment; a component's segments are stamped where it runs.  Rows have circom's
constraints with the signs that a witness program needs; checks are the constraints of `===`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from zkctl.circom.code.functions import functions_of
from zkctl.circom.code.shared import with_shared_code
from zkctl.circom.event_list import CHILD, N_KINDS, OTHER, ROW, EventList
from zkctl.circom.hint_columns import (
    HintFunctions,
    HintParts,
    HintPlaces,
    SegmentHints,
    stamped_hints,
)
from zkctl.circom.instance import Instance, RunAssign, RunCode
from zkctl.circom.layout import Layout
from zkctl.circom.local_rows import RowColumns, places_of, targets_of
from zkctl.circom.places import ComponentPlaces
from zkctl.circom.source import Place
from zkctl.circom.stamps import Offsets, Stamps, Tables, numbers
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
    """All segments of a circuit, and their order.

    A segment is what an instance does between two components.  Shapes: instances and n_rows (n_segments,); row_order (n,) the row of
    each, in `rows`.
    """

    def __init__(self, tree: InstanceTree, modulus: int) -> None:
        self.tree, self.modulus = tree, modulus
        zeros = [zero_hints(each) for each in tree.instances]
        events = [
            EventList.of(each.events) if not zero else EventList((*zero, *each.events))
            for each, zero in zip(tree.instances, zeros, strict=True)
        ]
        others = [other for each in events for other in each.others]
        constraints = [each.constraints for each in tree.instances]
        assigned = [each.row for each in others if isinstance(each, RunAssign)]
        self.rows = RowColumns.of([*constraints, assigned], modulus)
        self._divide(events, others)
        self._orders: dict[int, _Order] = {}
        for k, instance in enumerate(tree.instances):  # children before parents
            self._orders[id(instance)] = self._order_of(k)
        self.assigned_places = [each.place for each in assigned]

    def _divide(self, events: Sequence[EventList], others: Sequence[RunAssign | RunCode]) -> None:
        """Divide the events of all instances into segments."""
        codes = np.concatenate(
            [np.empty(0, np.int32), *(np.frombuffer(e.codes, np.int32) for e in events if e.codes)]
        )
        counts = np.array([len(each) for each in events], np.int64)
        self._ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        instance = np.repeat(np.arange(len(events)), counts)
        numbers, kinds = np.divmod(codes, np.int32(N_KINDS))
        is_child = kinds == CHILD
        is_first = ~is_child
        is_first[1:] &= is_child[:-1] | (instance[1:] != instance[:-1])
        self.instances = instance[is_first]
        self._numbers, self._is_child, self._is_first = numbers, is_child, is_first
        segment = np.cumsum(is_first) - 1
        rows = numbers + (np.cumsum(self.rows.n_rows) - self.rows.n_rows)[instance]
        is_other = kinds == OTHER
        is_assign = np.array([isinstance(each, RunAssign) for each in others], np.bool_)
        is_row = kinds == ROW
        places = np.flatnonzero(is_other)
        assigned = places[is_assign]
        is_row[assigned] = True
        rows[assigned] = int(self.rows.n_rows[:-1].sum()) + np.arange(len(assigned))
        self.row_order = rows[is_row]
        self.n_rows = np.bincount(segment[is_row], minlength=len(self.instances))
        coded = places[~is_assign]
        before = np.cumsum(is_row)[coded] - (np.cumsum(self.n_rows) - self.n_rows)[segment[coded]]
        calls = with_shared_code([e for e in others if isinstance(e, RunCode)], self.modulus)
        self.hints = SegmentHints(segment[coded], before.tolist(), calls, len(self.instances))

    def nodes_of_rows(self, places: ComponentPlaces) -> Ints:
        """Return the node of each row in its instance.  Shapes: -> (n_rows,)."""
        nodes = array("q")
        for k, each in enumerate(self.tree.instances):
            nodes.extend(places.local_nodes(k, places_of(each.constraints)))
        is_assigned = self.row_order >= len(nodes)
        owners = np.repeat(self.instances, self.n_rows)[is_assigned].tolist()
        for k, place in zip(owners, self.assigned_places, strict=True):
            nodes.extend(places.local_nodes(k, [place]))
        found: Ints = numbers(nodes)[self.row_order]
        return found

    def nodes_of_hints(self, places: ComponentPlaces) -> list[int]:
        """Return the node of each hint in its instance."""
        owners = self.instances[self.hints.segments].tolist()
        return [
            node
            for k, call in zip(owners, self.hints.calls, strict=True)
            for node in places.local_nodes(k, [call.place])
        ]

    @property
    def order(self) -> _Order:
        """The order of the whole circuit."""
        return self._orders[id(self.tree.main)]

    def _order_of(self, number: int) -> _Order:
        """Return the segments of an instance among those of its components."""
        instance = self.tree.instances[number]
        part = slice(int(self._ends[number]), int(self._ends[number + 1]))
        is_child, is_first = self._is_child[part], self._is_first[part]
        children = np.where(is_child, self._numbers[part], -1)[is_child | is_first]
        first = int(np.searchsorted(self.instances, number))
        return self._joined(instance, first, children, self.tree.child_offsets(instance))

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


def zero_hints(instance: Instance) -> list[RunCode]:
    """Return hints that set signals to 0 which nothing assigns: own ones, and inputs of components."""
    given = {0, *_assigned(instance)}
    first = 1
    wanted: list[int] = []
    for group in instance.signals:
        if group.role is Role.OUTPUT:
            wanted.extend(range(first, first + group.size))
        first += group.size
    for group in instance.intermediates:
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


def _assigned(instance: Instance) -> Iterator[int]:
    """Yield the signals that events of an instance set, and 0s."""
    targets, events = targets_of(instance.constraints), EventList.of(instance.events)
    for code in events.codes:
        number, kind = divmod(code, N_KINDS)
        if kind == ROW:
            yield targets[number]
    for event in events.others:
        yield from (event.row.target,) if isinstance(event, RunAssign) else event.outputs


def _zero_hint(signals: Sequence[int]) -> RunCode:
    n = len(signals)
    program = AdviceProgram("signals that nothing assigns", 0, (0,), 1, (0,) * n, ())
    return RunCode(program, (), (), tuple(signals), Place(0, 0, 0))


def witness_program(
    name: str, layout: Layout, field: PrimeField, program: Program
) -> WitnessProgram:
    """Return the computation of all signals; wires are labels, then hidden wires."""
    pool = CoefficientPool(field.modulus)
    segments = Segments(layout.tree, field.modulus)
    order = segments.order
    stamps = Stamps(order.segments, len(segments.instances))
    offsets = Offsets(order.signals, order.hidden, layout.n_labels)
    functions, places = HintFunctions(), ComponentPlaces(program, layout.tree)
    nodes = places.first_nodes[order.visits]
    rows = segments.rows.chosen(segments.row_order, segments.n_rows)
    tables = evaluated_columns(rows, pool)
    lengths = stamps.column(tables.lengths)
    hints = stamped_hints(
        HintParts.of(segments.hints, segments.nodes_of_hints(places), functions, pool),
        stamps,
        HintPlaces(offsets, _first_rows(segments, stamps), nodes),
        tuple(functions.names),
        pool,
    )
    row_nodes = Tables.cut(segments.nodes_of_rows(places), segments.n_rows)
    return WitnessProgram(
        name,
        field,
        layout.n_labels + layout.tree.n_hidden[id(layout.main)],
        layout.main.signals,
        pool.values,
        np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)]),
        stamps.wires(tables.wires, offsets),
        stamps.column(tables.coefficients),
        stamps.wires(Tables.cut(rows.targets, rows.n_rows), offsets),
        hints,
        places.source_map(stamps.column(row_nodes, nodes)),
        tuple(functions.programs),
        functions=_called(functions, program, field.modulus),
    )


def _called(functions: HintFunctions, program: Program, modulus: int) -> tuple[AdviceProgram, ...]:
    """Return the functions that code calls: all or none, so that they keep their numbers."""
    calls = any(each.op == Op.CALL for code in functions.programs for each in code.code)
    return functions_of(program, modulus).programs() if calls else ()


def _first_rows(segments: Segments, stamps: Stamps) -> Ints:
    """Return the number of rows before each stamp.  Shapes: -> (n_stamps,)."""
    counts = segments.n_rows[stamps.tables]
    return np.cumsum(counts) - counts
