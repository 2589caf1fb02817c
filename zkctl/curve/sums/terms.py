"""The terms of a sum of multiples: lists of points with their scalars, made ready without copying what stays.

A prover's sum has several lists (two queries, and a few points of the key). Zeros and infinities take no part; a witness
is mostly bits and small numbers, which are worth summing apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from zkctl.curve.group import PointArray
from zkctl.field.backend import schedule_kernels
from zkctl.field.words import Int32, Mask, Words
from zkctl.runtime.arrays import np
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.records import record
from zkctl.runtime.settings import thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALL_SCALAR_BITS = 8  # scalars of so few bits are summed apart
SPLIT_FROM_SMALL_SCALARS = 1 << 10  # small scalars from which that pays
THREADS_FROM_ROWS = 1 << 14
GATHER_BELOW_SHARE = 3 / 4  # share of useful terms below which they are gathered


@record(eq=False)
class MsmTerms:
    """Arrays of points one after the other, and all their scalars.

    Shapes: points [(n_k, point_words)], scalars (sum of n_k, n_words).  A point at infinity has scalar 0.
    """

    points: list[Words]
    scalars: Words

    def __len__(self) -> int:
        return len(self.scalars)


def batches(
    lists: Sequence[tuple[PointArray, Words]], most: int
) -> Iterator[list[tuple[PointArray, Words]]]:
    """Return the lists in order, cut into batches of at most `most` terms."""
    batch: list[tuple[PointArray, Words]] = []
    room = most
    for points, words in lists:
        first = 0
        while first < len(words):
            piece = slice(first, first + room)
            batch.append((points[piece], words[piece]))
            first, room = first + room, room - len(batch[-1][1])
            if room == 0:
                yield batch
                batch, room = [], most
    if batch:
        yield batch


def classes(lists: Sequence[tuple[PointArray, Words]]) -> list[MsmTerms]:
    """Return the useful terms; if most scalars are small, the small ones and the others apart.

    The digits of the small ones then take few windows, and the others are few enough for narrower windows.
    """
    marks = [_marks(*each) for each in lists]
    n_small, n_large = (sum(int(np.count_nonzero(pair[k])) for pair in marks) for k in range(2))
    if n_small > max(n_large, SPLIT_FROM_SMALL_SCALARS):
        chosen = [[pair[0] for pair in marks], [pair[1] for pair in marks]]
    else:
        chosen = [[small | large for small, large in marks]]
    return [_terms(lists, masks) for masks in chosen if any(mask.any() for mask in masks)]


def _marks(points: PointArray, words: Words) -> tuple[Mask, Mask]:
    """Return masks of the terms with a small and with a large scalar; zeros and infinities are in neither."""
    kinds = np.concatenate(
        in_parallel([partial(_kinds, points[s], words[s]) for s in _shares(len(words))])
    )
    return kinds == 1, kinds == 2


def _kinds(points: PointArray, words: Words) -> Int32:
    """Return 1 for a small, 2 for a large scalar, 0 for zeros and infinities."""
    kinds = schedule_kernels().kinds(words, SMALL_SCALAR_BITS)
    kinds[np.atleast_1d(points.is_infinity())] = 0
    return kinds


def _terms(lists: Sequence[tuple[PointArray, Words]], masks: Sequence[Mask]) -> MsmTerms:
    points, scalars = [], []
    for (each, words), mask in zip(lists, masks, strict=True):
        useful = int(np.count_nonzero(mask))
        if useful < GATHER_BELOW_SHARE * len(mask):
            chosen = np.flatnonzero(mask)
            points.append(_taken(each.data, chosen))
            scalars.append(_taken(words, chosen))
        else:
            points.append(each.data)
            scalars.append(words if useful == len(mask) else np.where(mask[:, None], words, 0))
    return MsmTerms(points, scalars[0] if len(scalars) == 1 else np.concatenate(scalars))


def _taken(rows: Words, chosen: NDArray[np.intp]) -> Words:
    """Return some rows."""
    out = np.empty((len(chosen), rows.shape[1]), np.uint64)

    def take(share: slice) -> None:
        rows.take(chosen[share], axis=0, out=out[share], mode="clip")  # other modes copy twice

    in_parallel([partial(take, share) for share in _shares(len(chosen))])
    return out


def _shares(n: int) -> list[slice]:
    """Return the rows of each thread."""
    n_tasks = thread_count() if n >= THREADS_FROM_ROWS else 1
    return [slice(n * t // n_tasks, n * (t + 1) // n_tasks) for t in range(n_tasks)]
