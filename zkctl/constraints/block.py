"""A growing constraint system: single rows, and finished blocks that are stamped many times.

A block has wires 0 (the constant 1), 1 .. n_ports (its inputs) and its own wires after them.  Each row is three linear
combinations A * B = C, stored one after the other in one table of "sides": row k has sides 3k, 3k + 1, 3k + 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple, TypeAlias

from zkctl.constraints.advice.calls import ADVICE
from zkctl.constraints.assumption import Assumption
from zkctl.constraints.gadget_calls import (
    BlockContents,
    GadgetCall,
    ProvenRange,
    StatedCondition,
    TemplateBody,
)
from zkctl.constraints.hint_functions import BUILT_IN
from zkctl.constraints.hint_table import HintColumns, HintTable
from zkctl.constraints.linear import Terms, substitute
from zkctl.constraints.sides import CoefficientPool, Ints, Ports, SideTable
from zkctl.constraints.tree import Tree
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

RowParts: TypeAlias = tuple[Mapping[int, int], Mapping[int, int], Mapping[int, int], int, int, int]


class Row(NamedTuple):
    """One constraint A * B = C; `target` is the wire it defines (0: none, the row is only a check)."""

    a: Mapping[int, int]
    b: Mapping[int, int]
    c: Mapping[int, int]
    target: int = 0
    node: int = 0
    message: int = 0


@record(eq=False)
class RowTable:
    """Consecutive rows as arrays.

    Shapes: lengths (3 n,), wires and coefficients (sum of lengths,), targets, nodes and messages (n,).
    """

    lengths: Ints
    wires: Ints
    coefficients: Ints
    targets: Ints
    nodes: Ints
    messages: Ints

    @classmethod
    def concatenate(cls, tables: Sequence[RowTable]) -> RowTable:
        """Return the rows of all tables in order."""
        names = ("lengths", "wires", "coefficients", "targets", "nodes", "messages")
        empty = [np.empty(0, np.int64)]
        return cls(*(np.concatenate([getattr(t, n) for t in tables] or empty) for n in names))

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.targets)

    @cached_property
    def sides(self) -> SideTable:
        """The linear combinations."""
        return SideTable(self.lengths, self.wires, self.coefficients)

    @property
    def starts(self) -> Ints:
        """The start of each side's terms, and one more entry for the end.  Shapes: (3 n + 1,)."""
        return self.sides.starts

    def placed(self, ports: Ports, nodes: Sequence[int], pool: CoefficientPool) -> RowTable:
        """Return the rows of a copy of their block, its nodes being `nodes`."""
        sides = self.sides.placed(ports, pool)
        targets, places = ports.moved[self.targets], np.array(nodes, np.int64)[self.nodes]
        return RowTable(
            sides.lengths, sides.wires, sides.coefficients, targets, places, self.messages
        )


@record(eq=False)
class Block:
    """A finished piece of a constraint system, ready to be stamped."""

    n_ports: int
    n_wires: int
    rows: RowTable
    hints: HintTable
    callers: Tree
    components: Tree
    component_runs: tuple[tuple[int, int], ...]  # (component node, number of consecutive wires)
    pool: CoefficientPool
    assumptions: tuple[Assumption, ...] = ()
    wire_names: tuple[tuple[int, str], ...] = ()
    contents: BlockContents = BlockContents()

    def same_as(self, other: Block) -> bool:
        """Return whether two blocks over one pool have the same wires, rows, hints and components; source places do not count."""
        tables = (self.rows, other.rows)
        columns = ("lengths", "wires", "coefficients", "targets", "messages")
        return (
            (self.n_ports, self.n_wires) == (other.n_ports, other.n_wires)
            and all(np.array_equal(*(getattr(t, name) for t in tables)) for name in columns)
            and self.hints.same_as(other.hints)
            and self.components == other.components
            and self.component_runs == other.component_runs
            and self.wire_names == other.wire_names
            and [(a.reason, a.low, a.high, a.terms) for a in self.assumptions]
            == [(a.reason, a.low, a.high, a.terms) for a in other.assumptions]
        )

    @cached_property
    def is_repeatable(self) -> bool:
        """True if a copy does the same each time: no advice of Python code, which may answer differently, and no log."""
        table = self.hints
        return all(
            name in BUILT_IN
            or (name.startswith(ADVICE) and bool(table.n_outputs[table.functions == k].all()))
            for k, name in enumerate(table.names)
        )


def with_body(
    block: Block,
    promised: Sequence[tuple[int, int] | None],
    returned: Sequence[tuple[Terms, tuple[int, int] | None]],
) -> Block:
    """Return the block of a stamped gadget, its rows among its contents, with the intervals of its arguments and its results."""
    rows = block.rows
    sides = SideTable(rows.lengths, rows.wires, rows.coefficients)  # shares the arrays
    body = TemplateBody(
        block.n_ports, block.n_wires, sides, block.pool.values, tuple(promised), tuple(returned)
    )
    return replace(block, contents=replace(block.contents, body=body))


class BlockBuilder:
    """Collects wires, rows, hints and stamped blocks in order."""

    def __init__(self, n_ports: int, pool: CoefficientPool) -> None:
        self.n_ports = n_ports
        self.n_wires = 1 + n_ports
        self.n_rows = 0
        self.pool = pool
        self.callers = Tree()
        self.components = Tree()
        self._hints = HintColumns()  # after those in the tables
        self._hint_tables: list[HintTable] = []
        self._columns = _Columns()  # of the rows after those in the tables
        self._tables: list[RowTable] = []
        self._runs: list[tuple[int, int]] = []
        self._run = 0  # own wires after those in the runs
        self.assumptions: list[Assumption] = []
        self._wire_names: dict[int, str] = {}
        self.calls: list[GadgetCall] = []
        self.conditions: list[StatedCondition] = []
        self.ranges: list[ProvenRange] = []

    def new_wire(self) -> int:
        """Return a new local wire."""
        self.n_wires += 1
        self._run += 1
        return self.n_wires - 1

    def name_wire(self, wire: int, name: str) -> None:
        """Name one of the own wires; the first name stays."""
        self._wire_names.setdefault(wire, name)

    def add_row(self, row: RowParts) -> None:
        """Append a constraint: a Row, or its parts in a tuple, which costs less to make."""
        a, b, c, target, node, message = row
        columns = self._columns
        columns.lengths += (len(a), len(b), len(c))
        wires, values = columns.wires, columns.values
        wires += a
        wires += b
        wires += c
        values += a.values()
        values += b.values()
        values += c.values()
        columns.targets.append(target)
        columns.nodes.append(node)
        columns.messages.append(message)
        self.n_rows += 1

    def add_hint(
        self, function: str, parameters: tuple[int, ...], inputs: Sequence[Terms], n_outputs: int, node: int
    ) -> Sequence[int]:  # fmt: skip
        """Append advice; returns its new wires."""
        first = self.n_wires
        self.n_wires += n_outputs
        self._run += n_outputs
        outputs = range(first, self.n_wires)
        self._hints.add(self.n_rows, function, parameters, inputs, outputs, node)
        return outputs

    def compute(
        self, function: str, parameters: tuple[int, ...], exchanged: tuple[Sequence[Terms], Sequence[int]], node: int
    ) -> None:  # fmt: skip
        """Append advice for wires that exist; `exchanged` are its inputs and its outputs."""
        inputs, outputs = exchanged
        self._hints.add(self.n_rows, function, parameters, inputs, outputs, node)

    def stamp(self, block: Block, ports: Sequence[Terms], node: int, component: int) -> int:
        """Append a copy of `block` whose port k is the linear combination ports[k - 1].

        Returns the difference between this builder's wire numbers and the block's.
        """
        shift = self.n_wires - 1 - block.n_ports
        self.n_wires += block.n_wires - 1 - block.n_ports
        nodes = self.callers.graft(block.callers, node)
        components = self.components.graft(block.components, component)
        self._end_run()
        self._runs.extend((components[c], n) for c, n in block.component_runs)
        p, moved = self.pool.modulus, Ports.of(ports, block.n_wires, shift)
        if len(block.hints):
            self._flush_hints()
            self._hint_tables.append(
                block.hints.placed(moved, self.n_rows, nodes, self.pool.of_hints)
            )
        self.assumptions.extend(
            Assumption(a.reason, a.low, a.high, nodes[a.node], substitute(a.terms, ports, shift, p))
            for a in block.assumptions
        )
        self._wire_names.update((wire + shift, name) for wire, name in block.wire_names)
        self._flush()
        self._tables.append(block.rows.placed(moved, nodes, self.pool))
        self.n_rows += block.rows.n_rows
        return shift

    def _end_run(self) -> None:
        if self._run:
            self._runs.append((0, self._run))
            self._run = 0

    def _flush(self) -> None:
        if self._columns.targets:
            self._tables.append(self._columns.table(self.pool))
            self._columns = _Columns()

    def _flush_hints(self) -> None:
        if self._hints.rows:
            self._hint_tables.append(self._hints.table(self.pool.of_hints))
            self._hints = HintColumns()

    def finish(self) -> Block:
        """Return everything collected so far, as arrays."""
        self._flush()
        self._flush_hints()
        self._end_run()
        table = RowTable.concatenate(self._tables)
        return Block(
            self.n_ports,
            self.n_wires,
            table,
            HintTable.concatenate(self._hint_tables, self.pool.of_hints),
            self.callers,
            self.components,
            tuple(self._runs),
            self.pool,
            tuple(self.assumptions),
            tuple(self._wire_names.items()),
            BlockContents(tuple(self.calls), tuple(self.ranges), conditions=tuple(self.conditions)),
        )


class _Columns:
    """Rows as lists: they hold less memory than rows that are objects, and Python need not look through them for cycles."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.wires: list[int] = []
        self.values: list[int] = []
        self.targets: list[int] = []
        self.nodes: list[int] = []
        self.messages: list[int] = []

    def table(self, pool: CoefficientPool) -> RowTable:
        """Return the rows as arrays."""
        coefficients = pool.indices(self.values)
        columns = (self.lengths, self.wires, coefficients, self.targets, self.nodes, self.messages)
        return RowTable(*(np.array(column, np.int64) for column in columns))
