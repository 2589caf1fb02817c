"""The constraint system of a circuit's files: rows and wires that are left at a level, terms in circom's order."""

from __future__ import annotations

import numpy as np

from zkctl.circom.layout import Layout
from zkctl.circom.tables import SideColumns
from zkctl.constraints.linear import Terms
from zkctl.constraints.r1cs import R1CS, PooledMatrix
from zkctl.constraints.sides import CoefficientPool, Ints
from zkctl.constraints.signals import Role
from zkctl.constraints.simplify.passes import Remaining, remaining
from zkctl.constraints.simplify.renaming import renamed
from zkctl.constraints.simplify.rows import Constraint, ConstraintRows
from zkctl.field import PrimeField
from zkctl.field.words import Words, words_from_ints

_TERMS_AT_ONCE = 1 << 16  # a sort within the caches of a processor


def simplified(
    layout: Layout, level: int, max_rounds: int | None, *, is_compatible: bool
) -> Remaining:
    """Return what is left at level 1 or 2; `is_compatible` drops contradictions of constants as circom does."""
    rows, n_fixed = layout.rows(), 1 + layout.n_public
    numbers = _forbidden_first(layout) if len(layout.labels_of_custom) else None
    if numbers is not None:
        n_fixed += int((layout.labels_of_custom >= n_fixed).sum())
    found = remaining(
        rows if numbers is None else renamed(rows, numbers),
        n_fixed,
        level=level,
        max_rounds=max_rounds,
        is_linear=rows.is_sum(),
        last_constant_wins=is_compatible,
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


def left_r1cs(layout: Layout, field: PrimeField, left: Remaining | None) -> R1CS:
    """Return the constraint system of a level, its terms in the order of the files."""
    if left is None:
        rows, kept = layout.rows(), np.arange(layout.n_labels)
    else:
        rows, kept = _left_rows(left), left.kept
        numbers = np.zeros(layout.n_labels, np.int64)
        numbers[kept] = np.arange(len(kept))
        rows = renamed(rows, numbers)
    words = words_from_ints(rows.pool, field.n_words)
    a, b, c = (_matrix(rows, k, field, words) for k in range(3))
    return R1CS(
        field,
        len(kept),
        layout.n_signals(Role.OUTPUT),
        layout.n_signals(Role.PUBLIC),
        layout.n_signals(Role.PRIVATE),
        layout.n_labels,
        a,
        b,
        c,
        kept.astype(np.uint64),
    )


def _left_rows(left: Remaining) -> ConstraintRows:
    """Return the rows that are left, in order, in labels."""
    rows, pool = left.rows, CoefficientPool(left.rows.modulus, left.rows.pool)
    numbers = np.concatenate([left.origins, np.full(len(left.linear), -1, np.int64), left.tail])
    changed = dict(
        zip(np.flatnonzero(numbers < 0).tolist(), map(_linear, left.linear), strict=True)
    )
    is_changed = np.zeros(rows.n_rows, np.bool_)
    is_changed[list(left.changed)] = True
    places = np.flatnonzero((numbers >= 0) & is_changed[numbers]).tolist()
    changed |= {place: left.changed[number] for place, number in zip(places, numbers[places].tolist(), strict=True)}  # fmt: skip
    written = sorted(changed)
    table = SideColumns.of((side for place in written for side in changed[place]), pool)
    lengths = np.diff(rows.starts).reshape(-1, 3)[numbers]
    lengths[written] = table.lengths.reshape(-1, 3)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths.reshape(-1))])
    is_copied = np.ones(len(numbers), np.bool_)
    is_copied[written] = False
    copied = np.repeat(is_copied, lengths.sum(axis=1))
    source = _terms_of(rows, numbers[is_copied])
    signals = np.empty(int(starts[-1]), np.uint32)
    coefficients = np.empty(int(starts[-1]), np.uint32)
    signals[copied], signals[~copied] = rows.signals[source], table.wires
    coefficients[copied], coefficients[~copied] = rows.coefficients[source], table.coefficients
    return ConstraintRows(
        rows.modulus, rows.n_signals, starts, signals, coefficients, tuple(pool.values)
    )


def _linear(terms: Terms) -> Constraint:
    return Constraint({}, {}, terms)


def _terms_of(rows: ConstraintRows, numbers: Ints) -> Ints:
    """Return the positions of all terms of some rows, one row after the other."""
    first, last = rows.starts[3 * numbers], rows.starts[3 * numbers + 3]
    counts = last - first
    before = np.cumsum(counts) - counts
    return np.repeat(first - before, counts) + np.arange(int(counts.sum()))


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
