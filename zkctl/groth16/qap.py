"""The quadratic arithmetic program of a constraint system, and its quotient on the odd coset.

Domain: H = <w> of order N, the smallest power of two above n_constraints + n_public (at least 2).
Row c of A and B belongs to w^c; the rows n_constraints + s, s = 0 .. n_public, hold x_s * 0 = 0,
so that every public signal has its own polynomial even if no constraint uses it.

The prover's quotient, in the basis of .zkey files (docs/reference/formats.md): a, b and c = a b (point by
point) on H are interpolated and evaluated on the odd coset g H, g^2 = w.  There a b - c = Z h, and
Z = X^N - 1 = -2 is constant; the key's h_query absorbs that constant.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray, PrimeField
from zkctl.field.words import Words
from zkctl.groth16.keys import QapCoefficients
from zkctl.poly.domain import Domain

COEFFICIENTS_AT_ONCE = 1 << 18  # coefficients multiplied at a time: about 32 MiB


def log_domain_size(n_constraints: int, n_public: int) -> int:
    """Return log2 N with N the smallest power of two > n_constraints + n_public, at least 2."""
    return max(1, (n_constraints + n_public).bit_length())


def odd_coset_shift(field: PrimeField, log_n: int) -> int:
    """Return g of the coset g H: the root of order 2 N, or non_residue^2 where there is none."""
    if log_n < field.two_adicity:
        return field.root_of_unity(log_n + 1)
    return field.non_residue**2


def coefficients_of(r1cs: R1CS) -> QapCoefficients:
    """Return the entries of A and B in the order of a zkey.

    Per constraint A's terms, then B's, each as in the r1cs; then the rows of the public signals.
    """
    a, b, n_rows = r1cs.a, r1cs.b, r1cs.n_constraints
    n_terms, n_extra = len(a.wires) + len(b.wires), r1cs.n_public + 1
    matrix = np.zeros(n_terms + n_extra, np.uint32)
    constraint, signal = np.empty_like(matrix), np.empty_like(matrix)
    values = np.zeros((n_terms + n_extra, r1cs.field.n_words), np.uint64)
    places = (
        (0, a, np.arange(len(a.wires)) + np.repeat(b.starts[:-1], np.diff(a.starts))),
        (1, b, np.arange(len(b.wires)) + np.repeat(a.starts[1:], np.diff(b.starts))),
    )
    for which, side, place in places:
        matrix[place] = which
        constraint[place] = row_of_terms(side)
        signal[place] = side.wires
        values[place] = side.values
    constraint[n_terms:] = n_rows + np.arange(n_extra)
    signal[n_terms:] = np.arange(n_extra)
    values[n_terms:, 0] = 1
    return QapCoefficients(matrix, constraint, signal, _times_r_squared(r1cs.field, values))


def row_of_terms(matrix: SparseMatrix) -> NDArray[np.int64]:
    """Return the row index of every term.  Shapes: -> (nnz,)."""
    return np.repeat(np.arange(matrix.n_rows, dtype=np.int64), np.diff(matrix.starts))


def _times_r_squared(field: PrimeField, values: Words) -> Words:
    once = FieldArray.from_canonical_words(field, values).data
    return FieldArray.from_canonical_words(field, once).data


def evaluations(
    coefficients: QapCoefficients, witness: Words, domain: Domain
) -> tuple[FieldArray, FieldArray]:
    """Return A w and B w on the domain, zero beyond the last row.

    Shapes: witness (n_vars, n_words) plain -> two (N,).  The coefficients come in any order.
    Raises: EncodingError if a coefficient points outside the domain or the witness.
    """
    _check_ranges(coefficients, len(witness), domain.n)
    out = FieldArray.zeros(domain.field, 2 * domain.n)
    for first in range(0, len(coefficients), COEFFICIENTS_AT_ONCE):
        part = slice(first, first + COEFFICIENTS_AT_ONCE)
        # A and B alternate in most files: then the rows ascend
        rows = 2 * coefficients.constraint[part].astype(np.int64) + coefficients.matrix[part]
        # (coefficient R^2) * (plain witness value) / R = their product in Montgomery form
        products = FieldArray(
            domain.field, np.ascontiguousarray(coefficients.values[part])
        ) * FieldArray(domain.field, witness[coefficients.signal[part]])
        _add_rows(out, rows, products)
    return out[0::2], out[1::2]


def _add_rows(out: FieldArray, rows: NDArray[np.int64], values: FieldArray) -> None:
    """Add in place: out[rows[k]] += values[k], rows in any order and repeated."""
    if (rows[1:] < rows[:-1]).any():
        order = np.argsort(rows, kind="stable")
        rows, values = rows[order], values[order]
    firsts = np.flatnonzero(np.diff(rows, prepend=-1))
    sums = values.segment_sums(np.append(firsts, len(rows)))
    wanted = rows[firsts]
    out.data[wanted] = (out[wanted] + sums).data


def _check_ranges(coefficients: QapCoefficients, n_vars: int, n: int) -> None:
    columns = (
        ("matrix", coefficients.matrix, 2),
        ("constraint", coefficients.constraint, n),
        ("signal", coefficients.signal, n_vars),
    )
    for name, column, bound in columns:
        bad = np.flatnonzero(column >= bound)
        if len(bad):
            k = int(bad[0])
            raise EncodingError(f"coefficient {k} has {name} {int(column[k])}, not below {bound}")


def quotient(a: FieldArray, b: FieldArray, domain: Domain) -> FieldArray:
    """Return the values of a b - c on the odd coset, where c = a b on the domain.

    Shapes: a, b on the domain (N,), (N,) -> (N,).
    """
    if a.shape != b.shape:
        raise ShapeError(f"quotient of {a.shape} and {b.shape} values")
    c = a * b
    product = _on_odd_coset(a, domain) * _on_odd_coset(b, domain)
    return product - _on_odd_coset(c, domain)


def _on_odd_coset(values: FieldArray, domain: Domain) -> FieldArray:
    shift = odd_coset_shift(domain.field, domain.log_n)
    return domain.move_to_coset(values, shift)
