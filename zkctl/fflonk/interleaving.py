"""Polynomials sum_j X^j f_j(X^k): their coefficients are those of f_0 .. f_(k-1) in turns.

A sum of such polynomials has nine times n coefficients; its parts are interleaved piece by piece, so that no part takes
memory for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from zkctl.fflonk.formulas import scaled_plus
from zkctl.field import FieldArray
from zkctl.field.words import Words
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

PIECE = 24 << 8  # rows at a time, which stay in the cache; a multiple of every k


def interleaved(polynomials: Sequence[FieldArray], n: int) -> FieldArray:
    """Return the first n coefficients of sum_j X^j f_j(X^k).  Shapes: k times (n_j,) -> (n,)."""
    field = polynomials[0].field
    out = FieldArray(field, np.empty((n, field.n_words), np.uint64))
    _in_pieces(n, lambda piece: _fill(out.data[piece], polynomials, piece.start))
    return out


def add_interleaved(total: FieldArray, factor: int, polynomials: Sequence[FieldArray]) -> None:
    """Replace `total` by `factor` times it plus sum_j X^j f_j(X^k).  Shapes: (n,), k times (n_j,)."""

    def add(piece: slice) -> None:
        part = np.empty_like(total.data[piece])
        _fill(part, polynomials, piece.start)
        arrays = {"total": total[piece], "part": FieldArray(total.field, part)}
        total.data[piece] = scaled_plus(arrays, {"factor": factor}).data

    _in_pieces(len(total), add)


def _fill(out: Words, polynomials: Sequence[FieldArray], first: int) -> None:
    """Write the coefficients from `first` on, which is a multiple of k; zeros where there are none."""
    k = len(polynomials)
    for j, each in enumerate(polynomials):
        target = out[j::k]
        part = each.data[first // k :][: len(target)]
        target[: len(part)] = part
        target[len(part) :] = 0


def _in_pieces(n: int, work: Callable[[slice], None]) -> None:
    """Call `work` for all pieces of n rows; each thread takes consecutive ones."""
    starts = [*range(0, n, PIECE), n]
    pieces = [slice(*pair) for pair in pairwise(starts)]
    n_tasks = thread_count()
    bounds = [len(pieces) * t // n_tasks for t in range(n_tasks + 1)]
    in_parallel([partial(_each, work, pieces[i:j]) for i, j in pairwise(bounds)])


def _each(work: Callable[[slice], None], pieces: Sequence[slice]) -> None:
    for piece in pieces:
        work(piece)
