"""A growing constraint system: single rows, and finished blocks that are stamped many times.

A block has wires 0 (the constant 1), 1 .. n_ports (its inputs) and its own wires after them.  Each row is three linear
combinations A * B = C, stored one after the other in one table of "sides": row k has sides 3k, 3k + 1, 3k + 2.  Stamping a block
renumbers whole arrays; only the few sides that mention a port are rewritten term by term.  Coefficients are indices into one pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.assumption import Assumption
from zkctl.constraints.linear import Terms, substitute
from zkctl.constraints.tree import Tree
from zkctl.runtime.records import record

Ints = NDArray[np.int64]


@dataclass
class CoefficientPool:
    """Every coefficient that occurs, once."""

    modulus: int
    values: list[int] = field(default_factory=list)
    _index: dict[int, int] = field(default_factory=dict)

    def index(self, value: int) -> int:
        """Return the position of a coefficient; added if it is new."""
        position = self._index.get(value)
        if position is None:
            position = self._index[value] = len(self.values)
            self.values.append(value)
        return position


@record
class HintCall:
    """Advice: before row `before_row`, the wires `outputs` become function(inputs; parameters).  `node` is the source line of the call."""

    before_row: int
    function: str
    parameters: tuple[int, ...]
    inputs: tuple[Terms, ...]
    outputs: tuple[int, ...]
    node: int


@record
class Row:
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
    def starts(self) -> Ints:
        """The start of each side's terms, and one more entry for the end.  Shapes: (3 n + 1,)."""
        return _starts(self.lengths)


def _starts(lengths: Ints) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])


class FixedTerms(NamedTuple):
    """Terms of linear combinations.  Shapes: (n_terms,) each; `place` counts within the side."""

    side: Ints
    place: Ints
    wires: Ints
    coefficients: Ints


@record(eq=False)
class Block:
    """A finished piece of a constraint system, ready to be stamped."""

    n_ports: int
    n_wires: int
    rows: RowTable
    hints: tuple[HintCall, ...]
    callers: Tree
    components: Tree
    component_runs: tuple[tuple[int, int], ...]  # (component node, number of consecutive wires)
    pool: CoefficientPool
    assumptions: tuple[Assumption, ...] = ()
    wire_names: tuple[tuple[int, str], ...] = ()

    @cached_property
    def port_sides(self) -> list[tuple[int, Terms]]:
        """The sides that mention a port, with their terms."""
        rows = self.rows
        side_of_term = np.repeat(np.arange(len(rows.lengths)), rows.lengths)
        is_port = (rows.wires > 0) & (rows.wires <= self.n_ports)
        values = self.pool.values
        found = []
        for side in np.unique(side_of_term[is_port]).tolist():
            part = slice(int(rows.starts[side]), int(rows.starts[side + 1]))
            pairs = zip(rows.wires[part].tolist(), rows.coefficients[part].tolist(), strict=True)
            found.append((side, {wire: values[c] for wire, c in pairs}))
        return found

    @cached_property
    def fixed_terms(self) -> FixedTerms:
        """The terms of all other sides."""
        rows = self.rows
        side_of_term = np.repeat(np.arange(len(rows.lengths)), rows.lengths)
        place = np.arange(len(rows.wires)) - rows.starts[side_of_term]
        rewritten = np.zeros(len(rows.lengths), bool)
        rewritten[[side for side, _ in self.port_sides]] = True
        keep = ~rewritten[side_of_term]
        return FixedTerms(
            side_of_term[keep], place[keep], rows.wires[keep], rows.coefficients[keep]
        )


class BlockBuilder:
    """Collects wires, rows, hints and stamped blocks in order."""

    def __init__(self, n_ports: int, pool: CoefficientPool) -> None:
        self.n_ports = n_ports
        self.n_wires = 1 + n_ports
        self.n_rows = 0
        self.pool = pool
        self.callers = Tree()
        self.components = Tree()
        self._hints: list[HintCall] = []
        self._rows: list[Row] = []
        self._tables: list[RowTable] = []
        self._runs: list[tuple[int, int]] = []
        self.assumptions: list[Assumption] = []
        self._wire_names: dict[int, str] = {}

    def new_wire(self) -> int:
        """Return a new local wire."""
        self.n_wires += 1
        if self._runs and self._runs[-1][0] == 0:
            self._runs[-1] = (0, self._runs[-1][1] + 1)
        else:
            self._runs.append((0, 1))
        return self.n_wires - 1

    def name_wire(self, wire: int, name: str) -> None:
        """Name one of the own wires; the first name stays."""
        self._wire_names.setdefault(wire, name)

    def add_row(self, row: Row) -> None:
        """Append a constraint."""
        self._rows.append(row)
        self.n_rows += 1

    def add_hint(
        self, function: str, parameters: tuple[int, ...], inputs: tuple[Terms, ...], n_outputs: int, node: int
    ) -> tuple[int, ...]:  # fmt: skip
        """Append advice; returns its new wires."""
        outputs = tuple(self.new_wire() for _ in range(n_outputs))
        self._hints.append(HintCall(self.n_rows, function, parameters, inputs, outputs, node))
        return outputs

    def stamp(self, block: Block, ports: Sequence[Terms], node: int, component: int) -> int:
        """Append a copy of `block` whose port k is the linear combination ports[k - 1].

        Returns the difference between this builder's wire numbers and the block's.
        """
        shift = self.n_wires - 1 - block.n_ports
        self.n_wires += block.n_wires - 1 - block.n_ports
        nodes = self.callers.graft(block.callers, node)
        components = self.components.graft(block.components, component)
        self._runs.extend((components[c], n) for c, n in block.component_runs)
        p = self.pool.modulus
        for call in block.hints:
            inputs = tuple(substitute(terms, ports, shift, p) for terms in call.inputs)
            outputs = tuple(wire + shift for wire in call.outputs)
            row = call.before_row + self.n_rows
            place = nodes[call.node]
            self._hints.append(HintCall(row, call.function, call.parameters, inputs, outputs, place))  # fmt: skip
        self.assumptions.extend(
            Assumption(a.reason, a.low, a.high, nodes[a.node], substitute(a.terms, ports, shift, p))
            for a in block.assumptions
        )
        self._wire_names.update((wire + shift, name) for wire, name in block.wire_names)
        self._flush()
        self._tables.append(self._stamped_rows(block, ports, shift, nodes))
        self.n_rows += block.rows.n_rows
        return shift

    def _stamped_rows(
        self, block: Block, ports: Sequence[Terms], shift: int, nodes: list[int]
    ) -> RowTable:
        rows = block.rows
        p = self.pool.modulus
        rewritten = [(side, substitute(t, ports, shift, p)) for side, t in block.port_sides]
        lengths = rows.lengths.copy()
        lengths[[side for side, _ in rewritten]] = [len(terms) for _, terms in rewritten]
        starts = _starts(lengths)
        wires = np.empty(starts[-1], np.int64)
        coefficients = np.empty(starts[-1], np.int64)
        side, place, fixed_wires, fixed_coefficients = block.fixed_terms
        at = starts[side] + place
        wires[at] = np.where(fixed_wires > 0, fixed_wires + shift, 0)
        coefficients[at] = fixed_coefficients
        for side_number, terms in rewritten:
            part = slice(int(starts[side_number]), int(starts[side_number + 1]))
            wires[part] = list(terms)
            coefficients[part] = [self.pool.index(value) for value in terms.values()]
        targets = np.where(rows.targets > 0, rows.targets + shift, 0)
        placed = np.array(nodes, np.int64)[rows.nodes]
        return RowTable(lengths, wires, coefficients, targets, placed, rows.messages)

    def _flush(self) -> None:
        if self._rows:
            self._tables.append(_table_of(self._rows, self.pool))
            self._rows = []

    def finish(self) -> Block:
        """Return everything collected so far, as arrays."""
        self._flush()
        table = RowTable.concatenate(self._tables)
        return Block(
            self.n_ports,
            self.n_wires,
            table,
            tuple(self._hints),
            self.callers,
            self.components,
            tuple(self._runs),
            self.pool,
            tuple(self.assumptions),
            tuple(self._wire_names.items()),
        )


def _table_of(rows: Sequence[Row], pool: CoefficientPool) -> RowTable:
    sides = [side for row in rows for side in (row.a, row.b, row.c)]
    columns: list[list[Any]] = [
        [len(side) for side in sides],
        [wire for side in sides for wire in side],
        [pool.index(value) for side in sides for value in side.values()],
        [row.target for row in rows],
        [row.node for row in rows],
        [row.message for row in rows],
    ]
    return RowTable(*(np.array(column, np.int64) for column in columns))
