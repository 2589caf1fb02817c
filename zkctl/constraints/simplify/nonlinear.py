"""The rows that multiply signals, while replacements change them."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.simplify.changed import ChangedRows
from zkctl.constraints.simplify.rows import Constraint, ConstraintRows, Indices, Ints


class NonlinearRows:
    """The rows that multiply signals, as replacements change them.  Only changed rows become dictionaries."""

    def __init__(
        self,
        rows: ConstraintRows,
        present: NDArray[np.bool_],
        changed: MutableMapping[int, Constraint] | None = None,
    ) -> None:
        """Shapes: present (n_rows,).  `changed` takes the changed rows, a dictionary if it is None."""
        self.rows = rows
        self.present = present
        self.changed: MutableMapping[int, Constraint] = {} if changed is None else changed
        self._rows_of: tuple[Indices, Ints] | None = None
        self._added: dict[int, set[int]] | None = (
            None  # rows by signals that came in, made when asked for
        )

    def __getitem__(self, row: int) -> Constraint:
        return self.changed[row] if row in self.changed else self.rows.constraint(row)

    def __setitem__(self, row: int, constraint: Constraint) -> None:
        self.changed[row] = constraint
        if self._added is not None:
            self._note(row, constraint)

    def _note(self, row: int, constraint: Constraint) -> None:
        assert self._added is not None
        for signal in constraint.signals():
            self._added.setdefault(signal, set()).add(row)

    def remove(self, row: int) -> None:
        """Take a row away."""
        self.present[row] = False
        self.changed.pop(row, None)

    def holding_any(self, signals: Iterable[int]) -> list[int]:
        """Return the rows that hold one of the signals, ascending.  Assumes: no row has been changed."""
        wanted = np.zeros(self.rows.n_signals, np.bool_)
        wanted[list(signals)] = True
        found = self.rows.rows_with(wanted[self.rows.signals]) & self.present
        return np.flatnonzero(found).tolist()

    def holding(self, signal: int) -> list[int]:
        """Return the rows that hold a signal now, ascending."""
        if self._rows_of is None:
            order = np.argsort(self.rows.signals, kind="stable")
            self._rows_of = self.rows.signals[order], self.rows.sides_of_terms()[order] // 3
        if self._added is None:
            self._added = {}
            for row, constraint in self.changed.items():
                self._note(row, constraint)
        signals, rows = self._rows_of
        ends = np.array(
            [signal, signal + 1], signals.dtype
        )  # of its type, so that nothing is converted
        part = slice(*np.searchsorted(signals, ends).tolist())
        found = {*rows[part].tolist(), *self._added.get(signal, ())}
        return sorted(
            row
            for row in found
            if self.present[row]
            and (row not in self.changed or signal in self.changed[row].signals())
        )

    def occurring(self) -> NDArray[np.bool_]:
        """Return for each signal whether a row holds it.  Shapes: -> (n_signals,)."""
        own = self.present.copy()
        own[list(self.changed)] = False
        found = np.zeros(self.rows.n_signals, np.bool_)
        found[self.rows.signals[self.rows.terms_of(own)]] = True
        if isinstance(self.changed, ChangedRows):
            found[self.changed.signals()] = True
            return found
        for constraint in self.changed.values():
            found[list(constraint.signals())] = True
        return found
