"""The number of rows that PLONK and FFLONK need for a constraint system, counted without building them.

A row holds one product of single wires or a sum of at most three; a longer linear combination takes
one more row per wire too many.  A constraint A * B = C with a constant side is a sum k B - C.  Of
repeated wires of a combination the last one counts, and PLONK (not FFLONK) keeps terms with
coefficient zero.
Source: docs/reference/formats.md, "Rows of PLONK and FFLONK".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.field import FieldArray
from zkctl.field.words import Words
from zkctl.runtime.records import record

Index = NDArray[np.int64]
Flags = NDArray[np.bool_]
_IN_A_SUM = 3


@record(eq=False)
class _Side:
    """One matrix without repetitions.  Shapes: keys, values (nnz,); n_wires, factor (n_rows,)."""

    keys: Index  # row * n_wires + wire, ascending, of terms that are not constant
    values: Words
    n_wires: Index
    has_constant: Flags
    factor: FieldArray

    def is_constant(self) -> Flags:
        """Return, row by row, whether there is a constant term and no wire."""
        constant: Flags = np.logical_and(self.n_wires == 0, self.has_constant)
        return constant

    def is_empty(self) -> Flags:
        """Return, row by row, whether there is no term."""
        empty: Flags = np.logical_and(self.n_wires == 0, ~self.has_constant)
        return empty


def count_plonk_rows(r1cs: R1CS) -> int:
    """Return the rows of a PLONK arithmetisation, public inputs included."""
    return _count(r1cs, drop_zeros=False)


def count_fflonk_rows(r1cs: R1CS) -> int:
    """Return the rows of an FFLONK arithmetisation, public inputs included, blinding rows not."""
    return _count(r1cs, drop_zeros=True)


def _count(r1cs: R1CS, *, drop_zeros: bool) -> int:
    a, b, c = (_side(m, r1cs.n_wires, drop_zeros) for m in (r1cs.a, r1cs.b, r1cs.c))
    n_sum, is_sum = c.n_wires.copy(), a.is_empty() | b.is_empty()
    for constant, other in ((a, b), (b, a)):
        rows = ~is_sum & constant.is_constant()
        n_sum[rows] = _joined(constant.factor, other, c, r1cs.n_wires, drop_zeros)[rows]
        is_sum |= rows
    sums = np.maximum(n_sum - _IN_A_SUM, 0) + 1
    products = 1 + sum(np.maximum(side.n_wires - 1, 0) for side in (a, b, c))
    return r1cs.n_public + int(np.where(is_sum, sums, products).sum())


def _side(matrix: SparseMatrix, n_wires: int, drop_zeros: bool) -> _Side:
    rows = np.repeat(np.arange(matrix.n_rows), np.diff(matrix.starts))
    keys = rows * n_wires + matrix.wires
    last = len(keys) - 1 - np.unique(keys[::-1], return_index=True)[1]
    if drop_zeros:
        last = last[matrix.values[last].any(axis=1)]
    is_constant = matrix.wires[last] == 0
    constants, others = last[is_constant], last[~is_constant]
    factor = FieldArray.zeros(matrix.field, matrix.n_rows)
    plain = FieldArray.from_canonical_words(matrix.field, matrix.values[constants])
    factor.data[rows[constants]] = plain.data
    has_constant = np.zeros(matrix.n_rows, np.bool_)
    has_constant[rows[constants]] = True
    counts = np.bincount(rows[others], minlength=matrix.n_rows).astype(np.int64)
    return _Side(keys[others], matrix.values[others], counts, has_constant, factor)


def _joined(
    factor: FieldArray,
    x: _Side,
    y: _Side,
    n_wires: int,
    drop_zeros: bool,
) -> Index:
    """Return the wires of factor * x - y, row by row.  Shapes: (n_rows,) -> (n_rows,)."""
    shared, in_x, in_y = np.intersect1d(x.keys, y.keys, assume_unique=True, return_indices=True)
    rows, n_rows, field = shared // n_wires, len(x.n_wires), factor.field
    total = x.n_wires + y.n_wires - np.bincount(rows, minlength=n_rows)
    if not drop_zeros:
        return total
    left = FieldArray.from_canonical_words(field, x.values[in_x]) * factor[rows]
    cancelled = left == FieldArray.from_canonical_words(field, y.values[in_y])
    return total - np.bincount(rows[cancelled], minlength=n_rows)
