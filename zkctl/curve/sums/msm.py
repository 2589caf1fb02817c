"""Multi-scalar multiplication by buckets, every group operation through the batched addition.

    sum_i s_i P_i = sum_w 2^(c w) sum_b b B(w, b),   B(w, b) = the sum of +-P_i whose w-th signed digit is +-b

Buckets are added up by pairing (reference_sums.py).  The weighted sum over b is taken by halving,
sum b B_b = 2 sum_a a (B_2a + B_2a+1) + sum of the odd ones, for all windows at once.
Source: Pippenger's bucket method with signed digits; Bernstein, Doumen, Lange, Oosterwijk, "Faster batch forgery identification",
section 4 (eprint 2012/549).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce
from itertools import pairwise

from zkctl.curve.backend import group_kernels
from zkctl.curve.curves.parameters import Group
from zkctl.curve.group import P
from zkctl.curve.kernels.interface import GroupKernels
from zkctl.curve.sums.pools import pool_of
from zkctl.curve.sums.reference_sums import NONE, ReferenceSums
from zkctl.curve.sums.terms import MsmTerms, batches, classes
from zkctl.errors import ShapeError
from zkctl.field import FieldArray
from zkctl.field.backend import schedule_kernels
from zkctl.field.words import Int32, Words
from zkctl.runtime.arrays import np
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

MAX_TERMS_PER_RUN = 1 << 20  # bounds the memory of digits and pool
THREADS_FROM_POINTS = 1 << 11


def msm(points: P, scalars: FieldArray) -> P:
    """Return the sum of scalars[i] * points[i], the multi-scalar multiplication.

    Shapes: points (n,), scalars (n,) -> ().  The sum of no terms is infinity.
    Units:  scalars in Montgomery form; points affine.
    Raises: ShapeError if the lengths differ.
    """
    return msm_words(points, scalars.to_words())


def msm_words(points: P, words: Words) -> P:
    """Return `msm` with plain integers below 2^(64 n_words), not necessarily reduced.

    Shapes: (n,), (n, n_words) -> ().
    """
    return msm_lists([(points, words)])


def msm_lists(lists: Sequence[tuple[P, Words]], most: int = MAX_TERMS_PER_RUN) -> P:
    """Return `msm_words` over several lists, with working memory for at most so many terms.

    Shapes: [((n_k,), (n_k, n_words))] -> ().
    """
    for points, words in lists:
        if len(points) != len(words):
            raise ShapeError(
                f"scalars do not match the points: expected {len(points)}, got {len(words)}"
            )
    kind, group = type(lists[0][0]), lists[0][0].group
    total = kind.infinity(group, 1)
    for batch in batches(lists, most):
        for terms in classes(batch):
            total = total + kind(group, _sum_part(group, terms))
    return total[0]


def window_bits(n: int, n_bits: int) -> int:
    """Return the window width c with the least work.

    Per window: n additions into buckets, 2 * 2^(c-1) to sum them, and inversions and the last doublings, worth about 100.
    """
    return min(range(2, 17), key=lambda c: -(-(n_bits + 1) // c) * (n + (1 << c) + 100))


def _sum_part(group: Group, terms: MsmTerms) -> Words:
    """Return the sum of some terms, which all threads share.  Shapes: -> (1, point_words)."""
    kernels = group_kernels(group)
    if len(terms) <= kernels.few_terms:
        return _sum_few(group, terms)
    n, n_bits = len(terms), bit_length(terms.scalars)
    bits = window_bits(n, n_bits)
    n_windows = -(-(n_bits + 1) // bits)
    n_tasks = min(thread_count(), n_windows) if n >= THREADS_FROM_POINTS else 1
    digits = _digits(terms.scalars, bits, n_windows, n_tasks)
    shares = _shares(digits, n_tasks)
    tasks = [partial(_window_sums, group, terms.points, share, bits) for share in shares]
    weighted = _joined(kernels, in_parallel(tasks), n_windows)
    return horner(kernels, weighted.reshape(n_windows * bits, -1))


def _shares(digits: Int32, n_tasks: int) -> list[Int32]:
    """Return the digits of each thread: as many whole windows for all, and of each window left over some terms.

    Shapes: (n_windows, n) -> n_tasks times (m, n), digits that a thread leaves out are 0.
    """
    n_windows, n = digits.shape
    whole = n_windows - n_windows % n_tasks
    if whole == n_windows:
        return [digits[t::n_tasks] for t in range(n_tasks)]
    shares = []
    for t in range(n_tasks):
        some = slice(n * t // n_tasks, n * (t + 1) // n_tasks)
        rest = np.zeros_like(digits[whole:])
        rest[:, some] = digits[whole:, some]
        shares.append(np.concatenate([digits[t:whole:n_tasks], rest]))
    return shares


def _joined(kernels: GroupKernels, sums: Sequence[Words], n_windows: int) -> Words:
    """Return the sums of all windows from those of the shares.  Shapes: n_tasks times (m, bits, point_words) -> (n_windows, ..)."""
    n_tasks = len(sums)
    whole = n_windows - n_windows % n_tasks
    out = np.empty((n_windows, *sums[0].shape[1:]), np.uint64)
    for t, each in enumerate(sums):
        out[t:whole:n_tasks] = each[: whole // n_tasks]
    if whole < n_windows:
        rows = [each[whole // n_tasks :].reshape(-1, out.shape[2]) for each in sums]
        out[whole:] = reduce(kernels.add, rows).reshape(out[whole:].shape)
    return out


def _digits(scalars: Words, bits: int, n_windows: int, n_tasks: int) -> Int32:
    """Return the signed digits of scalars; each thread takes some scalars.  Shapes: (n, n_words) -> (n_windows, n)."""
    bounds = [len(scalars) * t // n_tasks for t in range(n_tasks + 1)]
    digits = schedule_kernels().signed_digits
    tasks = [partial(digits, scalars[i:j], bits, n_windows) for i, j in pairwise(bounds)]
    parts = in_parallel(tasks)
    return parts[0] if n_tasks == 1 else np.concatenate(parts, axis=1)


def _sum_few(group: Group, terms: MsmTerms) -> Words:
    """Return the sum by the kernel that doubles once for all of a few terms."""
    useful = terms.scalars.any(axis=1)
    kernels = group_kernels(group)
    points, scalars = np.concatenate(terms.points)[useful], terms.scalars[useful]
    table = kernels.multiples(points.tobytes())
    total = kernels.combination(table, scalars.tobytes(), scalars.shape[1])
    return np.frombuffer(total, "<u8").astype(np.uint64)[None]


def _window_sums(group: Group, points: Sequence[Words], digits: Int32, bits: int) -> Words:
    """Return per window points of weight 2^k.  Shapes: [(n_k, point_words)], (w, n) -> (w, bits, point_words)."""
    plan = BucketPlan(digits.shape[1], bits, len(digits), longest=digits.shape[1])
    kernels = group_kernels(group)
    with pool_of(kernels, plan.rows(kernels.width)) as pool:
        sums = BucketSum(kernels, plan, pool)
        first = 0
        for each in points:
            sums.load(each, first)
            first += len(each)
        return sums.result(*schedule_kernels().sort_by_digit(digits, plan.n_buckets))


class BucketPlan:
    """The rows of a pool for some windows over n finite points; at most `longest` of them may meet in a bucket."""

    def __init__(self, n: int, bits: int, n_windows: int, *, longest: int) -> None:
        self.bits, self.n_windows = bits, n_windows
        self.n_buckets = 1 << (bits - 1)
        self.longest = max(longest, self.n_buckets)
        # rows: points | bucket sums | sums of the halving levels | temporaries
        self.buckets_row = n
        self.levels_row = self.buckets_row + n_windows * self.n_buckets

    def odd_row(self, width: int) -> int:
        """Return the first row of the sums of odd-numbered buckets."""
        return self.levels_row + self.n_windows * (2 * self.n_buckets + 64) + 64 * width

    def temporary_row(self, width: int) -> int:
        """Return the first row of the temporaries."""
        return self.odd_row(width) + self.n_windows * self.bits

    def rows(self, width: int) -> int:
        """Return the rows of the whole pool."""
        return self.temporary_row(width) + ReferenceSums.rows_needed(self.longest, width)


class BucketSum:
    """The sums of some windows over the points in a pool."""

    def __init__(self, kernels: GroupKernels, plan: BucketPlan, pool: Words) -> None:
        self.kernels, self.plan, self.pool = kernels, plan, pool
        start = plan.temporary_row(kernels.width)
        self.sums = ReferenceSums(kernels, pool, start, plan.longest)

    def load(self, points: Words, first: int = 0) -> None:
        """Convert points in file form into the pool, from row `first` on."""
        self.kernels.to_pool(points, self.pool[first:])

    def result(self, refs: Int32, starts: Int32) -> Words:
        """Return points out[w, k]: the sum of window w is sum_k 2^k out[w, k].

        Shapes: as `sort_by_digit` returns -> (n_windows, bits, point_words).
        """
        plan = self.plan
        buckets = self.sums.run(refs, starts, plan.buckets_row)
        buckets = buckets.reshape(plan.n_windows, plan.n_buckets)
        odd, lists = self.kernels.halve(self.pool, buckets, plan.levels_row)
        refs = self.sums.run(odd, lists, plan.odd_row(self.kernels.width))
        rows = self.pool[np.where(refs == NONE, 0, refs) >> 1]
        points = self.kernels.signed_points(rows, refs & 1)
        points[refs == NONE] = 0
        return np.asarray(points.reshape(plan.bits, plan.n_windows, -1).swapaxes(0, 1))


def horner(kernels: GroupKernels, points: Words) -> Words:
    """Return sum_k 2^k points[k], by one kernel or by pairing neighbours: P_2k + 2^(2^l) P_2k+1 at level l.

    Shapes: (n, point_words) -> (1, point_words).
    """
    total = kernels.few_horner(points.tobytes())
    if total is not None:
        return np.frombuffer(total, "<u8").astype(np.uint64)[None]
    doublings = 1
    while len(points) > 1:
        if len(points) % 2:
            points = np.concatenate([points, np.zeros_like(points[:1])])
        odd = kernels.double_repeatedly(np.ascontiguousarray(points[1::2]), doublings)
        points = kernels.add(np.ascontiguousarray(points[0::2]), odd)
        doublings *= 2
    return points


def bit_length(words: Words) -> int:
    """Return the bit length of the largest scalar."""
    for k in range(words.shape[1] - 1, -1, -1):
        top = int(words[:, k].max(initial=0))
        if top:
            return 64 * k + top.bit_length()
    return 1
