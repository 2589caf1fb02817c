"""The endomorphism phi(x, y) = (beta x, y) of y^2 = x^3 + b, and scalars cut in two along it.

On the points of order r phi multiplies by lambda, a root of X^2 + X + 1 mod r, so that k P = k_1 P + k_2 phi(P) whenever
k_1 + lambda k_2 = k mod r.  The lattice of (a, b) with a + lambda b = 0 mod r has a basis v, w of numbers of half the bits;
subtracting the vector nearest to (k, 0) leaves k_1 and k_2 of half the bits, at half the doublings of k.
Source: Gallant, Lambert, Vanstone, "Faster point multiplication on elliptic curves with efficient endomorphisms" (CRYPTO
2001), sections 3 and 4.
"""

from __future__ import annotations

from functools import cache, cached_property
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from zkctl.curve.curves.parameters import Group
from zkctl.curve.curves.registry import curve_by_name
from zkctl.curve.group import P
from zkctl.field import FieldArray, ints_from_words, words_from_ints
from zkctl.field.words import Mask, Words
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

Vector = tuple[int, int]
Limbs: TypeAlias = "NDArray[np.float64]"

LIMB = 16  # bits: sums of 32 products of two limbs are exact in doubles
HALF_WORDS = 3  # words of k_1 and k_2
SHIFT = 272  # bits of the fractions v / r
INTEGERS_UP_TO_POINTS = 16  # Python integers multiply so few numbers as quickly
ROWS = 1 << 9  # at a time: they stay in the cache, and OpenBLAS starts no threads for so little


@record
class Endomorphism:
    """The endomorphism of one group; `v` and `w` are the basis, k_1 and k_2 have at most n_bits."""

    beta: int
    eigenvalue: int
    r: int
    v: Vector
    w: Vector

    @property
    def n_bits(self) -> int:
        """Of |k_1| and |k_2|: rounding leaves at most 1/2 of each basis vector, and a unit for the fractions."""
        return max((abs(self.v[k]) + abs(self.w[k])).bit_length() for k in range(2))

    @cached_property
    def _offset(self) -> Vector:
        """The vector of the lattice that makes (k_1, k_2), rounded down, positive: the smallest of those near zero."""
        low, _ = self._reach
        near = (
            tuple(m * self.v[k] + n * self.w[k] for k in range(2))
            for m, n in product(range(-3, 4), repeat=2)
        )
        return min(((a, b) for a, b in near if a + low[0] >= 0 and b + low[1] >= 0), key=max)

    @property
    def _reach(self) -> tuple[Vector, Vector]:
        """The bounds of (k_1, k_2) rounded down: between 0 and 1 of each basis vector remain."""
        low, high = (
            tuple(pick(0, a) + pick(0, b) for a, b in zip(self.v, self.w, strict=True))
            for pick in (min, max)
        )
        return (low[0], low[1]), (high[0], high[1])

    @cached_property
    def n_bits_of_positive(self) -> int:
        """Of the numbers of `positive_halves`."""
        return max((a + b).bit_length() for a, b in zip(self._offset, self._reach[1], strict=True))

    def positive_halves(self, k: int) -> Vector:
        """Return k_1, k_2 >= 0 of n_bits_of_positive bits, for one scalar k >= 0."""
        k %= self.r
        determinant = self.v[0] * self.w[1] - self.v[1] * self.w[0]
        c, d = k * self.w[1] // determinant, -k * self.v[1] // determinant
        return (
            k - c * self.v[0] - d * self.w[0] + self._offset[0],
            -c * self.v[1] - d * self.w[1] + self._offset[1],
        )

    def image(self, points: P) -> P:
        """Return phi of every point.  Shapes: (n,) -> (n,)."""
        group = points.group
        words, n = group.base_field.n_words, len(points)
        out = points.data.copy()
        if n * group.degree <= INTEGERS_UP_TO_POINTS:
            coordinates = ints_from_words(out[:, : group.coordinate_words].reshape(-1, words))
            images = [x * self.beta % group.base_field.modulus for x in coordinates]
            out[:, : group.coordinate_words] = words_from_ints(images, words).reshape(n, -1)
            return type(points)(group, out)
        x = FieldArray(group.base_field, out[:, : group.degree * words].reshape(-1, words))
        out[:, : group.degree * words] = (x * self.beta).data.reshape(n, -1)
        return type(points)(group, out)

    def split(self, scalars: Words) -> tuple[Words, Mask]:
        """Return k_1 and k_2 as magnitudes and whether they are negative.

        Shapes: (n, n_words) -> (2, n, HALF_WORDS), (2, n).  Assumes: scalars below r.
        """
        blocks = [self._split(scalars[k : k + ROWS]) for k in range(0, max(1, len(scalars)), ROWS)]
        words, negative = zip(*blocks, strict=True)
        return np.concatenate(words, axis=1), np.concatenate(negative, axis=1)

    def _split(self, scalars: Words) -> tuple[Words, Mask]:
        limbs = np.ascontiguousarray(scalars).view(np.uint16).astype(np.float64)
        # (k, 0) = c v + d w has c = k w[1] / det and d = -k v[1] / det, with det = +-r
        sign = (self.v[0] * self.w[1] - self.v[1] * self.w[0]) // self.r
        c, c_sign = _nearest(limbs, sign * self.w[1], self.r)
        d, d_sign = _nearest(limbs, -sign * self.v[1], self.r)
        width = HALF_WORDS * 64 // LIMB
        halves = []
        for k in range(2):
            taken = _times(c, c_sign * self.v[k], width) + _times(d, d_sign * self.w[k], width)
            halves.append(_signed(limbs[:, :width] - taken if k == 0 else -taken))
        return np.stack([half[0] for half in halves]), np.stack([half[1] for half in halves])


@cache
def endomorphism(group: Group) -> Endomorphism:
    """Return the endomorphism of a group, whose eigenvalue the curve knows."""
    curve = curve_by_name(group.curve_name)
    q, r = curve.base_field.modulus, curve.scalar_field.modulus
    # the eigenvalue is that on the twist; the square of beta has it on the curve itself
    beta = curve.beta if group.degree == 2 else curve.beta**2 % q
    return Endomorphism(beta, curve.eigenvalue, r, *_short_basis(curve.eigenvalue, r))


def _short_basis(eigenvalue: int, r: int) -> tuple[Vector, Vector]:
    """Return a reduced basis of {(a, b): a + eigenvalue b = 0 mod r} (Gauss)."""
    v, w = (r, 0), (-eigenvalue, 1)
    while True:
        if _dot(v, v) < _dot(w, w):
            v, w = w, v
        factor = _rounded(_dot(v, w), _dot(w, w))
        if factor == 0:
            break
        v = v[0] - factor * w[0], v[1] - factor * w[1]
    assert abs(v[0] * w[1] - v[1] * w[0]) == r
    assert all((a + eigenvalue * b) % r == 0 for a, b in (v, w))
    return v, w


def _dot(v: Vector, w: Vector) -> int:
    return v[0] * w[0] + v[1] * w[1]


def _rounded(a: int, b: int) -> int:
    return (2 * a + b) // (2 * b)


def _nearest(limbs: Limbs, numerator: int, r: int) -> tuple[Limbs, int]:
    """Return |k * numerator / r| rounded, limb by limb, and the sign of the numerator.

    Shapes: (n, m) -> (n, m + 1).  The fraction has SHIFT bits, so that the result is off by less than one.
    """
    fraction = _rounded(abs(numerator) << SHIFT, r)
    m = limbs.shape[1]
    whole = _times(limbs, fraction, m + -(-fraction.bit_length() // LIMB) + 1)
    whole[:, SHIFT // LIMB - 1] += 1 << (LIMB - 1)  # one half
    carried = _carried(whole.astype(np.int64))
    return carried[:, SHIFT // LIMB :].astype(np.float64), 1 if numerator > 0 else -1


def _times(limbs: Limbs, factor: int, width: int) -> Limbs:
    """Return limbs times an integer, `width` columns of it, not carried.  Shapes: (n, m) -> (n, width)."""
    size, sign = abs(factor), -1.0 if factor < 0 else 1.0
    matrix = np.zeros((limbs.shape[1], width))
    for k in range(-(-size.bit_length() // LIMB)):
        limb = sign * (size >> (LIMB * k) & ((1 << LIMB) - 1))
        for row in range(min(limbs.shape[1], width - k)):
            matrix[row, row + k] = limb
    out: Limbs = limbs @ matrix
    return out


def _carried(columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Reduce columns of any sign to limbs 0 .. 2^16 - 1, in place; drop the carry of the last one."""
    carry = np.zeros(len(columns), np.int64)
    for k in range(columns.shape[1]):
        value = columns[:, k] + carry
        carry = value >> LIMB
        columns[:, k] = value & ((1 << LIMB) - 1)
    return columns


def _signed(columns: Limbs) -> tuple[Words, Mask]:
    """Return columns, modulo their width, as magnitudes and signs.  Shapes: (n, 4 w) -> (n, w), (n,)."""
    whole = columns.astype(np.int64)
    negative = _carried(whole.copy())[:, -1] >= 1 << (LIMB - 1)
    limbs = _carried(np.where(negative[:, None], -whole, whole))
    return np.ascontiguousarray(limbs.astype(np.uint16)).view(np.uint64), negative
