"""Columns of many stamps: each table of a few is copied to its places in one step, whatever the number of stamps.

A table holds local numbers; a stamp adds the offsets of its place.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zkctl.constraints.sides import Ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ALONE = 1 << 12  # entries of all stamps of a table from which it is copied by itself
_AT_ONCE = 1 << 17  # entries in a step: few enough for the caches of a processor


def numbers(values: array[int]) -> Ints:
    """Return an array of 64-bit numbers for numpy; no copy is made."""
    return np.frombuffer(values, np.int64) if values else np.empty(0, np.int64)


@record(eq=False)
class Tables:
    """Tables one after the other.  Shapes: values (n,); starts (n_tables + 1,) delimits them."""

    values: NDArray[np.integer[Any]]
    starts: Ints

    @classmethod
    def of(cls, tables: Iterable[Iterable[int]]) -> Tables:
        """Return tables of numbers."""
        values, starts = array("q"), array("q", [0])
        for table in tables:
            values.extend(table)
            starts.append(len(values))
        return cls(numbers(values), numbers(starts))

    @classmethod
    def cut(cls, values: NDArray[np.integer[Any]], lengths: Ints) -> Tables:
        """Return tables of these lengths."""
        return cls(values, np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]))

    @property
    def lengths(self) -> Ints:
        """Shapes: (n_tables,)."""
        return np.diff(self.starts)


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
    def counts(self) -> Ints:
        """The number of stamps of each table."""
        return np.bincount(self.tables, minlength=self.n_tables)

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self.tables, kind="stable")

    def of_table(self, table: int) -> Ints:
        """Return the stamps of a table, ascending."""
        first = int(self.counts[:table].sum())
        return self._order[first : first + int(self.counts[table])]

    def column(self, parts: Tables, shifts: Ints | None = None) -> NDArray[np.uint32]:
        """Return the column of all stamps, parts k being that of table k, each entry plus the shift of its stamp."""
        result = self._empty(parts)
        for places, values, stamps in self._pieces(parts):
            result[places] = values if shifts is None else values + shifts[stamps]
        return result

    def wires(self, parts: Tables, offsets: Offsets) -> NDArray[np.uint32]:
        """Return a column of wires: as `column`, local numbers replaced as `offsets` says."""
        result = self._empty(parts)
        for places, values, stamps in self._pieces(parts):
            hidden = values < 0
            moved = values + offsets.signals[stamps] * (values > 0)
            if hidden.any():
                own = offsets.first_hidden - 1 - values + offsets.hidden[stamps]
                moved = np.where(hidden, own, moved)
            result[places] = moved
        return result

    def _empty(self, parts: Tables) -> NDArray[np.uint32]:
        return np.empty(int((parts.lengths * self.counts).sum()), np.uint32)

    def _pieces(self, parts: Tables) -> Iterator[tuple[Ints, NDArray[np.integer[Any]], Ints]]:
        """Yield places in the column, the entries for them, and their stamps; shapes that broadcast."""
        lengths = parts.lengths
        ends = np.cumsum(lengths[self.tables])
        starts = ends - lengths[self.tables]
        is_alone = lengths * self.counts >= _ALONE
        for table in np.flatnonzero(is_alone).tolist():
            values = parts.values[None, parts.starts[table] : parts.starts[table + 1]]
            steps, group = np.arange(values.shape[1]), self.of_table(table)
            n = max(1, _AT_ONCE // values.shape[1])
            for k in range(0, len(group), n):
                stamps = group[k : k + n, None]
                yield starts[stamps] + steps, values, stamps
        others = np.flatnonzero(~is_alone[self.tables])
        totals = np.cumsum(lengths[self.tables[others]])
        first = 0
        while first < len(others):
            before = int(totals[first - 1]) if first else 0
            last = int(np.searchsorted(totals, before + _AT_ONCE, "right"))
            chosen = others[first : max(last, first + 1)]
            counts = lengths[self.tables[chosen]]
            within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
            stamps = np.repeat(chosen, counts)
            yield starts[stamps] + within, parts.values[parts.starts[self.tables[stamps]] + within], stamps  # fmt: skip
            first += len(chosen)
