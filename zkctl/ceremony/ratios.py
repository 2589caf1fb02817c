"""Many claims "these points of G1 and those of G2 have one ratio", checked with one pairing product.

x1 = k x0 and y1 = k y0 for one k, that is e(x0, y1) = e(x1, y0).  The claims are combined with 128-bit
coefficients of the operating system; a false one survives with probability 2^-128.  Where the
combination fails, halving finds the first false claim.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zkctl.curve import (
    Curve,
    G1Array,
    G2Array,
    PointArray,
    are_in_subgroup,
    is_in_subgroup,
    is_on_curve,
    is_pairing_product_one,
    msm_words,
    multiply_each,
)
from zkctl.curve.group import P
from zkctl.errors import CheckFailed, EncodingError
from zkctl.field import FieldArray
from zkctl.field.words import Words
from zkctl.runtime.memory import windows


def random_words(n: int, n_words: int) -> Words:
    """Return plain integers below 2^128, from the operating system.  Shapes: -> (n, n_words)."""
    words = np.zeros((n, n_words), np.uint64)
    words[:, :2] = np.frombuffer(os.urandom(16 * n), "<u8").reshape(n, 2)
    return words


def neighbours(points: P) -> tuple[P, P]:
    """Return one random combination of all points but the last, and of all but the first.

    Where each point is k times the one before, so is the second sum of the first; otherwise with
    probability 2^-128.  Shapes: (n,) -> (), ().
    """
    first = last = type(points).infinity(points.group)
    for part in windows(len(points) - 1, points.group.point_bytes):
        words = random_words(part.stop - part.start, points.group.scalar_field.n_words)
        first = first + msm_words(points[part], words)
        last = last + msm_words(points[part.start + 1 : part.stop + 1], words)
    return first, last


def check_members(points: PointArray, where: str, *, infinity: bool = False) -> None:
    """Check that each point is on the curve, in the group of order r and (unless allowed) finite.

    Raises: EncodingError naming the first that is not.
    """
    flat = type(points)(points.group, points.data.reshape(-1, points.group.point_words))
    for part in windows(len(flat), points.group.point_bytes):
        block = flat[part]
        if not are_in_subgroup(block):
            _check_each(~is_on_curve(block), part.start, "is not on the curve", where)
            _check_each(
                ~is_in_subgroup(block), part.start, "is not in the group of prime order", where
            )
        if not infinity:
            _check_each(block.is_infinity(), part.start, "is infinity", where)


def _check_each(bad: NDArray[np.bool_], start: int, what: str, where: str) -> None:
    if bad.any():
        raise EncodingError(f"point {start + int(np.argmax(bad))} {what}", where=where)


@dataclass
class RatioClaims:
    """Collected claims over one curve."""

    curve: Curve
    where: list[str] = field(default_factory=list)
    g1: list[tuple[G1Array, G1Array]] = field(default_factory=list)
    g2: list[tuple[G2Array, G2Array]] = field(default_factory=list)

    def add(self, where: str, g2: tuple[G2Array, G2Array], *pairs: tuple[G1Array, G1Array]) -> None:
        """Claim that g2[1] / g2[0] is pair[1] / pair[0] for every pair; `where` is for messages.

        Raises: CheckFailed if a point is infinity, which would make a claim empty.
        """
        columns = [G1Array.concatenate([pair[k] for pair in pairs]) for k in range(2)]
        if any(bool(point.is_infinity().any()) for point in (*columns, *g2)):
            raise CheckFailed("a point is infinity", where=where)
        self.where.append(where)
        self.g1.append((columns[0], columns[1]))
        self.g2.append(g2)

    def check(self) -> None:
        """Raise CheckFailed naming the first false claim."""
        bad = self.first_false()
        if bad is not None:
            raise CheckFailed("the pairing check fails", where=self.where[bad])

    def first_false(self) -> int | None:
        """Return the index of the first false claim, or None."""
        claims = range(len(self.where))
        if not claims or self._hold(claims):
            return None
        while len(claims) > 1:  # one of these is false, and none before them
            half = len(claims) // 2
            claims = claims[half:] if self._hold(claims[:half]) else claims[:half]
        return claims[0]

    def _hold(self, claims: range) -> bool:
        g1, g2 = self.g1[claims.start : claims.stop], self.g2[claims.start : claims.stop]
        left, right = self._weighted(g1)
        return is_pairing_product_one(
            self.curve,
            G1Array.concatenate([left, -right]),
            G2Array.concatenate([_column(g2, 1), _column(g2, 0)]),
        )

    def _weighted(self, claims: list[tuple[G1Array, G1Array]]) -> tuple[G1Array, G1Array]:
        """Return each claim's pairs added up under random weights, the same ones on both sides."""
        group = self.curve.g1
        widest = max(len(x0) for x0, _ in claims)
        filled = [
            tuple(G1Array.concatenate([x, G1Array.infinity(group, widest - len(x))]) for x in pair)
            for pair in claims
        ]
        n = len(claims) * widest
        words = random_words(n, group.scalar_field.n_words)
        weights = FieldArray.from_canonical_words(group.scalar_field, words)
        sums = []
        for k in range(2):
            scaled = multiply_each(G1Array.concatenate([pair[k] for pair in filled]), weights)
            columns = [scaled[np.arange(j, n, widest)] for j in range(widest)]
            sums.append(sum(columns[1:], columns[0]))
        return sums[0], sums[1]


def _column(pairs: list[tuple[P, P]], k: int) -> P:
    return type(pairs[0][k]).concatenate([pair[k] for pair in pairs])
