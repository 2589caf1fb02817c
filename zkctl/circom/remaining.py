"""The constraint system of a circuit's files: rows and wires that are left at a level, terms in circom's order."""

from __future__ import annotations

import numpy as np

from zkctl.circom.layout import Layout
from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.constraints.signals import Role
from zkctl.constraints.simplify.circuit import remaining_r1cs
from zkctl.constraints.simplify.passes import Simplified, simplify
from zkctl.constraints.simplify.rows import ConstraintRows
from zkctl.field import PrimeField
from zkctl.field.words import words_from_ints


def whole_r1cs(layout: Layout, field: PrimeField) -> R1CS:
    """Return all constraints; wires are labels."""
    a, b, c = _matrices(layout.rows, field)
    return R1CS(
        field,
        layout.n_labels,
        layout.n_signals(Role.OUTPUT),
        layout.n_signals(Role.PUBLIC),
        layout.n_signals(Role.PRIVATE),
        layout.n_labels,
        a,
        b,
        c,
        np.arange(layout.n_labels, dtype=np.uint64),
    )


def simplified(
    layout: Layout, level: int, max_rounds: int | None, *, is_compatible: bool
) -> Simplified:
    """Return what is left at level 1 or 2; `is_compatible` drops contradictions of constants as circom does."""
    return simplify(
        layout.rows,
        1 + layout.n_public,
        level=level,
        max_rounds=max_rounds,
        last_constant_wins=is_compatible,
    )


def left_r1cs(layout: Layout, field: PrimeField, result: Simplified | None) -> R1CS:
    """Return the constraint system of a level, its terms in the order of the files."""
    circuit = whole_r1cs(layout, field)
    return _in_file_order(circuit if result is None else remaining_r1cs(circuit, result))


def _matrices(rows: ConstraintRows, field: PrimeField) -> list[SparseMatrix]:
    words = words_from_ints(rows.pool, field.n_words)
    lengths = np.diff(rows.starts)
    matrix_of_term = np.repeat(np.tile(np.arange(3, dtype=np.uint8), rows.n_rows), lengths)
    found = []
    for k in range(3):
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[k::3])])
        chosen = matrix_of_term == k
        signals = np.asarray(rows.signals[chosen], np.uint32)
        found.append(SparseMatrix(field, starts, signals, words[rows.coefficients[chosen]]))
    return found


def _in_file_order(r1cs: R1CS) -> R1CS:
    """Return a system whose rows have their terms sorted by the shortest little-endian bytes of the wires."""
    a, b, c = (_sorted_matrix(matrix) for matrix in (r1cs.a, r1cs.b, r1cs.c))
    return R1CS(
        r1cs.field, r1cs.n_wires, r1cs.n_outputs, r1cs.n_public_inputs, r1cs.n_private_inputs,
        r1cs.n_labels, a, b, c, r1cs.labels,
    )  # fmt: skip


def _sorted_matrix(matrix: SparseMatrix) -> SparseMatrix:
    lengths = np.diff(matrix.starts)
    row = np.repeat(np.arange(matrix.n_rows, dtype=np.int64), lengths)
    several = np.flatnonzero(lengths[row] > 1)
    key = row[several] << 32 | matrix.wires[several].byteswap().astype(np.int64)
    order = several[np.argsort(key)]
    wires, values = matrix.wires.copy(), matrix.values.copy()
    wires[several] = matrix.wires[order]
    values[several] = matrix.values[order]
    return SparseMatrix(matrix.field, matrix.starts, wires, values)
