"""Connected parts of a circuit: wires that a chain of constraints connects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.lint.subject import Subject

Wires = NDArray[np.int64]


def components(subject: Subject, joined: frozenset[int]) -> Wires:
    """Return for each wire the smallest wire that rows connect it with; `joined` count as connected.  Shapes: -> (n_wires,)."""
    return _labels(subject, joined, frozenset({0}))


def components_without(subject: Subject, removed: frozenset[int]) -> Wires:
    """Return for each wire the smallest wire that rows connect it with, not by way of `removed`.  Shapes: -> (n_wires,)."""
    return _labels(subject, frozenset(), removed)


def _labels(subject: Subject, joined: frozenset[int], removed: frozenset[int]) -> Wires:
    rows = subject.rows
    row_of_term = rows.sides_of_terms() // 3
    wires = rows.signals.astype(np.int64)
    connecting = ~np.isin(wires, list(removed))
    row_of_term, wires = row_of_term[connecting], wires[connecting]
    labels = np.arange(rows.n_signals, dtype=np.int64)
    if joined:
        labels[list(joined)] = min(joined)
    while True:
        lowest = np.full(rows.n_rows, rows.n_signals, np.int64)
        np.minimum.at(lowest, row_of_term, labels[wires])
        new = labels.copy()
        np.minimum.at(new, labels[wires], lowest[row_of_term])  # hook the root of each wire
        while not np.array_equal(new, new[new]):
            new = new[new]
        if np.array_equal(new[labels], labels):
            return labels
        labels = new[labels]
