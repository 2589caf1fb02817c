"""Columns of many stamps: each table of a few is copied to its places in one step, whatever the number of stamps.

A table holds local numbers; a stamp adds the offsets of its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from zkctl.constraints.sides import Ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record(eq=False)
class Offsets:
    """The final numbers of a stamp.

    Signals k >= 1 become k + signals, hidden wires k <= -1 become first_hidden + hidden - k - 1, and 0, the constant, stays.
    Shapes: signals and hidden (n_stamps,).
    """

    signals: Ints
    hidden: Ints
    first_hidden: int


@record(eq=False)
class Stamps:
    """The table at each place, in order.  Shapes: tables (n_stamps,)."""

    tables: Ints
    n_tables: int

    @cached_property
    def groups(self) -> list[Ints]:
        """The stamps of each table, ascending."""
        order = np.argsort(self.tables, kind="stable")
        counts = np.bincount(self.tables, minlength=self.n_tables)
        return np.split(order, np.cumsum(counts)[:-1])

    def column(self, parts: Sequence[Ints], shifts: Ints | None = None) -> NDArray[np.uint32]:
        """Return the column of all stamps, parts[k] being that of table k, each entry plus the shift of its stamp."""
        starts, result = self._places(parts)
        for part, group in zip(parts, self.groups, strict=True):
            if not len(part) or not len(group):
                continue
            moved = part[None, :] if shifts is None else part[None, :] + shifts[group][:, None]
            _write(result, starts[group], moved)
        return result

    def wires(self, parts: Sequence[Ints], offsets: Offsets) -> NDArray[np.uint32]:
        """Return a column of wires: as `column`, local numbers replaced as `offsets` says."""
        starts, result = self._places(parts)
        for part, group in zip(parts, self.groups, strict=True):
            if not len(part) or not len(group):
                continue
            hidden = part < 0
            base = np.where(hidden, offsets.first_hidden - 1 - part, part)
            moved = base[None, :] + offsets.signals[group][:, None] * (part > 0)
            if hidden.any():
                moved += offsets.hidden[group][:, None] * hidden
            _write(result, starts[group], moved)
        return result

    def _places(self, parts: Sequence[Ints]) -> tuple[Ints, NDArray[np.uint32]]:
        lengths = np.array([len(part) for part in parts], np.int64)[self.tables]
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        return ends - lengths, np.empty(total, np.uint32)


def _write(result: NDArray[np.uint32], starts: Ints, values: Ints) -> None:
    """Write row k of `values` (n_stamps or 1, length) at starts[k]."""
    length = values.shape[1]
    if len(starts) == 1:
        result[int(starts[0]) : int(starts[0]) + length] = values[0]
    else:
        result[starts[:, None] + np.arange(length)] = values
