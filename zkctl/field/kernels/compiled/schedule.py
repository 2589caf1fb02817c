"""The compiled scheduling kernels on numpy arrays (kernels/schedule.py defines them)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zkctl.errors import ShapeError
from zkctl.field.kernels.cache import KernelFunction, sources_of
from zkctl.field.kernels.compiled.memory import address
from zkctl.field.kernels.limb_plan import MAX_SCALAR_WORDS
from zkctl.field.kernels.on_demand import ProgramOnDemand
from zkctl.field.words import Int32, Words

if TYPE_CHECKING:
    from zkctl.field.kernels.language import Program

SOURCES = sources_of("field.kernels.schedule")


class CompiledSchedule:
    """Digits and sorting; references are 2 * index + sign."""

    @cached_property
    def program(self) -> ProgramOnDemand:
        """The machine code."""
        return ProgramOnDemand("schedule", _emit, SOURCES)

    def is_ready(self) -> bool:
        """Return whether the machine code need not be compiled."""
        return self.program.is_ready()

    @cached_property
    def _digits(self) -> KernelFunction:
        return self.program.function("digits", *"piiiip")

    @cached_property
    def _sort(self) -> KernelFunction:
        return self.program.function("sort_by_digit", *"piiippp")

    @cached_property
    def _kinds(self) -> KernelFunction:
        return self.program.function("kinds", *"piiip")

    def kinds(self, scalars: Words, small_bits: int) -> Int32:
        """Return 0 for a scalar that is 0, 1 for one below 2^small_bits, 2 for others.

        Shapes: (n, n_words) -> (n,).  Assumes: small_bits < 64.
        """
        scalars = np.ascontiguousarray(scalars)
        n, n_words = scalars.shape
        out = np.empty(n, np.int32)
        self._kinds(address(scalars), n_words, n, small_bits, address(out))
        return out

    def signed_digits(self, scalars: Words, bits: int, n_windows: int) -> Int32:
        """Return digits in base 2^bits, -2^(bits-1) < d <= 2^(bits-1), lowest window first.

        Shapes: (n, n_words) -> (n_windows, n).
        """
        n, n_words = scalars.shape
        if n_words > MAX_SCALAR_WORDS or bits * n_windows > 64 * (n_words + 1):
            raise ShapeError(
                f"windows do not fit {n_words} words: expected at most {64 * (n_words + 1)} bits, "
                f"got {n_windows} windows of {bits} bits"
            )
        scalars = np.ascontiguousarray(scalars)
        out = np.empty((n_windows, n), np.int32)
        self._digits(address(scalars), n_words, n, bits, n_windows, address(out))
        return out

    def sort_by_digit(self, digits: Int32, n_buckets: int) -> tuple[Int32, Int32]:
        """Return references sorted by window and |digit|, and the start of every bucket; digit 0 is dropped.

        Shapes: (n_windows, n) -> (m,), (n_windows * n_buckets + 1,); m digits are not 0.
        """
        n_windows, n = digits.shape
        starts = np.empty(n_windows * n_buckets + 1, np.int32)
        cursor = np.empty(n_buckets + 1, np.int32)
        refs = np.empty(digits.size, np.int32)
        digits = np.ascontiguousarray(digits)
        arrays = address(starts), address(cursor), address(refs)
        self._sort(address(digits), n, n_windows, n_buckets, *arrays)
        return refs[: starts[-1]], starts


def _emit(program: Program) -> None:
    from zkctl.field.kernels.schedule import emit_schedule_kernels

    emit_schedule_kernels(program)
