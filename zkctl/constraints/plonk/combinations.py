"""The linear combinations that the rows of PLONK and fflonk compute, constraint by constraint.

A constraint A * B = C with an empty side is a sum C, with a constant side k a sum k B - C, which a row holds if it has at most
three wires; any other is a product, whose row holds one wire of each side.  Of repeated wires of a side the last one counts,
and PLONK (not fflonk) keeps terms with coefficient zero.
Source: docs/reference/formats.md, "Rows of PLONK and FFLONK".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.field import FieldArray
from zkctl.runtime.records import record

Index = NDArray[np.int64]
Flags = NDArray[np.bool_]
IN_A_SUM = 3


@record(eq=False)
class Combinations:
    """One combination for each sum, three (A, B, C) for each product, in the order of the constraints.

    Shapes (m combinations): starts (m + 1,) delimits wires and factors of each, wires ascending and without the constant;
    constants (m,); limits (m,) int64 the wires that the constraint's row has room for; is_sum (n_constraints,).
    """

    starts: Index
    wires: Index
    factors: FieldArray
    constants: FieldArray
    limits: Index
    is_sum: Flags

    @property
    def n_additions(self) -> Index:
        """Additions of each combination: two wires become one until the rest has room.  Shapes: -> (m,)."""
        return np.maximum(np.diff(self.starts) - self.limits, 0)

    @property
    def first_of_constraint(self) -> Index:
        """The first combination of each constraint, and m.  Shapes: -> (n_constraints + 1,)."""
        return np.concatenate([[0], np.cumsum(np.where(self.is_sum, 1, 3))])


@record(eq=False)
class _Side:
    """One matrix without repetitions.  Shapes: keys, factors (nnz,); n_wires, has_constant, constants (n_rows,)."""

    keys: Index  # row * n_wires + wire, ascending, of terms that are not constant
    factors: FieldArray
    n_wires: Index
    has_constant: Flags
    constants: FieldArray

    def is_constant(self) -> Flags:
        """Return, row by row, whether there is a constant term and no wire."""
        constant: Flags = np.logical_and(self.n_wires == 0, self.has_constant)
        return constant

    def is_empty(self) -> Flags:
        """Return, row by row, whether there is no term."""
        empty: Flags = np.logical_and(self.n_wires == 0, ~self.has_constant)
        return empty


def combinations(r1cs: R1CS, *, drop_zeros: bool) -> Combinations:
    """Return the combinations of a constraint system; `drop_zeros` as fflonk does."""
    a, b, c = (_side(m, r1cs.n_wires, drop_zeros) for m in (r1cs.a, r1cs.b, r1cs.c))
    is_empty = a.is_empty() | b.is_empty()
    by_a = ~is_empty & a.is_constant()
    by_b = ~is_empty & ~by_a & b.is_constant()
    is_sum = is_empty | by_a | by_b
    first = np.concatenate([[0], np.cumsum(np.where(is_sum, 1, 3))])[:-1]
    sums = _sums((a, b, c), (is_empty, by_a, by_b), r1cs.n_wires)
    if drop_zeros:
        sums = _without_zeros(sums)
    n_rows, field = r1cs.n_constraints, r1cs.field
    parts = [(sums, 0, is_sum), *((side, k, ~is_sum) for k, side in enumerate((a, b, c)))]
    owners, wires, factors = [], [], []
    constants = FieldArray.zeros(field, int(np.where(is_sum, 1, 3).sum()))
    for side, place, rows in parts:
        row_of_term, wire = np.divmod(side.keys, r1cs.n_wires)
        chosen = np.flatnonzero(rows[row_of_term])
        owners.append(first[row_of_term[chosen]] + place)
        wires.append(wire[chosen])
        factors.append(side.factors.data[chosen])
        constants.data[first[rows] + place] = side.constants.data[rows]
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=len(constants))
    limits = np.ones(len(constants), np.int64)
    limits[first[is_sum]] = IN_A_SUM
    return Combinations(
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        wires=np.concatenate(wires)[order],
        factors=FieldArray(field, np.concatenate(factors)[order]),
        constants=constants,
        limits=limits,
        is_sum=is_sum if n_rows else np.zeros(0, np.bool_),
    )


def _side(matrix: SparseMatrix, n_wires: int, drop_zeros: bool) -> _Side:
    rows = np.repeat(np.arange(matrix.n_rows), np.diff(matrix.starts))
    keys = rows * n_wires + matrix.wires
    last = len(keys) - 1 - np.unique(keys[::-1], return_index=True)[1]
    if drop_zeros:
        last = last[matrix.values[last].any(axis=1)]
    is_constant = matrix.wires[last] == 0
    constant, others = last[is_constant], last[~is_constant]
    constants = FieldArray.zeros(matrix.field, matrix.n_rows)
    plain = FieldArray.from_canonical_words(matrix.field, matrix.values[constant])
    constants.data[rows[constant]] = plain.data
    has_constant = np.zeros(matrix.n_rows, np.bool_)
    has_constant[rows[constant]] = True
    return _Side(
        keys[others],
        FieldArray.from_canonical_words(matrix.field, matrix.values[others]),
        np.bincount(rows[others], minlength=matrix.n_rows).astype(np.int64),
        has_constant,
        constants,
    )


def _sums(sides: Sequence[_Side], kinds: Sequence[Flags], n_wires: int) -> _Side:
    """Return C where a side is empty, else k B - C or k A - C; other rows without terms.

    kinds: rows with an empty side, with a constant A, with a constant B.
    """
    a, b, c = sides
    is_empty, by_a, by_b = kinds
    field = a.factors.field
    keys, factors = [], []
    constants = FieldArray.zeros(field, len(is_empty))
    constants.data[is_empty] = c.constants.data[is_empty]
    for rows, side, constant in ((by_a, b, a), (by_b, a, b)):
        row_of_term = side.keys // n_wires
        chosen = np.flatnonzero(rows[row_of_term])
        keys.append(side.keys[chosen])
        factors.append((side.factors[chosen] * constant.constants[row_of_term[chosen]]).data)
        own = np.flatnonzero(rows)
        constants.data[own] = (a.constants[own] * b.constants[own] - c.constants[own]).data
    row_of_term = c.keys // n_wires
    for rows, sign in ((is_empty, 1), (by_a | by_b, -1)):
        chosen = np.flatnonzero(rows[row_of_term])
        keys.append(c.keys[chosen])
        factors.append((c.factors[chosen] * sign).data)
    together = np.concatenate(keys)
    order = np.argsort(together, kind="stable")
    together = together[order]
    starts = np.flatnonzero(np.diff(together, prepend=-1))
    ends = np.concatenate([starts, [len(together)]]).astype(np.int64)
    summed = FieldArray(field, np.concatenate(factors)[order]).segment_sums(ends)
    none = np.zeros(0, np.int64)
    return _Side(together[starts], summed, none, np.zeros(0, np.bool_), constants)


def _without_zeros(side: _Side) -> _Side:
    kept = np.flatnonzero(~side.factors.is_zero())
    return _Side(
        side.keys[kept], side.factors[kept], side.n_wires, side.has_constant, side.constants
    )
