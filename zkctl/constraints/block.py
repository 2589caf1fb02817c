"""A growing constraint system: single rows, and finished blocks that are stamped many times.

A block has wires 0 (the constant 1), 1 .. n_ports (its inputs) and its own wires after them.  Each row is three linear
combinations A * B = C, stored one after the other in one table of "sides": row k has sides 3k, 3k + 1, 3k + 2.  Stamping a block
renumbers whole arrays; only sides that mention a port which stands for a combination are rewritten term by term.  Coefficients
are indices into one pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from zkctl.constraints.advice.calls import ADVICE
from zkctl.constraints.assumption import Assumption
from zkctl.constraints.gadget_calls import BlockContents, GadgetCall, ProvenRange
from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.hint_functions import BUILT_IN
from zkctl.constraints.linear import Terms, substitute
from zkctl.constraints.tree import Tree
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

Ints: TypeAlias = "NDArray[np.int64]"


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


class Split(NamedTuple):
    """The sides of a block that a stamp writes term by term, with their terms, and the terms that it only renumbers."""

    sides: list[tuple[int, Terms]]
    fixed: FixedTerms


_KEPT_SPLITS = 16  # of one block; most blocks are always stamped with the same kinds of ports


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
    contents: BlockContents = BlockContents()

    def same_as(self, other: Block) -> bool:
        """Return whether two blocks over one pool have the same wires, rows, hints and components; source places do not count."""
        tables = (self.rows, other.rows)
        columns = ("lengths", "wires", "coefficients", "targets", "messages")
        calls = [
            [(c.before_row, c.function, c.parameters, c.inputs, c.outputs) for c in block.hints]
            for block in (self, other)
        ]
        return (
            (self.n_ports, self.n_wires) == (other.n_ports, other.n_wires)
            and all(np.array_equal(*(getattr(t, name) for t in tables)) for name in columns)
            and calls[0] == calls[1]
            and self.components == other.components
            and self.component_runs == other.component_runs
            and self.wire_names == other.wire_names
            and [(a.reason, a.low, a.high, a.terms) for a in self.assumptions]
            == [(a.reason, a.low, a.high, a.terms) for a in other.assumptions]
        )

    @cached_property
    def is_repeatable(self) -> bool:
        """True if a copy does the same each time: no advice of Python code, which may answer differently, and no log."""
        return all(
            call.function in BUILT_IN or (call.function.startswith(ADVICE) and call.outputs)
            for call in self.hints
        )

    @cached_property
    def side_of_term(self) -> Ints:
        """The side of each term."""
        return np.repeat(np.arange(len(self.rows.lengths)), self.rows.lengths)

    @cached_property
    def _splits(self) -> dict[frozenset[int], Split]:
        return {}

    def split(self, ports: frozenset[int]) -> Split:
        """Return the sides that mention one of these ports, and the terms of all other sides."""
        found = self._splits.get(ports)
        if found is None:
            if len(self._splits) >= _KEPT_SPLITS:
                self._splits.clear()
            found = self._splits[ports] = self._new_split(ports)
        return found

    def _new_split(self, ports: frozenset[int]) -> Split:
        rows, values = self.rows, self.pool.values
        chosen = np.zeros(self.n_wires, bool)
        chosen[list(ports)] = True
        rewritten = np.zeros(len(rows.lengths), bool)
        rewritten[self.side_of_term[chosen[rows.wires]]] = True
        sides = []
        for side in np.flatnonzero(rewritten).tolist():
            part = slice(int(rows.starts[side]), int(rows.starts[side + 1]))
            pairs = zip(rows.wires[part].tolist(), rows.coefficients[part].tolist(), strict=True)
            sides.append((side, {wire: values[c] for wire, c in pairs}))
        place = np.arange(len(rows.wires)) - rows.starts[self.side_of_term]
        keep = ~rewritten[self.side_of_term]
        columns = (self.side_of_term, place, rows.wires, rows.coefficients)
        return Split(sides, FixedTerms(*(column[keep] for column in columns)))


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
        self.calls: list[GadgetCall] = []
        self.ranges: list[ProvenRange] = []

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
        moved, combined = _moved_wires(block, ports, shift)
        sides, fixed = block.split(combined)
        rewritten = [(side, substitute(t, ports, shift, p)) for side, t in sides]
        lengths = rows.lengths.copy()
        lengths[[side for side, _ in rewritten]] = [len(terms) for _, terms in rewritten]
        starts = _starts(lengths)
        wires = np.empty(starts[-1], np.int64)
        coefficients = np.empty(starts[-1], np.int64)
        at = starts[fixed.side] + fixed.place
        wires[at] = moved[fixed.wires]
        coefficients[at] = fixed.coefficients
        for side_number, terms in rewritten:
            part = slice(int(starts[side_number]), int(starts[side_number + 1]))
            wires[part] = list(terms)
            coefficients[part] = [self.pool.index(value) for value in terms.values()]
        placed = np.array(nodes, np.int64)[rows.nodes]
        return RowTable(lengths, wires, coefficients, moved[rows.targets], placed, rows.messages)

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
            BlockContents(tuple(self.calls), tuple(self.ranges)),
        )


def _moved_wires(block: Block, ports: Sequence[Terms], shift: int) -> tuple[Ints, frozenset[int]]:
    """Return the new number of each wire of a block, and the ports that stand for combinations."""
    moved = np.arange(block.n_wires) + shift
    moved[0] = 0
    combined = set(range(1, len(ports) + 1))
    taken: set[int] = set()
    for k, terms in enumerate(ports, start=1):
        wire, coefficient = next(iter(terms.items()), (0, 0))
        if wire and coefficient == 1 and len(terms) == 1 and wire not in taken:
            taken.add(wire)
            combined.remove(k)
            moved[k] = wire
    return moved, frozenset(combined)


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
