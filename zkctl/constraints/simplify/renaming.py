"""Equal signals, all at once: connected equalities become one signal, in arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.linear import Terms
from zkctl.constraints.simplify.equalities import is_equality
from zkctl.constraints.simplify.rows import ConstraintRows, Indices, Ints
from zkctl.runtime.records import record

_TERMS_AT_ONCE = 1 << 16  # a sort within the caches of a processor


@record(eq=False)
class Renaming:
    """The outcome of equalities.

    `stays` is the signal that each signal is replaced by, itself if it stays; `kept` are constraints between signals below n_fixed.
    Shapes: stays (n_signals,).
    """

    stays: Ints
    kept: list[Terms]


@record(eq=False)
class Equalities:
    """The rows that say c * x = c * y.  Shapes: (n,) each; `rows` ascending."""

    rows: Ints
    x: Indices
    y: Indices


def equalities_of(rows: ConstraintRows, is_linear: NDArray[np.bool_]) -> Equalities:
    """Return the linear rows that say that two signals are equal.  Shapes: is_linear (n_rows,)."""
    is_sum = rows.is_sum()
    candidates = np.flatnonzero(is_linear & is_sum & (rows.n_terms(2) == 2))
    first = rows.starts[3 * candidates]
    x, y = rows.signals[first], rows.signals[first + 1]
    index = {value: k for k, value in enumerate(rows.pool)}
    negated = np.array([index.get(rows.modulus - value, -1) for value in rows.pool], np.int64)
    is_negated = negated[rows.coefficients[first]] == rows.coefficients[first + 1]
    found = (x > 0) & (y > 0) & (x != y) & is_negated
    plain = Equalities(candidates[found], x[found], y[found])
    others = _other_equalities(rows, np.flatnonzero(is_linear & ~is_sum))
    if not len(others):
        return plain
    numbers = np.concatenate([plain.rows, others[:, 0]])
    order = np.argsort(numbers)
    return Equalities(
        numbers[order],
        np.concatenate([plain.x, others[:, 1]])[order],
        np.concatenate([plain.y, others[:, 2]])[order],
    )


def _other_equalities(rows: ConstraintRows, numbers: Ints) -> Ints:
    """Return row, x, y of the equalities among rows whose A or B holds a constant.  Shapes: -> (n, 3)."""
    found = []
    for row in numbers.tolist():
        terms = rows.constraint(row).c
        if is_equality(terms, rows.modulus):
            found.append((row, *terms))
    return np.array(found, np.int64).reshape(-1, 3)


def renaming_of(rows: ConstraintRows, equalities: Equalities, n_fixed: int) -> Renaming:
    """Return the signals that stay for connected equalities: the smallest of each cluster, and all below `n_fixed`."""
    stays = _smallest_connected(equalities.x, equalities.y, rows.n_signals)
    kept = _kept(rows, equalities, stays, n_fixed)
    stays[:n_fixed] = np.arange(n_fixed)
    return Renaming(stays, kept)


def _smallest_connected(x: Indices, y: Indices, n: int) -> Ints:
    """Return the smallest signal that each signal is connected with."""
    smallest = np.arange(n)
    while True:
        root_x, root_y = smallest[x], smallest[y]
        apart = root_x != root_y
        if not apart.any():
            return smallest
        x, y, root_x, root_y = x[apart], y[apart], root_x[apart], root_y[apart]
        np.minimum.at(smallest, np.maximum(root_x, root_y), np.minimum(root_x, root_y))
        while True:
            above = smallest[smallest]
            if np.array_equal(above, smallest):
                break
            smallest = above


def _kept(
    rows: ConstraintRows, equalities: Equalities, smallest: Ints, n_fixed: int
) -> list[Terms]:
    """Return the constraints that stay, in the order of the last equality of each cluster."""
    fixed = [s for s in range(1, n_fixed) if smallest[s] != s]
    if not fixed:
        return []
    clusters = smallest[equalities.x]
    kept: dict[int, list[Terms]] = {}  # last equality -> constraints
    for root in sorted({int(smallest[s]) for s in fixed}):
        members = equalities.rows[clusters == root]
        if len(members) == 1:
            constraints = [rows.constraint(int(members[0])).c]
        else:
            constraints = [{s: rows.modulus - 1, root: 1} for s in fixed if smallest[s] == root]
        kept[int(members[-1])] = constraints
    return [terms for last in sorted(kept) for terms in kept[last]]


def renamed(rows: ConstraintRows, stays: Ints) -> ConstraintRows:
    """Return the rows with signals replaced by others; a signal may occur twice in a side."""
    signals = stays.astype(np.uint32)[rows.signals]
    return ConstraintRows(
        rows.modulus, rows.n_signals, rows.starts, signals, rows.coefficients, rows.pool
    )


def rows_with_repeats(rows: ConstraintRows) -> NDArray[np.bool_]:
    """Return for each row whether a signal occurs twice in one of its sides.  Shapes: -> (n_rows,)."""
    found = np.zeros(rows.n_rows, np.bool_)
    for block in rows.blocks(_TERMS_AT_ONCE):
        starts = rows.starts[3 * block.start : 3 * block.stop + 1]
        sides = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        keys = sides << 32 | rows.signals[int(starts[0]) : int(starts[-1])].astype(np.int64)
        keys.sort()
        found[block.start + (keys[1:][keys[1:] == keys[:-1]] >> 32) // 3] = True
    return found
