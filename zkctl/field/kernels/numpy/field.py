"""Kernels of a prime field in pure numpy: where executable memory is forbidden, and as a reference.

A block of elements is unpacked into limbs, one uint64 column per element: 9 limbs of 29 bits for
254 and 255 bits, 14 of 28 for 381.  A product is a schoolbook convolution in which every row is
followed by its Montgomery step, so it divides by 2^(bits * n_limbs); the first factor is unpacked
shifted left by the bits by which that exceeds R = 2^(64 n_words), so that x y / R comes out.

Every array is rows of Montgomery words, canonical in and canonical out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import add, sub

import numpy as np
from numpy.typing import NDArray

from zkctl.field.kernels.interface import NO_SCALING, Scaling, power_rows
from zkctl.field.prime import PrimeField
from zkctl.field.words import Words, ints_from_words, words_from_ints

BLOCK = 4096  # columns per block: the work of one product stays in the second-level cache
INTEGERS_UP_TO_ROWS = 128  # up to so many elements Python integers are faster than numpy's calls
_HALF = np.uint64(0xFFFFFFFF)
_ONE = np.uint64(1)


class NumpyFieldKernels:
    """The kernels of one field.  Its bounds are asserted when it is made.

    Arrays of at most `few` elements are left to Python integers.
    """

    def __init__(self, field: PrimeField, few: int = INTEGERS_UP_TO_ROWS) -> None:
        self.field, self.few = field, few
        self.bits, self.n_limbs = (29, 9) if field.n_words == 4 else (28, 14)
        self.shift = self.bits * self.n_limbs - 64 * field.n_words
        self.mask = (1 << self.bits) - 1
        self._assert_bounds()
        p = field.modulus
        self._p_words = _column(p, 64, field.n_words)
        self._p_limbs = _column(p, self.bits, self.n_limbs)
        self._minus_p_inverse = np.uint64(-pow(p, -1, 1 << self.bits) % (1 << self.bits))

    def _assert_bounds(self) -> None:
        p, words = self.field.modulus, 1 << (64 * self.field.n_words)
        radix = 1 << (self.bits * self.n_limbs)
        factor = (words - 1) << self.shift  # the first factor may be any number that fits the words
        assert self.shift >= 0
        assert factor < radix
        assert factor * (p - 1) // radix + p < 2 * p <= words, "one subtraction of p reduces"
        column = 2 * self.n_limbs * self.mask**2  # products of the rows and of the Montgomery steps
        assert column + (1 << (64 - self.bits)) < 1 << 64, "a column and its carry fit"

    # -- element-wise

    def multiply(self, x: Words, y: Words) -> Words:
        """Return x y / R, element by element.  Shapes: (n, n_words), (n, n_words) -> (n, n_words)."""
        if len(x) <= self.few:
            factor = self.field.montgomery_r_inverse
            return self._on_integers(lambda a, b: a * b * factor, x, y)
        out, room = np.empty_like(x), self._room(len(x))
        for block in _blocks(len(x)):
            first = self._unpack(_columns(x[block]), self.shift)
            out[block] = self._product(first, self._unpack(_columns(y[block]), 0), room).T
        return out

    def scale(self, x: Words, constant: Words) -> Words:
        """Return x c / R, element by element; x may be any words, also above p.

        Shapes: (n, n_words), (n_words,) -> (n, n_words).
        """
        if len(x) <= self.few:
            c = ints_from_words(constant.reshape(1, -1))[0] * self.field.montgomery_r_inverse
            return self._on_integers(lambda a: a * c, x)
        out, room = np.empty_like(x), self._room(len(x))
        factor = self._unpack(constant.reshape(-1, 1), 0)
        for block in _blocks(len(x)):
            out[block] = self._product(self._unpack(_columns(x[block]), self.shift), factor, room).T
        return out

    def add(self, x: Words, y: Words) -> Words:
        """Return x + y, element by element.  Shapes: (n, n_words), (n, n_words) -> (n, n_words)."""
        if len(x) <= self.few:
            return self._on_integers(add, x, y)
        out = np.empty_like(x)
        for block in _blocks(len(x)):
            out[block] = self._below_p(_add(_columns(x[block]), _columns(y[block]))).T
        return out

    def subtract(self, x: Words, y: Words) -> Words:
        """Return x - y, element by element.  Shapes: (n, n_words), (n, n_words) -> (n, n_words)."""
        if len(x) <= self.few:
            return self._on_integers(sub, x, y)
        out = np.empty_like(x)
        for block in _blocks(len(x)):
            difference, borrow = _subtract(_columns(x[block]), _columns(y[block]))
            out[block] = np.where(borrow, _add(difference, self._p_words), difference).T
        return out

    def _on_integers(self, operation: Callable[..., int], *operands: Words) -> Words:
        p = self.field.modulus
        values = map(operation, *(ints_from_words(x) for x in operands))
        return words_from_ints([value % p for value in values], self.field.n_words)

    def _room(self, n: int) -> Words:
        """Return memory for the columns of a product and one row of it, used again by every block."""
        return np.empty((3 * self.n_limbs, min(n, BLOCK)), np.uint64)

    def _product(self, x: Words, y: Words, room: Words) -> Words:
        """Return the words of x y / R, given limbs of x 2^shift and of y; y may be a single column."""
        n, m = self.n_limbs, x.shape[1]
        columns, scratch = room[: 2 * n, :m], room[2 * n :, :m]
        columns.fill(0)
        bits, mask = np.uint64(self.bits), np.uint64(self.mask)
        for i in range(n):
            window = columns[i : i + n]
            window += np.multiply(x, y[i], out=scratch)
            q = (columns[i] * self._minus_p_inverse) & mask  # makes column i divisible by 2^bits
            window += np.multiply(self._p_limbs, q, out=scratch)
            columns[i + 1] += columns[i] >> bits
        return self._below_p(self._pack(columns[n:]))

    def _below_p(self, words: Words) -> Words:
        """Subtract p from a number below 2p where it is not below p."""
        difference, borrow = _subtract(words, self._p_words)
        return np.where(borrow, words, difference)

    def _unpack(self, words: Words, shift: int) -> Words:
        """Return the limbs of words * 2^shift.  Shapes: (n_words, m) -> (n_limbs, m)."""
        limbs = np.empty((self.n_limbs, words.shape[1]), np.uint64)
        for k in range(self.n_limbs):
            position = self.bits * k - shift
            if position < 0:
                limb = words[0] << np.uint64(-position)
            else:
                index, offset = divmod(position, 64)
                limb = words[index] >> np.uint64(offset)
                if offset + self.bits > 64 and index + 1 < len(words):
                    limb |= words[index + 1] << np.uint64(64 - offset)
            np.bitwise_and(limb, np.uint64(self.mask), out=limbs[k])
        return limbs

    def _pack(self, columns: Words) -> Words:
        """Carry and join the limbs of a number that fits the words.  Shapes: (n_limbs, m) -> (n_words, m)."""
        words = np.zeros((self.field.n_words, columns.shape[1]), np.uint64)
        carry = np.zeros(columns.shape[1], np.uint64)
        for k in range(self.n_limbs):
            total = columns[k] + carry
            carry = total >> np.uint64(self.bits)
            limb = total & np.uint64(self.mask)
            index, offset = divmod(self.bits * k, 64)
            words[index] |= limb << np.uint64(offset)
            if offset + self.bits > 64 and index + 1 < len(words):
                words[index + 1] |= limb >> np.uint64(64 - offset)
        return words

    # -- inversion

    def inverse(self, x: Words) -> Words:
        """Return 1 / x, element by element, zero for zero: a tree of products with one inversion at its root."""
        zero = np.asarray(~x.any(axis=1))
        one = self._constant(self.field.montgomery_r)
        out = self._invert_nonzero(np.where(zero[:, None], one, x))
        out[zero] = 0
        return out

    def _invert_nonzero(self, x: Words) -> Words:
        if len(x) <= INTEGERS_UP_TO_ROWS:
            return self._invert_by_integers(x)
        half = len(x) // 2
        left, right = x[:half], x[half : 2 * half]
        inverse = self._invert_nonzero(np.concatenate([self.multiply(left, right), x[2 * half :]]))
        of_products = inverse[:half]
        parts = self.multiply(of_products, right), self.multiply(of_products, left)
        return np.concatenate([*parts, inverse[half:]])

    def _invert_by_integers(self, x: Words) -> Words:
        """Invert by prefix products p_k = x_0 ... x_k: from the inverse of the last, 1/x_k = p_(k-1) / p_k."""
        p, values, prefixes = self.field.modulus, ints_from_words(x), [1]
        for value in values:
            prefixes.append(prefixes[-1] * value % p)
        running = pow(prefixes[-1], -1, p) * self.field.montgomery_r**2 % p
        out = [0] * len(values)
        for k in reversed(range(len(values))):
            out[k] = running * prefixes[k] % p
            running = running * values[k] % p
        return words_from_ints(out, self.field.n_words)

    # -- sums

    def segment_sums(self, x: Words, starts: NDArray[np.int64]) -> Words:
        """Return sums of x[starts[k] : starts[k + 1]].  Shapes: (n, n_words), (m + 1,) -> (m, n_words)."""
        assert len(x) < 1 << 31, "the sums of half words stay below 2^63"
        halves = np.zeros((len(x) + 1, 2 * self.field.n_words), np.uint64)
        np.cumsum(x & _HALF, axis=0, out=halves[1:, 0::2])
        np.cumsum(x >> np.uint64(32), axis=0, out=halves[1:, 1::2])
        columns = (halves[starts[1:]] - halves[starts[:-1]]).T
        low = np.zeros((self.field.n_words, columns.shape[1]), np.uint64)
        carry = np.zeros(columns.shape[1], np.uint64)
        for k, column in enumerate(columns):
            total = column + carry
            low[k // 2] |= (total & _HALF) << np.uint64(32 * (k % 2))
            carry = total >> np.uint64(32)
        high = np.zeros_like(low)
        high[0] = carry  # the sum is low + carry R
        r = self.field.montgomery_r
        return self.add(
            self.scale(np.ascontiguousarray(low.T), self._constant(r)),
            self.scale(np.ascontiguousarray(high.T), self._constant(r * r)),
        )

    # -- transform

    def coset_transform(self, x: Words, root: int, shift: int) -> Words:
        """Return a polynomial's values on shift * root^i, given those on root^i.  Shapes: (n, n_words)."""
        n, p = len(x), self.field.modulus
        to_coset = Scaling(after=shift, factor=pow(n, -1, p))
        return self.transform(self.transform(x, pow(root, -1, p), to_coset), root)

    def transform(self, x: Words, root: int, scaling: Scaling = NO_SCALING) -> Words:
        """Return factor after^i times the sums of before^j x[j] root^(ij) over j, root of order n = 2^k; natural order."""
        if scaling.before != 1:
            x = self.multiply(x, power_rows(self, scaling.before, len(x)))
        sums = self._sums(x, root)
        if scaling.after == 1 and scaling.factor == 1:
            return sums
        return self.multiply(sums, power_rows(self, scaling.after, len(x), scaling.factor))

    def _sums(self, x: Words, root: int) -> Words:
        """Return the sums of x[j] root^(ij) over j.

        Decimation in time: bit-reversed rows, then log2(n) rounds of butterflies (a, b) -> a +- b w.
        """
        n = len(x)
        twiddles = power_rows(self, root, n // 2)
        out = x[_bit_reversed(n)]
        size = 1
        while size < n:
            pairs = out.reshape(n // (2 * size), 2, size, -1)
            left = np.ascontiguousarray(pairs[:, 0]).reshape(n // 2, -1)
            right = np.ascontiguousarray(pairs[:, 1]).reshape(n // 2, -1)
            if size > 1:
                w = twiddles[:: n // (2 * size)]
                right = self.multiply(right, np.tile(w, (n // (2 * size), 1)))
            halves = [self.add(left, right), self.subtract(left, right)]
            out = np.stack([h.reshape(-1, size, h.shape[1]) for h in halves], axis=1)
            size *= 2
        return out.reshape(n, -1)

    def _constant(self, value: int) -> Words:
        return words_from_ints([value % self.field.modulus], self.field.n_words).reshape(-1)


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, n, BLOCK))


def _columns(rows: Words) -> Words:
    return np.ascontiguousarray(rows.T)


def _column(value: int, bits: int, n: int) -> Words:
    """Return one number as a column of n digits of so many bits."""
    digits = [(value >> (bits * k)) & ((1 << bits) - 1) for k in range(n)]
    return np.array(digits, np.uint64)[:, None]


def _add(x: Words, y: Words) -> Words:
    """Return the sum of columns of words modulo 2^(64 n_words)."""
    out = x + y
    carry = out[0] < x[0]
    for k in range(1, len(x)):
        over = out[k] < x[k]
        out[k] += carry
        carry = over | (carry & (out[k] == 0))
    return out


def _subtract(x: Words, y: Words) -> tuple[Words, NDArray[np.bool_]]:
    """Return the difference of columns of words, and its borrow."""
    out = x - y
    borrow = x[0] < y[0]
    for k in range(1, len(x)):
        under = (x[k] < y[k]) | (borrow & (out[k] == 0))
        out[k] -= borrow
        borrow = under
    return out, borrow


def _bit_reversed(n: int) -> NDArray[np.intp]:
    order = np.zeros(1, np.intp)
    while len(order) < n:
        order = np.concatenate([2 * order, 2 * order + 1])
    return order
