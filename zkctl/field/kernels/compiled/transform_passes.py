"""The jobs of a transform's passes over its working array, and how they are divided over threads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from zkctl.field.kernels.compiled.memory import address, aligned_words
from zkctl.field.kernels.compiled.transform_plan import TransformPlan
from zkctl.field.kernels.transform.job import PassWord
from zkctl.field.words import Words
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

DIVIDED_ROWS = 1 << 13  # smaller transforms are not divided over threads

Job = NDArray[np.int64]


class Passes:
    """The jobs of one transform; distances are in rows."""

    def __init__(self, plan: TransformPlan, working: Words | None = None) -> None:
        self.plan, self.n_words = plan, plan.kernels.field.n_words
        self.width = plan.kernels.width
        self.kernel = plan.kernels.transform_function("pass", "p")
        self.working = aligned_rows(plan.n, self.n_words) if working is None else working
        self.kept: list[NDArray[np.generic]] = []  # arrays whose addresses jobs hold

    def address_of(self, array: NDArray[np.generic]) -> int:
        """Return the address of an array that lives as long as the transform."""
        self.kept.append(array)
        return address(array)

    def job(self, d: int, row_words: int | None = None) -> Job:
        """Return a job of the pass of digit d, on the working array in place, without loops and factors; words apart in the input."""
        plan, n_words = self.plan, self.n_words
        digit, row_words = plan.digits[d], row_words or n_words
        size = plan.kernels.plan.n * self.width
        legs = np.arange(digit.size, dtype=np.int64)
        words = {
            PassWord.SOURCE: address(self.working),
            PassWord.TARGET: address(self.working),
            PassWord.LOG_POINTS: digit.size.bit_length() - 1,
            PassWord.N_OUTER: 1,
            PassWord.N_INNER: 1,
            PassWord.SOURCE_LANE: row_words,
            PassWord.TARGET_LANE: n_words,
            PassWord.TARGET_LEG: plan.distances[d] * n_words,
            PassWord.ORDER: self.address_of(digit.order * (plan.distances[d] * row_words)),
            PassWord.TWIDDLES: address(digit.twiddles),
            PassWord.UNIT: address(digit.unit),
            PassWord.IN_PLACE: self.address_of(legs * size),
        }
        job = np.zeros(len(PassWord), np.int64)
        for place, word in words.items():
            job[place] = word
        return job

    def first_job(self, x: Words) -> Job:
        """Return the job of the first pass, from the input to the working array; lanes along the rows."""
        plan, n_words, row_words = self.plan, self.n_words, x.strides[0] // 8
        job = self.job(0, row_words)
        job[PassWord.SOURCE] = self.address_of(x) if x.flags.c_contiguous else x.ctypes.data
        self.kept.append(x)
        if plan.before is not None:
            job[PassWord.BEFORE] = address(plan.before)
        self.along(job, plan.distances[0] // self.width, row_words)
        self.times(job, plan.factors[0], plan.sizes[0])
        return job

    def middle_job(self, d: int, n_siblings: int, distance: int) -> Job:
        """Return the job of digit d on so many sub-transforms at this distance of rows."""
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

    def run_job(self, job: Job, scratch: Words, source_row: int = 0, target_row: int = 0) -> None:
        """Run a job from these rows on."""
        places = np.copy(job)
        half = scratch.size // 2
        places[PassWord.SCRATCH] = address(scratch)
        places[PassWord.SECOND] = address(scratch[half:])
        places[PassWord.SOURCE] += source_row * self.n_words * 8
        places[PassWord.TARGET] += target_row * self.n_words * 8
        self.kernel(address(places))

    def new_scratch(self) -> Words:
        """Return the scratch area of one thread."""
        largest = max(self.plan.sizes)
        return aligned_words(2 * largest * self.plan.kernels.plan.n * self.width)

    def in_shares(self, work: Callable[[range, Words], None], n: int) -> None:
        """Divide work on 0 .. n-1 over threads."""
        count = min(thread_count(), n) if self.plan.n >= DIVIDED_ROWS else 1
        bounds = [n * k // count for k in range(count + 1)]
        in_parallel(
            [
                partial(lambda share: work(share, self.new_scratch()), range(*pair))
                for pair in zip(bounds[:-1], bounds[1:], strict=True)
            ]
        )

    def along_in_shares(self, job: Job) -> None:
        """Run a job whose inner loop steps along the rows, divided over threads."""

        def work(share: range, scratch: Words) -> None:
            part = job.copy()
            part[PassWord.N_INNER] = len(share)
            for start, step in (
                (PassWord.SOURCE, PassWord.SOURCE_INNER),
                (PassWord.TARGET, PassWord.TARGET_INNER),
                (PassWord.FACTORS, PassWord.FACTORS_INNER),
            ):
                part[start] += 8 * share.start * job[step]
            self.run_job(part, scratch)

        self.in_shares(work, int(job[PassWord.N_INNER]))


def aligned_rows(n: int, n_words: int) -> Words:
    """Return uninitialised rows at a 64-byte boundary."""
    return aligned_words(n * n_words).reshape(n, n_words)
