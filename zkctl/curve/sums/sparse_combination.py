"""Sparse linear combinations of points: a matrix of scalars times a vector of points.

All sums of a block advance together (double-and-add on signed digits), so that one batched inversion serves
them all.  Where a coefficient is +-1, and most are, the point is added once and takes no doublings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np

from zkctl.curve.backend import group_kernels
from zkctl.curve.group import P, PointArray
from zkctl.curve.subgroup.endomorphism import endomorphism
from zkctl.curve.sums.segments import Indices, SignedSums
from zkctl.errors import ShapeError
from zkctl.field import FieldArray
from zkctl.field.backend import schedule_kernels
from zkctl.field.words import Int32, Mask, Words
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.records import record

Sums = tuple[Indices, Words]  # distinct targets, and a sum for each

WINDOW_BITS = 4  # of a scalar per round; signed digits -7 .. 8 from a table of eight multiples
TERMS_PER_BLOCK = 1 << 14  # tables of up to 16 MiB in BN254 G1


@record(eq=False)
class SparseCombination:
    """Linear combinations of points: coefficients[k] * points[sources[k]] goes to sum targets[k].

    Shapes: sources, targets, coefficients (n,).  Units: coefficients hold plain words (not
    Montgomery): they are only compared and negated.
    """

    sources: Indices
    targets: Indices
    coefficients: FieldArray
    n_targets: int

    @classmethod
    def added(cls, parts: Sequence[SparseCombination], n_points: int) -> SparseCombination:
        """Return the sum of several combinations, each of another array of n_points points."""
        field = parts[0].coefficients.field
        return cls(
            np.concatenate([part.sources + k * n_points for k, part in enumerate(parts)]),
            np.concatenate([part.targets for part in parts]),
            FieldArray(field, np.concatenate([part.coefficients.data for part in parts])),
            parts[0].n_targets,
        )

    @cached_property
    def _by_target(self) -> Indices:
        """The terms, those of a target one after the other."""
        return np.argsort(self.targets, kind="stable")

    def apply(self, *points: P, members: bool = False) -> P:
        """Evaluate every combination.  Shapes: (n_points,) ... -> (n_targets,).

        `members` vouches that all points are of order r, as in `multiply_each`.  The sources count
        through all arrays.  Memory: beside the result, for each thread the tables and references of one
        block of 2^14 terms.
        """
        out = type(points[0]).infinity(points[0].group, self.n_targets)
        n, n_points = len(self.sources), sum(map(len, points))
        if n and int(self.sources.max()) >= n_points:
            raise ShapeError(
                f"source is outside the points: expected at most {n_points - 1}, got {int(self.sources.max())}"
            )
        blocks = [
            self._by_target[first : first + TERMS_PER_BLOCK]
            for first in range(0, n, TERMS_PER_BLOCK)
        ]
        halved = members or points[0].group.cofactor == 1
        for found in in_parallel([partial(self._block, points, block, halved) for block in blocks]):
            for sums in found:
                accumulate(out, *sums)
        return out

    def _block(self, points: Sequence[PointArray], terms: Indices, halved: bool) -> list[Sums]:
        """Return the sums over some terms."""
        used, sources = np.unique(self.sources[terms], return_inverse=True)
        rows, targets = _rows(points, used), self.targets[terms]
        magnitudes, negative = _signed(self.coefficients[terms])
        low, high = magnitudes[:, 0], magnitudes[:, 1:].any(axis=1)
        unit, large = (low == 1) & ~high, (low > 1) | high
        found = []
        if unit.any():
            wanted, starts = _segments(targets[unit])
            sums = SignedSums(rows.group, rows.data, starts)
            found.append((wanted, sums.run(sources[unit], starts, negative[unit])))
        if large.any():
            terms_of = _Terms(sources[large], targets[large], magnitudes[large], negative[large])
            found.append(_Horner(rows, terms_of, halved=halved).result())
        return found


@record(eq=False)
class _Terms:
    """The terms that _Horner adds up.  Shapes: (n,) each, magnitudes (n, n_words)."""

    sources: Indices
    targets: Indices
    magnitudes: Words
    negative: Mask


class _Horner:
    """Double-and-add on all sums at once: acc = 16 acc + sum of digit * point, from the top.

    With `halved` a term k P is two, k_1 P and k_2 phi(P): half the doublings.
    Assumes: targets are sorted.
    """

    def __init__(self, points: PointArray, terms: _Terms, *, halved: bool) -> None:
        used, sources = np.unique(terms.sources, return_inverse=True)
        points, group = points[used], points.group
        self.wanted, starts = _segments(terms.targets)
        place = np.repeat(np.arange(len(self.wanted)), np.diff(starts))
        if halved:
            phi = endomorphism(group)
            halves, signs = phi.split(terms.magnitudes)
            digits = [
                _digits(half, phi.n_bits) * _signs(sign ^ terms.negative)
                for half, sign in zip(halves, signs, strict=True)
            ]
            self.digits = np.stack(digits, axis=-1).reshape(len(digits[0]), -1)
            sources = np.stack([sources, sources + len(points)], axis=-1).reshape(-1)
            place = np.repeat(place, 2)
            points = PointArray.concatenate([points, phi.image(points)])
        else:
            self.digits = _digits(terms.magnitudes, group.scalar_field.n_bits)
            self.digits *= _signs(terms.negative)
        self.sources, self.place, self.n = sources, place, len(points)
        longest = np.append(np.flatnonzero(np.diff(place, prepend=-1)), len(place))
        self.sums = SignedSums(group, _multiples(points).data, longest)
        self.acc = PointArray.infinity(group, len(self.wanted))

    def result(self) -> Sums:
        """Return the distinct targets and their sums in file form."""
        top = int(np.flatnonzero(self.digits.any(axis=1))[-1])
        for k in range(top, -1, -1):
            if k < top:
                self.acc.data[:] = self.sums.kernels.double_repeatedly(self.acc.data, WINDOW_BITS)
            terms = np.flatnonzero(self.digits[k])
            if len(terms):
                digit = self.digits[k, terms].astype(np.int64)
                rows = (np.abs(digit) - 1) * self.n + self.sources[terms]
                hit, starts = _segments(self.place[terms])
                accumulate(self.acc, hit, self.sums.run(rows, starts, digit < 0))
        return self.wanted, self.acc.data


def accumulate(out: PointArray, targets: Indices, sums: Words) -> None:
    """Add sums to out[targets] in place; targets are distinct."""
    fresh = out.is_infinity()[targets]
    out.data[targets[fresh]] = sums[fresh]
    old = targets[~fresh]
    out.data[old] = (out[old] + PointArray(out.group, sums[~fresh])).data


def _rows(arrays: Sequence[PointArray], numbers: Indices) -> PointArray:
    """Return points by their number, which counts through all arrays; the numbers ascend."""
    ends = np.cumsum([len(points) for points in arrays])
    cuts = np.searchsorted(numbers, ends)
    parts = np.split(numbers, cuts[:-1])
    starts = ends - [len(points) for points in arrays]
    found = [
        points[part - start] for points, part, start in zip(arrays, parts, starts, strict=True)
    ]
    return PointArray.concatenate(found)


def _multiples(points: PointArray) -> PointArray:
    """Return 1 P, 2 P, ... 8 P of every point, multiple by multiple.  Shapes: (n,) -> (8 n,)."""
    doubled = group_kernels(points.group).double_repeatedly(points.data, 1)
    rows = [points, PointArray(points.group, doubled)]
    while len(rows) < 1 << (WINDOW_BITS - 1):
        rows.append(rows[-1] + points)
    return PointArray.concatenate(rows)


def _digits(scalars: Words, n_bits: int) -> Int32:
    """Return signed digits of WINDOW_BITS bits.  Shapes: (n, n_words) -> (n_windows, n)."""
    return schedule_kernels().signed_digits(scalars, WINDOW_BITS, -(-(n_bits + 1) // WINDOW_BITS))


def _signs(negative: Mask) -> Int32:
    return np.where(negative, np.int32(-1), np.int32(1))


def _segments(sorted_targets: Indices) -> tuple[Indices, Indices]:
    """Return the distinct values of a sorted array and the boundaries of their runs."""
    firsts = np.flatnonzero(np.diff(sorted_targets, prepend=-1))
    return sorted_targets[firsts], np.append(firsts, len(sorted_targets))


def _signed(coefficients: FieldArray) -> tuple[Words, Mask]:
    """Return plain residues as the smaller of c and r - c, and whether it was the latter."""
    words, opposite = coefficients.data, (-coefficients).data
    negative = np.zeros(len(words), np.bool_)
    for k in range(words.shape[1]):
        negative = (opposite[:, k] < words[:, k]) | ((opposite[:, k] == words[:, k]) & negative)
    return np.where(negative[:, None], opposite, words), negative
