"""The terms of a sum of multiples: lists of points with their scalars, made ready without copying what stays.

A prover's sum has several lists (two queries, and a few points of the key). Zeros and infinities take no part; a witness
is mostly bits and small numbers, which are worth summing apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zkctl.curve.group import PointArray
from zkctl.field.backend import schedule_kernels
from zkctl.field.words import Mask, Words
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

SMALL_SCALAR_BITS = 8  # scalars of so few bits are summed apart
SPLIT_FROM_SMALL_SCALARS = 1 << 10  # small scalars from which that pays
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
    kinds = schedule_kernels().kinds(words, SMALL_SCALAR_BITS)
    kinds[np.atleast_1d(points.is_infinity())] = 0
    return kinds == 1, kinds == 2


def _terms(lists: Sequence[tuple[PointArray, Words]], masks: Sequence[Mask]) -> MsmTerms:
    points, scalars = [], []
    for (each, words), mask in zip(lists, masks, strict=True):
        useful = int(np.count_nonzero(mask))
        if useful < GATHER_BELOW_SHARE * len(mask):
            chosen = np.flatnonzero(mask)
            points.append(each.data.take(chosen, axis=0))
            scalars.append(words.take(chosen, axis=0))
        else:
            points.append(each.data)
            scalars.append(words if useful == len(mask) else np.where(mask[:, None], words, 0))
    return MsmTerms(points, scalars[0] if len(scalars) == 1 else np.concatenate(scalars))
