"""The constraints of an instance in columns: millions of them take a tenth of the memory of as many objects."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from zkctl.circom.instance import LocalConstraint
from zkctl.circom.source import Place
from zkctl.constraints.sides import CoefficientPool, Ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zkctl.constraints.linear import Terms

Sides: TypeAlias = "tuple[Terms, Terms, Terms]"


class LocalRows(Sequence[LocalConstraint]):
    """Constraints in order.

    Shapes: lengths (3 n,) counts the terms of the sides; wires and coefficients (n_terms,), coefficients being indices into `pool`;
    targets and places (n,).
    """

    __slots__ = ("_starts", "coefficients", "lengths", "places", "pool", "targets", "wires")

    def __init__(self, pool: CoefficientPool) -> None:
        self.pool = pool
        self.lengths = array("I")
        self.wires = array("i")
        self.coefficients = array("I")
        self.targets = array("i")
        self.places: list[Place] = []
        self._starts: array[int] | None = None

    @classmethod
    def of(cls, rows: Sequence[LocalConstraint], pool: CoefficientPool) -> LocalRows:
        """Return constraints as columns; those that are columns over the pool as they are."""
        if isinstance(rows, LocalRows) and rows.pool is pool:
            return rows
        found = cls(pool)
        for a, b, c, target, place in rows:
            found.add((a, b, c), target, place)
        return found

    def add(self, sides: Sides, target: int, place: Place) -> None:
        """Append a constraint."""
        for terms in sides:
            self.lengths.append(len(terms))
            if terms:
                self.wires.extend(terms)
                self.coefficients.extend(self.pool.indices(terms.values()))
        self.targets.append(target)
        self.places.append(place)

    def renumbered(self, number_of: Callable[[int], int]) -> None:
        """Renumber all wires."""
        self.wires = array("i", map(number_of, self.wires))
        self.targets = array("i", map(number_of, self.targets))

    def with_rows(self, others: Mapping[int, tuple[Sides, int, Place]]) -> LocalRows:
        """Return the constraints with others in the place of some."""
        found = LocalRows(self.pool)
        for k, (a, b, c, target, place) in enumerate(self):
            found.add(*others.get(k, ((a, b, c), target, place)))
        return found

    def __len__(self) -> int:
        return len(self.targets)

    @overload
    def __getitem__(self, k: int) -> LocalConstraint: ...
    @overload
    def __getitem__(self, k: slice) -> Sequence[LocalConstraint]: ...
    def __getitem__(self, k: Any) -> Any:
        if isinstance(k, slice):
            return tuple(self[each] for each in range(*k.indices(len(self))))
        if not -len(self) <= k < len(self):
            raise IndexError(k)
        if self._starts is None or len(self._starts) != len(self):
            self._starts = array("q", _starts(self.lengths))
        return self._row(k % len(self), self._starts[k % len(self)])

    def __iter__(self) -> Iterator[LocalConstraint]:
        for k, start in enumerate(_starts(self.lengths)):
            yield self._row(k, start)

    def _row(self, k: int, start: int) -> LocalConstraint:
        values, sides = self.pool.values, []
        for length in self.lengths[3 * k : 3 * k + 3]:
            wires = self.wires[start : start + length]
            numbers = self.coefficients[start : start + length]
            sides.append(dict(zip(wires, map(values.__getitem__, numbers), strict=True)))
            start += length
        a, b, c = sides
        return LocalConstraint(a, b, c, self.targets[k], self.places[k])


def _starts(lengths: array[int]) -> Iterator[int]:
    """Yield the position of the first term of each constraint."""
    start = 0
    for a, b, c in zip(lengths[::3], lengths[1::3], lengths[2::3], strict=True):
        yield start
        start += a + b + c


def n_written(rows: Sequence[LocalConstraint]) -> int:
    """Return the number of constraints that stand in the files."""
    if not isinstance(rows, LocalRows):
        return sum(row.is_written for row in rows)
    lengths = np.frombuffer(rows.lengths, np.uint32) if len(rows) else np.empty(0, np.uint32)
    return int(lengths.reshape(-1, 3).any(axis=1).sum())


def targets_of(rows: Sequence[LocalConstraint]) -> Sequence[int]:
    """Return the target of each constraint."""
    return rows.targets if isinstance(rows, LocalRows) else [row.target for row in rows]


def places_of(rows: Sequence[LocalConstraint]) -> Sequence[Place]:
    """Return the place of each constraint."""
    return rows.places if isinstance(rows, LocalRows) else [row.place for row in rows]


def written_places(rows: Sequence[LocalConstraint]) -> Iterator[Place]:
    """Yield the places of the constraints that stand in the files."""
    if not isinstance(rows, LocalRows):
        yield from (row.place for row in rows if row.is_written)
        return
    a, b, c = (rows.lengths[k::3] for k in range(3))
    yield from compress(rows.places, map(any, zip(a, b, c, strict=True)))


@record(eq=False)
class RowColumns:
    """The constraints of several tables, one table after the other.

    Shapes: lengths (3 n,); wires and coefficients (n_terms,), coefficients being indices into `values`; targets (n,); n_rows (n_tables,).
    """

    lengths: NDArray[np.uint32]
    wires: NDArray[np.int32]
    coefficients: NDArray[np.uint32]
    targets: NDArray[np.int32]
    n_rows: Ints
    values: Sequence[int]

    @classmethod
    def of(cls, tables: Sequence[Sequence[LocalConstraint]], modulus: int) -> RowColumns:
        """Return tables of constraints as one."""
        pools = (each.pool for each in tables if isinstance(each, LocalRows))
        pool = next(pools, None) or CoefficientPool(modulus)
        rows = [LocalRows.of(each, pool) for each in tables]
        return cls(
            _joined([each.lengths for each in rows], np.uint32),
            _joined([each.wires for each in rows], np.int32),
            _joined([each.coefficients for each in rows], np.uint32),
            _joined([each.targets for each in rows], np.int32),
            np.array([len(each) for each in rows], np.int64),
            pool.values,
        )

    def chosen(self, order: Ints, n_rows: Ints) -> RowColumns:
        """Return rows in another order, as tables of n_rows rows each.  Shapes: order (n_chosen,); n_rows (n_tables,)."""
        if np.array_equal(order, np.arange(len(self.targets))):
            return RowColumns(
                self.lengths, self.wires, self.coefficients, self.targets, n_rows, self.values
            )
        lengths = self.lengths.reshape(-1, 3)
        counts = lengths.sum(axis=1, dtype=np.int64)
        starts, counts = (np.cumsum(counts) - counts)[order], counts[order]
        terms = np.repeat(starts - (np.cumsum(counts) - counts), counts)
        terms += np.arange(len(terms))
        return RowColumns(
            lengths[order].reshape(-1),
            self.wires[terms],
            self.coefficients[terms],
            self.targets[order],
            n_rows,
            self.values,
        )


def _joined(columns: Sequence[array[int]], dtype: type[Any]) -> NDArray[Any]:
    parts = [np.frombuffer(each, dtype) for each in columns if each]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([np.empty(0, dtype), *parts])
