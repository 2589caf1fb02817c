"""Number-theoretic transforms as compiled passes over the digits of the index (transform_plan.py has the digits and their tables).

The first pass reads the input and writes a working array, the last one writes the result in natural order; between them
sub-transforms that fit the second-level cache make all their passes before the next one starts.  So memory is read and written twice
for n up to 2^21, three times above.  The way from values to coefficients and on to a coset needs no natural order of the
coefficients: their last digit is transformed, scaled and transformed again at once, and the other passes run backwards.
Source: Bailey, "FFTs in external or hierarchical memory" (1990).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from zkctl.errors import ShapeError
from zkctl.field.kernels.compiled.memory import address, aligned_words
from zkctl.field.kernels.compiled.transform_passes import WORD_BYTES, Job, Passes
from zkctl.field.kernels.compiled.transform_plan import TransformKernels, TransformPlan
from zkctl.field.kernels.interface import NO_SCALING, Scaling
from zkctl.field.kernels.transform.job import PassWord
from zkctl.field.prime import PrimeField
from zkctl.field.words import Words, ints_from_words, words_from_ints

CACHED_ROWS = 1 << 13  # rows of sub-transforms that stay in the second-level cache


def transform(
    kernels: TransformKernels, x: Words, root: int, scaling: Scaling = NO_SCALING
) -> Words:
    """Return factor after^i times the sums of before^j x[j] root^(i j) over j, canonical.  Shapes: (n, n_words)."""
    x = _usable(kernels, x)
    if len(x) < kernels.width**2:
        return _small_transform(kernels.field, x, root, scaling)
    return _natural(kernels, len(x), root, scaling).run(x)


def coset_transform(kernels: TransformKernels, x: Words, root: int, shift: int) -> Words:
    """Return a polynomial's values on shift * root^i, given those on root^i.  Shapes: (n, n_words)."""
    x = _usable(kernels, x)
    if len(x) < kernels.width**2:
        moved = _small_transform(kernels.field, x, *_there(kernels.field, len(x), root, shift))
        return _small_transform(kernels.field, moved, root, NO_SCALING)
    return _to_coset(kernels, len(x), root, shift).run(x)


def _there(field: PrimeField, n: int, root: int, shift: int) -> tuple[int, Scaling]:
    """Return the root and the scaling of the way from values to the coefficients of the shifted polynomial."""
    p = field.modulus
    return pow(root, -1, p), Scaling(after=shift % p, factor=pow(n, -1, p))


# The tables of a transform take about as many elements as the transform: few are kept.


@lru_cache(maxsize=5)
def _natural(kernels: TransformKernels, n: int, root: int, scaling: Scaling) -> NaturalTransform:
    return NaturalTransform(TransformPlan(kernels, n, root, scaling))


@lru_cache(maxsize=2)
def _to_coset(kernels: TransformKernels, n: int, root: int, shift: int) -> CosetTransform:
    there = TransformPlan(kernels, n, *_there(kernels.field, n, root, shift))
    return CosetTransform(there, TransformPlan(kernels, n, root))


class NaturalTransform(Passes):
    """A transform from natural to natural order."""

    def __init__(self, plan: TransformPlan) -> None:
        super().__init__(plan)
        self.first = {self.n_words: self.first_job(self.n_words)}
        between = range(1, len(plan.sizes) - 1)
        self.middle = [self.middle_job(d, self.width, plan.distances[0]) for d in between]
        self.last = self._last_job()

    def run(self, x: Words) -> Words:
        """Return the transform of an array."""
        plan, row_words = self.plan, x.strides[0] // WORD_BYTES
        working, out = (aligned_rows(plan.n, self.n_words) for _ in range(2))
        source, target = address(working), address(out)
        first = self.first.get(row_words)
        if first is None:
            first = self.first[row_words] = self.first_job(row_words)
        self.along_in_shares(first, x.ctypes.data, source)
        if not self.middle:
            self.along_in_shares(self.last, source, target)
            return out

        def work(share: range, scratch: Words) -> None:
            for block in share:
                k = block * self.width
                rows = self.row(source, k * plan.distances[0]), self.row(target, k)
                self._rest(1, *rows, scratch)

        self.in_shares(work, plan.sizes[0] // self.width)
        return out

    def _rest(self, d: int, source: int, target: int, scratch: Words) -> None:
        """Make the passes from digit d on of `width` sub-transforms that follow each other by k_0."""
        plan = self.plan
        self.run_job(self.middle[d - 1], scratch, source, source)
        if d == len(plan.sizes) - 2:
            self.run_job(self.last, scratch, source, target)
            return
        for k in range(plan.sizes[d]):
            part = self.row(source, k * plan.distances[d]), self.row(target, k * plan.weights[d])
            self._rest(d + 1, *part, scratch)

    def _last_job(self) -> Job:
        """Return the job of the last digit: lanes for k_0, the outer loop for the digit before the last where there are three."""
        plan, n_words = self.plan, self.n_words
        d, distance = len(plan.sizes) - 1, plan.distances[0] * n_words
        job = self.job(d)
        job[PassWord.SOURCE_LANE] = distance
        job[PassWord.TARGET_LEG] = plan.weights[d] * n_words
        job[PassWord.CANONICAL] = 1
        if plan.scaling.after != 1:
            job[PassWord.AFTER] = address(plan.after)
        if d == 1:
            job[PassWord.N_INNER] = plan.sizes[0] // self.width
            job[PassWord.SOURCE_INNER] = self.width * distance
            job[PassWord.TARGET_INNER] = self.width * n_words
        else:
            job[PassWord.N_OUTER] = plan.sizes[d - 1]
            job[PassWord.SOURCE_OUTER] = plan.distances[d - 1] * n_words
            job[PassWord.TARGET_OUTER] = plan.weights[d - 1] * n_words
        return job


class CosetTransform(Passes):
    """A transform to coefficients, scaled, and from them to values on a coset; in place in the working array."""

    def __init__(self, there: TransformPlan, back: TransformPlan) -> None:
        super().__init__(there)
        self.back = Passes(back)
        sizes, distances = there.sizes, there.distances
        # siblings k_(d-1) that a level takes together: as many as fit the cache
        self.groups = [0] + [
            min(sizes[d - 1], max(1, CACHED_ROWS // distances[d - 1])) for d in range(1, len(sizes))
        ]
        levels = range(1, len(sizes) - 1)
        self.first = {self.n_words: self.first_job(self.n_words)}
        self.down = {d: self.middle_job(d, self.groups[d], distances[d - 1]) for d in levels}
        self.up = {d: self._up_job(d) for d in levels}
        self.turn = self._turn_job()
        self.last = self.back.job(0)
        self.along(self.last, distances[0] // self.width, self.n_words)
        self.last[PassWord.CANONICAL] = 1

    def run(self, x: Words) -> Words:
        """Return the values on the coset."""
        plan, row_words = self.plan, x.strides[0] // WORD_BYTES
        working = aligned_rows(plan.n, self.n_words)
        start = address(working)
        first = self.first.get(row_words)
        if first is None:
            first = self.first[row_words] = self.first_job(row_words)
        self.along_in_shares(first, x.ctypes.data, start)
        if not self.down:
            self.along_in_shares(self.turn, start, start)
        else:

            def work(share: range, scratch: Words) -> None:
                for group in share:
                    k = group * self.groups[1]
                    self._sub_transforms(1, self.row(start, k * plan.distances[0]), k, scratch)

            self.in_shares(work, plan.sizes[0] // self.groups[1])
        self.along_in_shares(self.last, start, start)
        return working

    def _sub_transforms(self, d: int, start: int, first: int, scratch: Words) -> None:
        """Make the passes from digit d on, and back again, of a group of siblings k_(d-1) = first, first + 1, ..."""
        plan = self.plan
        self.run_job(self.down[d], scratch, start, start)
        if d == len(plan.sizes) - 2:
            self.run_job(self.turn, scratch, start, start)
        else:
            for sibling in range(self.groups[d]):
                for k in range(0, plan.sizes[d], self.groups[d + 1]):
                    rows = sibling * plan.distances[d - 1] + k * plan.distances[d]
                    self._sub_transforms(d + 1, self.row(start, rows), k, scratch)
        up = self.up[d].copy()
        up[PassWord.FACTORS] += WORD_BYTES * first * int(up[PassWord.FACTORS_OUTER])
        self.run_job(up, scratch, start, start)

    def _up_job(self, d: int) -> Job:
        """Return the job of digit d on the way back: its results take the factors that the pass of digit d - 1 needs."""
        plan, vector = self.back.plan, self.n_words * self.width
        size, distance = plan.sizes[d - 1], plan.distances[d]
        job = self.back.middle_job(d, self.groups[d], plan.distances[d - 1])
        self.times(job, plan.factors[d - 1], size)
        job[PassWord.FACTORS_OUTER] = vector
        job[PassWord.FACTORS_LEG] = distance // self.width * size * vector
        return job

    def _turn_job(self) -> Job:
        """Return the job of the last digit, there and back: lanes for the digit before."""
        plan, back, d = self.plan, self.back.plan, len(self.plan.sizes) - 1
        distance = plan.distances[d - 1] * self.n_words
        job = self.job(d)
        if d > 1:
            self.on_siblings(job, self.groups[d - 1], plan.distances[d - 2])
        job[PassWord.N_INNER] = plan.sizes[d - 1] // self.width
        job[PassWord.SOURCE_LANE] = job[PassWord.TARGET_LANE] = distance
        job[PassWord.SOURCE_INNER] = job[PassWord.TARGET_INNER] = self.width * distance
        digit = back.digits[d]
        job[PassWord.BETWEEN] = address(plan.after)
        job[PassWord.TURNED] = self.kept(np.argsort(digit.order) * self.element_words)
        job[PassWord.SECOND_TWIDDLES] = address(digit.twiddles)
        job[PassWord.SECOND_UNIT] = address(digit.unit)
        self.times(job, back.last_factors, digit.size)
        return job


def _small_transform(field: PrimeField, x: Words, root: int, scaling: Scaling) -> Words:
    """Return the same for a few elements, with Python integers."""
    p = field.modulus
    values = [v * pow(scaling.before, j, p) % p for j, v in enumerate(ints_from_words(x))]
    results = _on_integers(values, root, p)
    scaled = (v * scaling.factor * pow(scaling.after, i, p) % p for i, v in enumerate(results))
    return words_from_ints(scaled, field.n_words)


def _on_integers(values: list[int], root: int, p: int) -> list[int]:
    if len(values) == 1:
        return values
    halves = [_on_integers(values[k::2], root * root % p, p) for k in (0, 1)]
    turned = [v * pow(root, j, p) % p for j, v in enumerate(halves[1])]
    pairs = list(zip(halves[0], turned, strict=True))
    return [(a + b) % p for a, b in pairs] + [(a - b) % p for a, b in pairs]


def _usable(kernels: TransformKernels, x: Words) -> Words:
    """Return rows of which each is contiguous.  Raises: ShapeError unless there are 2^k of them."""
    n, n_words = len(x), kernels.field.n_words
    if x.shape != (n, n_words) or x.dtype != np.uint64 or n == 0 or n & (n - 1):
        raise ShapeError(
            f"rows of a transform have a wrong shape: expected (2^k, {n_words}) uint64, got {x.shape} {x.dtype}"
        )
    whole = x.strides[0] % WORD_BYTES == 0 and x.strides[1] == WORD_BYTES
    return x if whole else np.ascontiguousarray(x)


def aligned_rows(n: int, n_words: int) -> Words:
    """Return uninitialised rows at a 64-byte boundary."""
    return aligned_words(n * n_words).reshape(n, n_words)
