"""The calls of hints in columns: tens of thousands of them are read, checked and run without an object for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.linear import Terms
from zkctl.constraints.sides import CoefficientPool, Ints, Ports, SideTable
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns: TypeAlias = "NDArray[np.uint32]"

_COLUMNS = (
    "rows", "nodes", "n_parameters", "n_inputs", "n_outputs", "parameters", "lengths", "wires", "coefficients", "outputs",
)  # fmt: skip  # those that are joined as they are


@record(eq=False)
class HintTable(Sequence[HintCall]):
    """Calls of hints in order.

    Shapes: rows, nodes and functions (n,), functions being indices into `names`; n_parameters, n_inputs and n_outputs (n,) count what
    each call takes of `parameters`, of the sums and of `outputs`; lengths (n_sums,) counts the terms of each sum, which are in `wires`
    and `coefficients` (indices into `pool`).
    """

    names: tuple[str, ...]
    rows: Columns
    nodes: Columns
    functions: Columns
    n_parameters: Columns
    n_inputs: Columns
    n_outputs: Columns
    parameters: Columns
    lengths: Columns
    wires: Columns
    coefficients: Columns
    outputs: Columns
    pool: Sequence[int]

    @classmethod
    def of_calls(cls, calls: Sequence[HintCall], pool: CoefficientPool) -> HintTable:
        """Return calls as columns; coefficients that the pool lacks are added to it."""
        columns = HintColumns()
        for call in calls:
            columns.add(*call)
        return columns.table(pool)

    @classmethod
    def concatenate(cls, tables: Sequence[HintTable], pool: CoefficientPool) -> HintTable:
        """Return the calls of all tables in order.  Assumes: `pool` is that of each."""
        names = _numbered(name for table in tables for name in table.names)
        functions = [
            np.array([names[name] for name in table.names], np.uint32)[table.functions]
            for table in tables
        ]
        joined = {name: _joined([getattr(table, name) for table in tables]) for name in _COLUMNS}
        return cls(names=tuple(names), functions=_joined(functions), pool=pool.values, **joined)

    def placed(
        self, ports: Ports, first_row: int, nodes: Sequence[int], pool: CoefficientPool
    ) -> HintTable:
        """Return the calls of a copy of their block, which begins at a row, its nodes being `nodes`."""
        found = self._sides.placed(ports, pool)
        return self._with(
            rows=self.rows + np.uint32(first_row),
            nodes=np.array(nodes, np.uint32)[self.nodes],
            lengths=found.lengths.astype(np.uint32),
            wires=found.wires.astype(np.uint32),
            coefficients=found.coefficients.astype(np.uint32),
            outputs=ports.moved[self.outputs].astype(np.uint32),
        )

    def renumbered(
        self, numbers: Ints, positions: NDArray[np.uint32], pool: Sequence[int]
    ) -> HintTable:
        """Return the calls with other numbers of wires, and other positions of the coefficients."""
        return self._with(
            wires=numbers[self.wires].astype(np.uint32),
            coefficients=positions[self.coefficients],
            outputs=numbers[self.outputs].astype(np.uint32),
            pool=pool,
        )

    def _with(self, **columns: Any) -> HintTable:
        return HintTable(*(columns.get(n, getattr(self, n)) for n in HintTable.__match_args__))

    def same_as(self, other: HintTable) -> bool:
        """Return whether two tables over one pool hold the same calls; their source places do not count."""
        columns = [name for name in _COLUMNS if name != "nodes"]
        return self.names == other.names and all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in [*columns, "functions"]
        )

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, k: int) -> HintCall: ...
    @overload
    def __getitem__(self, k: slice) -> Sequence[HintCall]: ...
    def __getitem__(self, k: Any) -> Any:
        if isinstance(k, slice):
            return [self[each] for each in range(*k.indices(len(self)))]
        if not -len(self) <= k < len(self):
            raise IndexError(k)
        return self._call(k % len(self))

    def __iter__(self) -> Iterator[HintCall]:
        return (self._call(k) for k in range(len(self)))

    @cached_property
    def calls(self) -> tuple[HintCall, ...]:
        """All calls as objects."""
        return tuple(self)

    def _call(self, k: int) -> HintCall:
        first, last = self.input_starts[k : k + 2].tolist()
        return self.without_inputs(k)._replace(
            inputs=tuple(self._sum(j) for j in range(first, last))
        )

    def without_inputs(self, k: int) -> HintCall:
        """Return a call, its inputs left out."""
        parameters = self.parameters[slice(*self.parameter_starts[k : k + 2])].tolist()
        outputs = self.outputs[slice(*self.output_starts[k : k + 2])].tolist()
        return HintCall(
            int(self.rows[k]),
            self.names[self.functions[k]],
            tuple(parameters),
            (),
            tuple(outputs),
            int(self.nodes[k]),
        )

    def _sum(self, j: int) -> dict[int, int]:
        part = slice(*self.starts[j : j + 2])
        pairs = zip(self.wires[part].tolist(), self.coefficients[part].tolist(), strict=True)
        return {wire: self.pool[k] for wire, k in pairs}

    @cached_property
    def _sides(self) -> SideTable:
        columns = (self.lengths, self.wires, self.coefficients)
        return SideTable(*(column.astype(np.int64) for column in columns))

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The first term of each sum, and the end.  Shapes: (n_sums + 1,)."""
        return starts_of(self.lengths)

    @cached_property
    def input_starts(self) -> NDArray[np.int64]:
        """The first sum of each call, and the end.  Shapes: (n + 1,)."""
        return starts_of(self.n_inputs)

    @cached_property
    def parameter_starts(self) -> NDArray[np.int64]:
        """The first parameter of each call, and the end.  Shapes: (n + 1,)."""
        return starts_of(self.n_parameters)

    @cached_property
    def output_starts(self) -> NDArray[np.int64]:
        """The first output of each call, and the end.  Shapes: (n + 1,)."""
        return starts_of(self.n_outputs)


class HintColumns:
    """Calls of hints in lists, while they are collected."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.rows: list[int] = []
        self.nodes: list[int] = []
        self.functions: list[int] = []
        self.n_parameters: list[int] = []
        self.n_inputs: list[int] = []
        self.n_outputs: list[int] = []
        self.parameters: list[int] = []
        self.lengths: list[int] = []
        self.wires: list[int] = []
        self.values: list[int] = []
        self.outputs: list[int] = []

    def add(
        self, before_row: int, function: str, parameters: Sequence[int], inputs: Sequence[Terms], outputs: Sequence[int], node: int
    ) -> None:  # fmt: skip
        """Append a call, given as the parts of a HintCall."""
        self.rows.append(before_row)
        self.nodes.append(node)
        self.functions.append(self.names.setdefault(function, len(self.names)))
        self.n_parameters.append(len(parameters))
        self.n_inputs.append(len(inputs))
        self.n_outputs.append(len(outputs))
        self.parameters += parameters
        for terms in inputs:
            self.lengths.append(len(terms))
            self.wires += terms
            self.values += terms.values()
        self.outputs += outputs

    def table(self, pool: CoefficientPool) -> HintTable:
        """Return the calls as arrays; coefficients that the pool lacks are added to it."""
        lists = {**vars(self), "coefficients": pool.indices(self.values)}
        columns = {name: _column(lists[name]) for name in _COLUMNS}
        functions = _column(self.functions)
        return HintTable(tuple(self.names), functions=functions, pool=pool.values, **columns)


def starts_of(lengths: Columns) -> NDArray[np.int64]:
    """Return where each of consecutive parts begins, and the end.  Shapes: (n,) -> (n + 1,)."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])


def _numbered(names: Iterable[str]) -> Mapping[str, int]:
    """Return the distinct names in order with their numbers."""
    return {name: k for k, name in enumerate(dict.fromkeys(names))}


def _joined(columns: Sequence[Columns]) -> Columns:
    return np.concatenate(columns) if columns else np.empty(0, np.uint32)


def _column(values: Sequence[int]) -> Columns:
    return np.array(values, np.int64).astype(np.uint32)
