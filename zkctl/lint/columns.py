"""The rows of a system as arrays: a million rows need no object each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from zkctl.lint.system import Form, Row
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record(eq=False)
class Columns(Sequence[Row]):
    """Rows, made when they are asked for.

    Shapes: starts (3 n + 1,) delimits the terms of the sides A, B, C of each row; wires and coefficients (n_terms,), coefficients being
    indices into `pool`.  The wires of a side are distinct.
    """

    starts: NDArray[np.int64]
    wires: NDArray[Any]
    coefficients: NDArray[Any]
    pool: Sequence[int]

    def __len__(self) -> int:
        return len(self.starts) // 3

    @overload
    def __getitem__(self, row: int) -> Row: ...
    @overload
    def __getitem__(self, row: slice) -> list[Row]: ...
    def __getitem__(self, row: int | slice) -> Row | list[Row]:
        if isinstance(row, slice):
            return [self[k] for k in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(row)
        k = row % len(self)
        found = self._made.get(k)
        if found is None:
            side = 3 * k
            found = Row(self.side(side), self.side(side + 1), self.side(side + 2))
            self._made[k] = found
        return found

    @cached_property
    def _made(self) -> dict[int, Row]:
        return {}

    def side(self, side: int) -> Form:
        """Return a side; side 3 k is A of row k."""
        part = slice(int(self.starts[side]), int(self.starts[side + 1]))
        pool = self.pool
        values = [pool[k] for k in self.coefficients[part].tolist()]
        return dict(zip(self.wires[part].tolist(), values, strict=True))

    @cached_property
    def position(self) -> dict[int, int]:
        """The position of each coefficient in the pool."""
        return {value: k for k, value in enumerate(self.pool)}
