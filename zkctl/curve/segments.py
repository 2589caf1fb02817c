"""Sums of points: over consecutive segments, and sparse linear combinations of them.

Both work in rounds of whole-array additions, so one batched inversion serves every sum at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.group import PointArray
from zkctl.errors import ShapeError
from zkctl.field import FieldArray
from zkctl.field.array import Words

P = TypeVar("P", bound=PointArray)
Indices = NDArray[np.int64]

WINDOW = 4  # bits of a scalar per round; signed digits -8 .. 8 from a table of eight multiples
BLOCK = 1 << 15  # source points per table: 16 MiB of BN254 G1, 32 MiB of G2


def segment_sums(points: P, starts: Indices) -> P:
    """Sums over segments: out[k] = sum of points[starts[k] : starts[k + 1]], by adding neighbours.

    Shapes: (n,), (m + 1,) -> (m,).  An empty segment gives infinity.
    """
    lengths = np.diff(starts)
    out = np.zeros((len(lengths), points.group.point_words), np.uint64)
    owners = np.flatnonzero(lengths)
    data = _gather(points.data, starts[owners], lengths[owners])
    lengths = lengths[owners]
    while len(owners):
        firsts = np.cumsum(lengths) - lengths
        done = lengths == 1
        out[owners[done]] = data[firsts[done]]
        owners, firsts, lengths = owners[~done], firsts[~done], lengths[~done]
        data, lengths = _pair(points, data, firsts, lengths)
    return type(points)(points.group, out)


def _pair(
    points: PointArray, data: Words, firsts: Indices, lengths: Indices
) -> tuple[Words, Indices]:
    """One round: add the neighbours 2j, 2j + 1 of every segment; an odd last member moves up."""
    halves = (lengths + 1) // 2
    left = _ramps(firsts, halves, step=2)
    paired = left + 1 < np.repeat(firsts + lengths, halves)
    out = data[left]
    a, b = (PointArray(points.group, data[left[paired] + k]) for k in (0, 1))
    out[paired] = (a + b).data
    return out, halves


def _ramps(firsts: Indices, counts: Indices, step: int = 1) -> Indices:
    """The concatenation of first, first + step, ... (count terms) over all segments."""
    offsets = np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(
        np.cumsum(counts) - counts, counts
    )
    return np.repeat(firsts, counts) + step * offsets


def _gather(data: Words, firsts: Indices, lengths: Indices) -> Words:
    if len(firsts) and int(lengths.sum()) == firsts[-1] + lengths[-1] - firsts[0]:
        return data[int(firsts[0]) : int(firsts[-1] + lengths[-1])]
    return data[_ramps(firsts, lengths)]


@dataclass(frozen=True, eq=False)
class SparseCombination:
    """Linear combinations of points: coefficients[k] * points[sources[k]] goes to sum targets[k].

    Shapes: sources, targets, coefficients (n,).  Units: coefficients hold plain words (not
    Montgomery): they are only compared and negated.
    """

    sources: Indices
    targets: Indices
    coefficients: FieldArray
    n_targets: int

    def apply(self, points: P) -> P:
        """Evaluate every combination.  Shapes: (n_points,) -> (n_targets,).

        Memory: beside the result, the tables and gathers of one block of 2^15 sources.
        """
        out = type(points).infinity(points.group, self.n_targets)
        if not len(self.sources):
            return out
        if int(self.sources.max()) >= len(points):
            raise ShapeError(f"source {int(self.sources.max())} of {len(points)} points")
        for first in range(0, len(points), BLOCK):
            inside = np.flatnonzero((self.sources >= first) & (self.sources < first + BLOCK))
            if len(inside):
                self._add_block(out, points[first : first + BLOCK], first, inside)
        return out

    def _add_block(self, out: PointArray, points: PointArray, first: int, inside: Indices) -> None:
        sources, targets = self.sources[inside] - first, self.targets[inside]
        magnitudes, negative = _signed(self.coefficients[inside])
        low, high = magnitudes[:, 0], magnitudes[:, 1:].any(axis=1)
        unit, large = (low == 1) & ~high, (low > 1) | high
        _accumulate(out, *_unit_sums(points, sources[unit], targets[unit], negative[unit]))
        if large.any():
            digits = _signed_digits(magnitudes[large]) * np.where(negative[large], -1, 1)[:, None]
            _accumulate(out, *_horner(points, sources[large], targets[large], digits))


def _accumulate(out: PointArray, targets: Indices, sums: PointArray) -> None:
    """out[targets] += sums, distinct targets, in place."""
    out.data[targets] = (out[targets] + sums).data


def _unit_sums(
    points: PointArray, sources: Indices, targets: Indices, negative: NDArray[np.bool_]
) -> tuple[Indices, PointArray]:
    order = np.argsort(targets, kind="stable")
    wanted, starts = _segments(targets[order])
    return wanted, segment_sums(_with_signs(points[sources[order]], negative[order]), starts)


def _horner(
    points: PointArray, sources: Indices, targets: Indices, digits: NDArray[np.int8]
) -> tuple[Indices, PointArray]:
    """Double-and-add on all sums at once: acc = 16 acc + sum of digit * point, from the top."""
    wanted, targets = np.unique(targets, return_inverse=True)
    used, sources = np.unique(sources, return_inverse=True)
    order = np.argsort(targets, kind="stable")
    sources, targets, digits = sources[order], targets[order], digits[order]
    table = _multiples(points[used])
    acc = PointArray.infinity(points.group, len(wanted))
    top = int(np.flatnonzero(digits.any(axis=0))[-1])
    for k in range(top, -1, -1):
        for _ in range(WINDOW if k < top else 0):
            acc = acc + acc
        terms = np.flatnonzero(digits[:, k])
        digit = digits[terms, k].astype(np.int64)
        rows = table[(np.abs(digit) - 1) * len(used) + sources[terms]]
        hit, starts = _segments(targets[terms])
        if len(hit):
            _accumulate(acc, hit, segment_sums(_with_signs(rows, digit < 0), starts))
    return wanted, acc


def _multiples(points: PointArray) -> PointArray:
    """1 P, 2 P, ... 8 P of every point, multiple by multiple.  Shapes: (n,) -> (8 n,)."""
    rows = [points, points + points]
    while len(rows) < 1 << (WINDOW - 1):
        rows.append(rows[-1] + points)
    return PointArray.concatenate(rows)


def _segments(sorted_targets: Indices) -> tuple[Indices, Indices]:
    """The distinct values of a sorted array and the boundaries of their runs."""
    wanted, firsts = np.unique(sorted_targets, return_index=True)
    return wanted, np.append(firsts, len(sorted_targets)).astype(np.int64)


def _with_signs(points: P, negative: NDArray[np.bool_]) -> P:
    """A fresh copy of the points, negated where asked."""
    data = points.data.copy()
    data[negative] = (-points[np.flatnonzero(negative)]).data
    return type(points)(points.group, data)


def _signed(coefficients: FieldArray) -> tuple[Words, NDArray[np.bool_]]:
    """Plain residues as the smaller of c and r - c, and whether it was the latter."""
    words, opposite = coefficients.data, (-coefficients).data
    negative = np.zeros(len(words), bool)
    for k in range(words.shape[1]):
        negative = (opposite[:, k] < words[:, k]) | ((opposite[:, k] == words[:, k]) & negative)
    return np.where(negative[:, None], opposite, words), negative


def _signed_digits(magnitudes: Words) -> NDArray[np.int8]:
    """Digits d_k in -7 .. 8 with sum d_k 16^k = magnitude.

    Shapes: (n, n_words) -> (n, 16 n_words).  Assumes: magnitude < 2^(64 n_words - 1).
    """
    octets = np.ascontiguousarray(magnitudes).view(np.uint8)
    digits = np.stack([octets & 15, octets >> 4], axis=-1).reshape(len(magnitudes), -1)
    digits = digits.astype(np.int8)
    for k in range(digits.shape[1] - 1):
        carry = digits[:, k] > 8
        digits[:, k] -= 16 * carry.astype(np.int8)
        digits[:, k + 1] += carry
    return digits
