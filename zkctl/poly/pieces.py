"""Expressions over long arrays, piece by piece: what is in between stays in the cache, and threads take pieces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from zkctl.field import FieldArray, PrimeField
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

ROWS_AT_ONCE = 1 << 12


def in_pieces(field: PrimeField, n: int, compute: Callable[[slice], FieldArray]) -> FieldArray:
    """Return the elements that `compute` returns for each piece of 0 .. n - 1.  Shapes: -> (n,)."""
    out = FieldArray.zeros(field, n)
    n_tasks = thread_count()

    def work(first: int) -> None:
        for start in range(first * ROWS_AT_ONCE, n, n_tasks * ROWS_AT_ONCE):
            piece = slice(start, min(start + ROWS_AT_ONCE, n))
            out.data[piece] = compute(piece).data

    in_parallel([partial(work, first) for first in range(n_tasks)])
    return out


def linear_combination(terms: Sequence[tuple[FieldArray, int]]) -> FieldArray:
    """Return the sum of factor * array; shorter arrays end in zeros.  Shapes: [((n_k,), factor)] -> (longest,)."""
    field = terms[0][0].field

    def compute(piece: slice) -> FieldArray:
        total = FieldArray.zeros(field, piece.stop - piece.start)
        for array, factor in terms:
            part = array[piece] * factor
            if len(part) == len(total):
                total = total + part
            elif len(part):
                total.data[: len(part)] = (total[: len(part)] + part).data
        return total

    return in_pieces(field, max(len(array) for array, _ in terms), compute)
