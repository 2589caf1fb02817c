"""The constraint system of a circuit's files: rows and wires that are left at a level, terms in circom's order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from zkctl.circom.layout import Layout
from zkctl.constraints.linear import Terms
from zkctl.constraints.r1cs import R1CS, PooledMatrix
from zkctl.constraints.sides import Ints
from zkctl.constraints.signals import Role
from zkctl.constraints.simplify.changed import ChangedRows
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.constraints.simplify.passes import Remaining, remaining
from zkctl.constraints.simplify.renaming import renamed
from zkctl.constraints.simplify.rows import Constraint, ConstraintRows
from zkctl.field import PrimeField
from zkctl.field.words import Words, words_from_ints
from zkctl.runtime.records import record

_TERMS_AT_ONCE = 1 << 16  # a sort within the caches of a processor
_ROWS_AT_ONCE = 1 << 15


@record(eq=False)
class LeftRows:
    """The rows of a level, in the numbers of its wires.  Shapes: labels (n_wires,) the label of each wire, ascending."""

    rows: ConstraintRows
    labels: Ints


def simplified(layout: Layout, level: SimplificationLevel) -> Remaining:
    """Return what is left at level 1 or 2."""
    rows, n_fixed = layout.rows(), 1 + layout.n_public
    numbers = _forbidden_first(layout) if len(layout.labels_of_custom) else None
    if numbers is not None:
        n_fixed += int((layout.labels_of_custom >= n_fixed).sum())
    found = remaining(
        rows if numbers is None else renamed(rows, numbers),
        n_fixed,
        level,
        is_linear=rows.is_sum(),
    )
    return found if numbers is None else _renumbered(found, numbers)


def _forbidden_first(layout: Layout) -> Ints:
    """Return numbers for the labels, in which those that simplification keeps come first; its steps depend on the order only.

    Shapes: -> (n_labels,).
    """
    is_kept = np.zeros(layout.n_labels, np.bool_)
    is_kept[: 1 + layout.n_public] = True
    is_kept[layout.labels_of_custom] = True
    numbers = np.empty(layout.n_labels, np.int64)
    order = np.concatenate([np.flatnonzero(is_kept), np.flatnonzero(~is_kept)])
    numbers[order] = np.arange(layout.n_labels)
    return numbers


def _renumbered(found: Remaining, numbers: Ints) -> Remaining:
    """Return the same in labels.  Shapes: numbers (n_labels,) what each label was."""
    labels = np.argsort(numbers)
    label_of = labels.tolist()

    def renumber(terms: Terms) -> Terms:
        return {label_of[signal]: value for signal, value in terms.items()}

    return Remaining(
        renamed(found.rows, labels),
        labels[found.stays[numbers]],
        found.origins,
        {row: Constraint(*map(renumber, sides)) for row, sides in found.changed.items()},
        [renumber(terms) for terms in found.linear],
        found.tail,
        np.sort(labels[found.kept]),
        {label_of[signal]: renumber(terms) for signal, terms in found.solved.items()},
    )


def left_rows(layout: Layout, left: Remaining | None) -> LeftRows:
    """Return the rows of a level in the numbers of its wires; None is level 0."""
    if left is None:
        return LeftRows(layout.rows(), np.arange(layout.n_labels))
    wires = np.zeros(layout.n_labels, np.uint32)
    wires[left.kept] = np.arange(len(left.kept))
    n, n_linear = left.rows.n_rows, len(left.linear)
    changed = ChangedRows.of(left.rows, left.changed)
    for row, terms in enumerate(left.linear, start=n):
        changed[row] = Constraint({}, {}, terms)
    numbers = np.concatenate([left.origins, np.arange(n, n + n_linear), left.tail])
    return LeftRows(_joined(left.rows, changed, numbers, wires), left.kept)


def _joined(
    rows: ConstraintRows, changed: ChangedRows, numbers: Ints, wires: NDArray[np.uint32]
) -> ConstraintRows:
    """Return the rows of these numbers, those that changed as they are now.  Shapes: wires (n_signals,) the new numbers."""
    columns = changed.columns()
    places = changed.places(max(rows.n_rows, int(numbers.max(initial=0)) + 1))[numbers]
    is_changed = places >= 0
    parts = [
        (source, block, of_source[block])
        for source, chosen, of_source in ((rows, ~is_changed, numbers), (columns, is_changed, places))
        for block in _blocks(np.flatnonzero(chosen))
    ]  # fmt: skip
    starts = np.zeros(3 * len(numbers) + 1, np.int64)
    lengths = starts[1:].reshape(-1, 3)
    for source, block, of_source in parts:
        for side in range(3):
            first = 3 * of_source + side
            lengths[block, side] = source.starts[first + 1] - source.starts[first]
    np.cumsum(starts, out=starts)
    signals = np.empty(int(starts[-1]), np.uint32)
    coefficients = np.empty(int(starts[-1]), np.uint32)
    for source, block, of_source in parts:
        to, terms = _terms_of(starts, block), _terms_of(source.starts, of_source)
        signals[to] = wires[source.signals[terms]]
        coefficients[to] = source.coefficients[terms]
    return ConstraintRows(rows.modulus, rows.n_signals, starts, signals, coefficients, columns.pool)


def _blocks(numbers: Ints) -> Iterator[Ints]:
    for first in range(0, len(numbers), _ROWS_AT_ONCE):
        yield numbers[first : first + _ROWS_AT_ONCE]


def _terms_of(starts: Ints, numbers: Ints) -> Ints:
    """Return the positions of all terms of some rows, one row after the other."""
    first, last = starts[3 * numbers], starts[3 * numbers + 3]
    counts = last - first
    before = np.cumsum(counts) - counts
    return np.repeat(first - before, counts) + np.arange(int(counts.sum()))


def left_r1cs(layout: Layout, field: PrimeField, left: LeftRows) -> R1CS:
    """Return the constraint system of a level, its terms in the order of the files."""
    rows = left.rows
    words = words_from_ints(rows.pool, field.n_words)
    a, b, c = (_matrix(rows, k, field, words) for k in range(3))
    return R1CS(
        field,
        len(left.labels),
        layout.n_signals(Role.OUTPUT),
        layout.n_signals(Role.PUBLIC),
        layout.n_signals(Role.PRIVATE),
        layout.n_labels,
        a,
        b,
        c,
        left.labels.astype(np.uint64),
    )


def _matrix(rows: ConstraintRows, k: int, field: PrimeField, words: Words) -> PooledMatrix:
    """Return one matrix, A, B or C, with the terms of each row sorted by the shortest little-endian bytes of their wires."""
    lengths = rows.n_terms(k)
    starts = np.zeros(rows.n_rows + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    wires = np.empty(int(starts[-1]), np.uint32)
    coefficients = np.empty(int(starts[-1]), np.uint32)
    for block in rows.blocks(_TERMS_AT_ONCE):
        counts = lengths[block]
        row = np.repeat(np.arange(len(counts)), counts)
        part = slice(int(starts[block.start]), int(starts[block.stop]))
        places = np.arange(part.start, part.stop)
        places += (rows.starts[k:-1:3][block] - starts[:-1][block])[row]
        signals = rows.signals[places]
        order = np.argsort(row << 32 | signals.byteswap())
        wires[part], coefficients[part] = signals[order], rows.coefficients[places[order]]
    return PooledMatrix(field, starts, wires, coefficients, words)
