"""Many scalar multiplications at once: one fixed base with many scalars, or many points each with its scalar."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from zkctl.curve.backend import group_kernels
from zkctl.curve.group import P, PointArray
from zkctl.curve.subgroup.endomorphism import endomorphism
from zkctl.curve.sums.msm import bit_length
from zkctl.curve.sums.reference_sums import NONE, ReferenceSums
from zkctl.errors import ShapeError
from zkctl.field import FieldArray
from zkctl.field.backend import schedule_kernels
from zkctl.field.words import Int32, Words
from zkctl.runtime.arrays import np
from zkctl.runtime.parallel import in_parallel

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS_PER_RUN = 1 << 13  # of multiply_each: table and accumulators stay in the cache
WINDOW_BITS = 4  # of multiply_each
SCALARS_PER_RUN = 1 << 15  # of multiply_base


def multiply_base(base: P, scalars: FieldArray) -> P:
    """Return scalars[i] * base for every i (a table of multiples is made once).  Shapes: (), (n,) -> (n,)."""
    group, n = base.group, len(scalars)
    out = np.zeros((n, group.point_words), np.uint64)
    if n and base.data.any():
        table = BaseTable(base, min(n, SCALARS_PER_RUN))
        words = scalars.to_words()
        for first in range(0, n, SCALARS_PER_RUN):
            out[first : first + SCALARS_PER_RUN] = table.multiply(
                words[first : first + SCALARS_PER_RUN]
            )
    return type(base)(group, out)


class BaseTable:
    """d 2^(c w) B for every window w and 1 <= d <= 2^(c-1); a product is then one addition per window."""

    def __init__(self, base: PointArray, n: int) -> None:
        self.kernels = group_kernels(base.group)
        n_bits = base.group.scalar_field.n_bits
        self.bits = min(range(2, 14), key=lambda c: -(-(n_bits + 1) // c) * (n + (1 << (c - 1))))
        self.n_windows = -(-(n_bits + 1) // self.bits)
        self.half = 1 << (self.bits - 1)
        self.out_row = self.n_windows * self.half
        start = self.out_row + n
        rows = start + ReferenceSums.rows_needed(self.n_windows, self.kernels.width)
        self.pool = self.kernels.new_pool(rows)
        self.kernels.to_pool(self._multiples(base.data.reshape(1, -1)), self.pool)
        self.sums = ReferenceSums(self.kernels, self.pool, start, self.n_windows)

    def _multiples(self, base: Words) -> Words:
        """Return the table in file form, multiple by multiple: row (d - 1) * n_windows + w."""
        firsts = [base]
        for _ in range(self.n_windows - 1):
            firsts.append(self.kernels.double_repeatedly(firsts[-1], self.bits))
        step = rows = np.concatenate(firsts)
        while len(rows) < self.out_row:
            rows = np.concatenate([rows, self.kernels.add(rows, _repeat(step, rows))])
            step = self.kernels.double_repeatedly(step, 1)
        return rows

    def multiply(self, words: Words) -> Words:
        """Return products in file form.  Shapes: (n, n_words) -> (n, point_words)."""
        digits = schedule_kernels().signed_digits(words, self.bits, self.n_windows).T
        magnitude = np.abs(digits).astype(np.int64)
        rows = (magnitude - 1) * self.n_windows + np.arange(self.n_windows)
        present = magnitude > 0
        refs = (2 * rows + (digits < 0))[present].astype(np.int32)
        counts = np.cumsum(present.sum(axis=1))
        starts = np.concatenate([[0], counts]).astype(np.int32)
        sums = self.sums.run(refs, starts, self.out_row)
        products = self.kernels.signed_points(self.pool[np.maximum(sums, 0) >> 1], sums & 1)
        products[sums == NONE] = 0
        return np.asarray(products)


def _repeat(step: Words, rows: Words) -> Words:
    """Return `step` repeated to the length of `rows`."""
    return np.tile(step, (len(rows) // len(step), 1))


def multiply_each(points: P, scalars: FieldArray, *, members: bool = False) -> P:
    """Return scalars[i] * points[i]; a single scalar multiplies every point.  Shapes: (n,), (n,) or () -> (n,).

    `members` promises that all points are of order r: full-size scalars then take half the doublings.
    (Where the cofactor is 1 they always do.)
    """
    n, words = len(points), scalars.to_words()
    if scalars.shape == ():
        words = np.broadcast_to(words, (n, words.shape[-1]))
    if len(words) != n:
        raise ShapeError(f"scalars do not match the points: expected {n}, got {len(words)}")
    few = group_kernels(points.group).few_multiples(points.data, words)
    if few is not None:
        return type(points)(points.group, few)
    out = np.zeros((n, points.group.point_words), np.uint64)
    useful = np.flatnonzero(words.any(axis=1) & points.data.any(axis=1))
    parts = [
        useful[first : first + POINTS_PER_RUN] for first in range(0, len(useful), POINTS_PER_RUN)
    ]
    full = bit_length(words) > points.group.scalar_field.n_bits // 2 + WINDOW_BITS
    halved = full and (members or points.group.cofactor == 1)

    def multiply(part: NDArray[np.intp]) -> Words:
        return EachRun(points[part], words[part], halved=halved).result()

    for part, products in zip(
        parts, in_parallel([partial(multiply, part) for part in parts]), strict=True
    ):
        out[part] = products
    return type(points)(points.group, out)


class EachRun:
    """Signed fixed windows over finite points and non-zero scalars: all points in step.

    With `halved`, k P is k_1 P + k_2 phi(P) (endomorphism.py), else k P itself: one or two sources of n points.
    Pool rows: the multiples 1 .. 8 of each source, then two areas of accumulators used in turn.
    """

    def __init__(self, points: PointArray, words: Words, *, halved: bool) -> None:
        group, self.n = points.group, len(points)
        self.kernels = group_kernels(group)
        sources = points.data
        if halved:
            phi = endomorphism(group)
            sources = np.concatenate([points.data, phi.image(points).data])
            halves, negative = phi.split(words)
            digits = zip(halves, negative, strict=True)
            self.digits = [
                _digits(half, phi.n_bits) * np.where(sign, -1, 1) for half, sign in digits
            ]
        else:
            self.digits = [_digits(words, group.scalar_field.n_bits)]
        self.multiples = 1 << (WINDOW_BITS - 1)
        self.step = len(sources) + self.kernels.width
        self.area = self.multiples * self.step
        self.turn = 0
        self.pool = self.kernels.new_pool(self.area + 2 * (self.n + self.kernels.width))
        self.kernels.to_pool(sources, self.pool)
        room = len(sources) + self.kernels.padding
        self.lists = [np.zeros(room, np.int32) for _ in range(2)]
        own = 2 * np.arange(len(sources), dtype=np.int32)
        self._double(own, 1)
        for k in range(2, self.multiples):
            self._add(own + 2 * self.step * (k - 1), own, k * self.step)

    def _double(self, refs: Int32, multiple: int) -> None:
        self._list(0, refs)
        self.kernels.double_indexed(self.pool, self.lists[0], len(refs), multiple * self.step)

    def _add(self, left: Int32, right: Int32, row: int) -> None:
        self._list(0, left)
        self._list(1, right)
        first, second = self.lists
        self.kernels.add_indexed(self.pool, first, second, len(left), row)

    def _list(self, which: int, refs: Int32) -> None:
        self.lists[which][: len(refs)] = refs

    def result(self) -> Words:
        """Return the products in file form.  Shapes: -> (n, point_words)."""
        refs = np.full(self.n, NONE, np.int32)
        for window in range(len(self.digits[0]) - 1, -1, -1):
            for _ in range(WINDOW_BITS):
                self._advance(refs, np.flatnonzero(refs != NONE), None)
            for k, digits in enumerate(self.digits):
                self._add_multiples(refs, digits[window], k * self.n)
        return np.asarray(self.kernels.signed_points(self.pool[refs >> 1], refs & 1))

    def _add_multiples(self, refs: Int32, digits: Int32, source: int) -> None:
        """Add digits[i] times point `source + i` to accumulator i."""
        present = digits != 0
        rows = (np.abs(digits) - 1) * self.step + source + np.arange(self.n)
        table = 2 * rows + (digits < 0)
        fresh = present & (refs == NONE)
        running = np.flatnonzero(present & (refs != NONE))
        self._advance(refs, running, table[running].astype(np.int32))
        refs[fresh] = table[fresh]

    def _advance(self, refs: Int32, which: NDArray[np.intp], right: Int32 | None) -> None:
        """Double (or add to) the accumulators `which`, then move the others beside them."""
        if not len(which):
            return
        row = self.area + self.turn * (self.n + self.kernels.width)
        self.turn = 1 - self.turn
        if right is None:
            self._list(0, refs[which])
            self.kernels.double_indexed(self.pool, self.lists[0], len(which), row)
        else:
            self._add(refs[which], right, row)
        elsewhere = refs >= 2 * self.area
        elsewhere[which] = False
        rest = np.flatnonzero(elsewhere)
        self.pool[row + len(which) : row + len(which) + len(rest)] = self.pool[refs[rest] >> 1]
        refs[rest] = 2 * np.arange(row + len(which), row + len(which) + len(rest))
        refs[which] = 2 * np.arange(row, row + len(which))


def _digits(words: Words, n_bits: int) -> Int32:
    """Return signed digits of WINDOW_BITS bits.  Shapes: (n, n_words) -> (n_windows, n)."""
    n_windows = -(-(n_bits + 1) // WINDOW_BITS)
    return schedule_kernels().signed_digits(words, WINDOW_BITS, n_windows)
