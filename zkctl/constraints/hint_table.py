"""The calls of hints in columns: tens of thousands of them are read, checked and run without an object for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from zkctl.constraints.hint_call import HintCall
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns: TypeAlias = "NDArray[np.uint32]"


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
    def of_calls(cls, calls: Sequence[HintCall], pool: Sequence[int]) -> HintTable:
        """Return calls as columns; coefficients that the pool lacks are appended to a copy of it."""
        names = {name: k for k, name in enumerate(dict.fromkeys(call.function for call in calls))}
        sums = [terms for call in calls for terms in call.inputs]
        values = list(pool)
        index = {value: k for k, value in enumerate(values)}
        for value in chain.from_iterable(terms.values() for terms in sums):
            if index.setdefault(value, len(values)) == len(values):
                values.append(value)
        return cls(
            tuple(names),
            _column(call.before_row for call in calls),
            _column(call.node for call in calls),
            _column(names[call.function] for call in calls),
            _column(len(call.parameters) for call in calls),
            _column(len(call.inputs) for call in calls),
            _column(len(call.outputs) for call in calls),
            _column(chain.from_iterable(call.parameters for call in calls)),
            _column(map(len, sums)),
            _column(chain.from_iterable(sums)),
            _column(index[value] for terms in sums for value in terms.values()),
            _column(chain.from_iterable(call.outputs for call in calls)),
            values,
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
        parameters = self.parameters[slice(*self.parameter_starts[k : k + 2])].tolist()
        outputs = self.outputs[slice(*self.output_starts[k : k + 2])].tolist()
        return HintCall(
            int(self.rows[k]),
            self.names[self.functions[k]],
            tuple(parameters),
            tuple(self._sum(j) for j in range(first, last)),
            tuple(outputs),
            int(self.nodes[k]),
        )

    def _sum(self, j: int) -> dict[int, int]:
        part = slice(*self.starts[j : j + 2])
        pairs = zip(self.wires[part].tolist(), self.coefficients[part].tolist(), strict=True)
        return {wire: self.pool[k] for wire, k in pairs}

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


def starts_of(lengths: Columns) -> NDArray[np.int64]:
    """Return where each of consecutive parts begins, and the end.  Shapes: (n,) -> (n + 1,)."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])


def _column(values: Iterable[int]) -> Columns:
    return np.fromiter(values, np.int64).astype(np.uint32)
