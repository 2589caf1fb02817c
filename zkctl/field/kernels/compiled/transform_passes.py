"""The jobs of a transform's passes, and their division over threads.

Jobs are made once for all transforms of one plan: they lack the addresses of arrays, which `run_job` fills in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from zkctl.field.kernels.compiled.memory import address, aligned_words
from zkctl.field.kernels.compiled.transform_plan import TransformPlan
from zkctl.field.kernels.transform.job import PassWord
from zkctl.field.words import Words
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

DIVIDED_ROWS = 1 << 13  # smaller transforms are not divided over threads
WORD_BYTES = 8

Job = NDArray[np.int64]


class Passes:
    """Makes and runs the jobs of one plan; distances are in rows."""

    def __init__(self, plan: TransformPlan) -> None:
        self.plan, self.n_words = plan, plan.kernels.field.n_words
        self.width = plan.kernels.width
        self.kernel = plan.kernels.transform_function("pass", "p")
        self._kept: list[NDArray[np.int64]] = []

    def kept(self, array: NDArray[np.int64]) -> int:
        """Return the address of an array that lives as long as the jobs."""
        self._kept.append(array)
        return address(array)

    def job(self, d: int, row_words: int | None = None) -> Job:
        """Return a job of the pass of digit d, in place, without loops and factors; rows of the input are so many words apart."""
        plan, n_words = self.plan, self.n_words
        digit, row_words = plan.digits[d], row_words or n_words
        job = np.zeros(len(PassWord), np.int64)
        job[PassWord.LOG_POINTS] = digit.size.bit_length() - 1
        job[PassWord.N_OUTER] = job[PassWord.N_INNER] = 1
        job[PassWord.SOURCE_LANE], job[PassWord.TARGET_LANE] = row_words, n_words
        job[PassWord.TARGET_LEG] = plan.distances[d] * n_words
        job[PassWord.ORDER] = self.kept(digit.order * (plan.distances[d] * row_words))
        job[PassWord.TWIDDLES], job[PassWord.UNIT] = address(digit.twiddles), address(digit.unit)
        unmoved = np.arange(digit.size, dtype=np.int64) * self.element_words
        job[PassWord.IN_PLACE] = self.kept(unmoved)
        return job

    @property
    def element_words(self) -> int:
        """Words of one vector of elements in the scratch area."""
        return self.plan.kernels.plan.n * self.width

    def first_job(self, row_words: int) -> Job:
        """Return the job of the first pass, from the input to the working array; lanes along the rows."""
        plan = self.plan
        job = self.job(0, row_words)
        if plan.before is not None:
            job[PassWord.BEFORE] = address(plan.before)
        self.along(job, plan.distances[0] // self.width, row_words)
        self.times(job, plan.factors[0], plan.sizes[0])
        return job

    def middle_job(self, d: int, n_siblings: int, distance: int) -> Job:
        """Return the job of digit d on so many sub-transforms at this distance."""
        plan = self.plan
        job = self.job(d)
        self.on_siblings(job, n_siblings, distance)
        self.along(job, plan.distances[d] // self.width, self.n_words)
        self.times(job, plan.factors[d], plan.sizes[d])
        return job

    def on_siblings(self, job: Job, n_siblings: int, distance: int) -> None:
        """Let the outer loop step over sub-transforms."""
        job[PassWord.N_OUTER] = n_siblings
        job[PassWord.SOURCE_OUTER] = job[PassWord.TARGET_OUTER] = distance * self.n_words

    def along(self, job: Job, n_inner: int, row_words: int) -> None:
        """Let the inner loop step along the rows."""
        job[PassWord.N_INNER] = n_inner
        job[PassWord.SOURCE_INNER] = self.width * row_words
        job[PassWord.TARGET_INNER] = self.width * self.n_words

    def times(self, job: Job, factors: Words, n_legs: int) -> None:
        """Multiply the results by a table: for each vector of rows, for each leg."""
        vector = self.n_words * self.width
        job[PassWord.FACTORS] = address(factors)
        job[PassWord.FACTORS_INNER] = n_legs * vector
        job[PassWord.FACTORS_LEG] = vector

    def run_job(self, job: Job, scratch: Words, source: int, target: int) -> None:
        """Run a job from one address to another."""
        complete = job.copy()
        start = address(scratch)
        complete[PassWord.SOURCE], complete[PassWord.TARGET] = source, target
        complete[PassWord.SCRATCH] = start
        complete[PassWord.SECOND] = start + scratch.size // 2 * WORD_BYTES
        self.kernel(address(complete))

    def row(self, array: int, k: int) -> int:
        """Return the address of row k."""
        return array + k * self.n_words * WORD_BYTES

    def in_shares(self, work: Callable[[range, Words], None], n: int) -> None:
        """Divide work on 0 .. n-1 over threads, each with its scratch area."""
        count = min(thread_count(), n) if self.plan.n >= DIVIDED_ROWS else 1
        bounds = [n * k // count for k in range(count + 1)]
        words = 2 * max(self.plan.sizes) * self.element_words

        def share(first: int, end: int) -> None:
            work(range(first, end), aligned_words(words))

        in_parallel([partial(share, *pair) for pair in pairwise(bounds)])

    def along_in_shares(self, job: Job, source: int, target: int) -> None:
        """Run a job whose inner loop steps along the rows, divided over threads."""

        def work(share: range, scratch: Words) -> None:
            part, first = job.copy(), share.start * WORD_BYTES
            part[PassWord.N_INNER] = len(share)
            part[PassWord.FACTORS] += first * job[PassWord.FACTORS_INNER]
            starts = (
                source + first * int(job[PassWord.SOURCE_INNER]),
                target + first * int(job[PassWord.TARGET_INNER]),
            )
            self.run_job(part, scratch, *starts)

        self.in_shares(work, int(job[PassWord.N_INNER]))
