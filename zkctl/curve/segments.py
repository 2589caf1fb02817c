"""Sums of points: over consecutive segments, and sparse linear combinations of them.

Both add references into a pool, round by round (reference_sums.py), so that one batched inversion
serves every sum at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.backend import group_kernels
from zkctl.curve.group import PointArray
from zkctl.curve.parameters import Group
from zkctl.curve.reference_sums import NONE, ReferenceSums
from zkctl.errors import ShapeError
from zkctl.field import FieldArray
from zkctl.field.array import Words

P = TypeVar("P", bound=PointArray)
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

WINDOW = 4  # bits of a scalar per round; signed digits -7 .. 8 from a table of eight multiples
BLOCK = 1 << 15  # source points per table: 16 MiB of BN254 G1, 32 MiB of G2


def segment_sums(points: P, starts: Indices) -> P:
    """Sums over segments: out[k] = sum of points[starts[k] : starts[k + 1]].

    Shapes: (n,), (m + 1,) -> (m,).  An empty segment gives infinity.
    """
    sums = _SignedSums(points.group, points.data, starts)
    return type(points)(points.group, sums.run(np.arange(len(points)), starts))


class _SignedSums:
    """Sums of table rows with signs; the table is converted once for many runs."""

    def __init__(self, group: Group, table: Words, starts: Indices) -> None:
        """Make room for runs with at most these segments."""
        self.kernels = group_kernels(group)
        self.out = len(table)
        first = self.out + len(starts)
        longest = int(np.diff(starts).max(initial=1))
        rows = first + ReferenceSums.rows_needed(longest, self.kernels.width)
        self.pool = self.kernels.new_pool(rows)
        self.kernels.to_pool(table, self.pool)
        self.sums = ReferenceSums(self.kernels, self.pool, first, longest)

    def run(self, rows: Indices, starts: Indices, negative: Mask | None = None) -> Words:
        """Sums in file form.  Shapes: (n,), (m + 1,), (n,) -> (m, point_words)."""
        refs = 2 * rows if negative is None else 2 * rows + negative
        found = self.sums.run(refs.astype(np.int32), starts.astype(np.int32), self.out)
        points = self.kernels.signed_points(self.pool[np.maximum(found, 0) >> 1], found & 1)
        points[found == NONE] = 0
        return np.asarray(points)


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

        Memory: beside the result, the tables and references of one block of 2^15 sources.
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
        inside = inside[np.argsort(self.targets[inside], kind="stable")]
        sources, targets = self.sources[inside] - first, self.targets[inside]
        magnitudes, negative = _signed(self.coefficients[inside])
        low, high = magnitudes[:, 0], magnitudes[:, 1:].any(axis=1)
        unit, large = (low == 1) & ~high, (low > 1) | high
        if unit.any():
            wanted, starts = _segments(targets[unit])
            sums = _SignedSums(points.group, points.data, starts)
            _accumulate(out, wanted, sums.run(sources[unit], starts, negative[unit]))
        if large.any():
            digits = _signed_digits(magnitudes[large]) * np.where(negative[large], -1, 1)[:, None]
            _accumulate(out, *_horner(points, sources[large], targets[large], digits))


def _horner(
    points: PointArray, sources: Indices, targets: Indices, digits: NDArray[np.int8]
) -> tuple[Indices, Words]:
    """Double-and-add on all sums at once: acc = 16 acc + sum of digit * point, from the top.

    Assumes: targets are sorted.
    """
    used, sources = np.unique(sources, return_inverse=True)
    wanted, starts = _segments(targets)
    place = np.repeat(np.arange(len(wanted)), np.diff(starts))
    sums = _SignedSums(points.group, _multiples(points[used]).data, starts)
    acc = PointArray.infinity(points.group, len(wanted))
    top = int(np.flatnonzero(digits.any(axis=0))[-1])
    for k in range(top, -1, -1):
        if k < top:
            acc.data[:] = sums.kernels.double_repeatedly(acc.data, WINDOW)
        terms = np.flatnonzero(digits[:, k])
        if len(terms):
            digit = digits[terms, k].astype(np.int64)
            rows = (np.abs(digit) - 1) * len(used) + sources[terms]
            hit, starts = _segments(place[terms])
            _accumulate(acc, hit, sums.run(rows, starts, digit < 0))
    return wanted, acc.data


def _accumulate(out: PointArray, targets: Indices, sums: Words) -> None:
    """out[targets] += sums, distinct targets, in place."""
    fresh = out.is_infinity()[targets]
    out.data[targets[fresh]] = sums[fresh]
    old = targets[~fresh]
    out.data[old] = (out[old] + PointArray(out.group, sums[~fresh])).data


def _multiples(points: PointArray) -> PointArray:
    """1 P, 2 P, ... 8 P of every point, multiple by multiple.  Shapes: (n,) -> (8 n,)."""
    doubled = group_kernels(points.group).double_repeatedly(points.data, 1)
    rows = [points, PointArray(points.group, doubled)]
    while len(rows) < 1 << (WINDOW - 1):
        rows.append(rows[-1] + points)
    return PointArray.concatenate(rows)


def _segments(sorted_targets: Indices) -> tuple[Indices, Indices]:
    """The distinct values of a sorted array and the boundaries of their runs."""
    firsts = np.flatnonzero(np.diff(sorted_targets, prepend=-1))
    return sorted_targets[firsts], np.append(firsts, len(sorted_targets))


def _signed(coefficients: FieldArray) -> tuple[Words, Mask]:
    """Plain residues as the smaller of c and r - c, and whether it was the latter."""
    words, opposite = coefficients.data, (-coefficients).data
    negative = np.zeros(len(words), np.bool_)
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
