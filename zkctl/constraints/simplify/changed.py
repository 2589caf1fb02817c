"""Changed constraints as columns: dictionaries of them take ten times the memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, MutableMapping

import numpy as np

from zkctl.constraints.linear import Terms
from zkctl.constraints.sides import CoefficientPool
from zkctl.constraints.simplify.rows import Constraint, ConstraintRows, Indices, Ints


class ChangedRows(MutableMapping[int, Constraint]):
    """Constraints by the number of their row; a constraint that is replaced or taken away keeps its place in the columns."""

    def __init__(self, rows: ConstraintRows) -> None:
        """Make an empty table for rows of a circuit, whose coefficients come first in the pool."""
        self.modulus, self.n_signals = rows.modulus, rows.n_signals
        self._pool = CoefficientPool(rows.modulus, rows.pool)
        self._places: dict[int, int] = {}
        self._starts = array("q", [0])
        self._signals = array("I")
        self._coefficients = array("I")

    @classmethod
    def of(cls, rows: ConstraintRows, constraints: Mapping[int, Constraint]) -> ChangedRows:
        """Return a new table of constraints; those of another table are copied as columns."""
        table = cls(rows)
        if isinstance(constraints, ChangedRows):
            table._pool = CoefficientPool(rows.modulus, constraints._pool.values)
            table._places = dict(constraints._places)
            table._starts = constraints._starts[:]
            table._signals = constraints._signals[:]
            table._coefficients = constraints._coefficients[:]
        else:
            table.update(constraints)
        return table

    def __setitem__(self, row: int, constraint: Constraint) -> None:
        self._places[row] = len(self._starts) // 3
        for terms in constraint:
            self._signals.extend(terms)
            self._coefficients.extend(self._pool.indices(terms.values()))
            self._starts.append(len(self._signals))

    def __delitem__(self, row: int) -> None:
        del self._places[row]

    def __getitem__(self, row: int) -> Constraint:
        first = 3 * self._places[row]
        return Constraint(*map(self._terms, range(first, first + 3)))

    def __contains__(self, row: object) -> bool:
        return row in self._places

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def places(self, n_rows: int) -> Ints:
        """Return the place of each row in the columns, -1 for a row that is not here.  Shapes: -> (n_rows,)."""
        found = np.full(n_rows, -1)
        found[np.fromiter(self._places, np.int64, len(self._places))] = list(self._places.values())
        return found

    def columns(self) -> ConstraintRows:
        """Return the constraints by place; the pool begins with that of the circuit."""
        return ConstraintRows(
            self.modulus,
            self.n_signals,
            np.array(self._starts, np.int64),
            np.array(self._signals, np.uint32),
            np.array(self._coefficients, np.uint32),
            tuple(self._pool.values),
        )

    def signals(self) -> Indices:
        """Return the signals in the constraints, the constant and repetitions among them."""
        columns = self.columns()
        is_now = np.zeros(columns.n_rows, np.bool_)
        is_now[list(self._places.values())] = True
        return columns.signals[columns.terms_of(is_now)]

    def _terms(self, side: int) -> Terms:
        part = slice(self._starts[side], self._starts[side + 1])
        values = map(self._pool.values.__getitem__, self._coefficients[part])
        return dict(zip(self._signals[part], values, strict=True))
