"""The compiled scheduling kernels on numpy arrays (kernels_schedule.py defines them)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zkctl.errors import ShapeError
from zkctl.field.kernel_cache import LoadedProgram, beside, load_program
from zkctl.field.kernels_compiled import address
from zkctl.field.limb_plan import MAX_SCALAR_WORDS

if TYPE_CHECKING:
    from zkctl.field.kernel_language import Program

Int32 = NDArray[np.int32]
Words = NDArray[np.uint64]


class CompiledSchedule:
    """Digits, sorting and pairing up; references are 2 * index + sign."""

    @cached_property
    def program(self) -> LoadedProgram:
        """The machine code."""
        return load_program("schedule", _emit, beside(__file__, "kernels_schedule"))

    @cached_property
    def _digits(self) -> Callable[..., Any]:
        return self.program.function("digits", *"piiiip")

    @cached_property
    def _sort(self) -> Callable[..., Any]:
        return self.program.function("sort_by_digit", *"piippp")

    @cached_property
    def _pair_up(self) -> Callable[..., Any]:
        return self.program.function("pair_up", *"ppippppi", returns=True)

    def signed_digits(self, scalars: Words, bits: int, n_windows: int) -> Int32:
        """Digits in base 2^bits, -2^(bits-1) < d <= 2^(bits-1), lowest window first.

        Shapes: (n, n_words) -> (n_windows, n).
        """
        n, n_words = scalars.shape
        if n_words > MAX_SCALAR_WORDS or bits * n_windows > 64 * (n_words + 1):
            raise ShapeError(f"{n_windows} windows of {bits} bits do not fit {n_words} words")
        scalars = np.ascontiguousarray(scalars)
        out = np.empty((n_windows, n), np.int32)
        self._digits(address(scalars), n_words, n, bits, n_windows, address(out))
        return out

    def sort_by_digit(self, digits: Int32, n_buckets: int) -> tuple[Int32, Int32]:
        """References sorted by |digit| and the starts of the buckets 1, 2, ...; digit 0 is dropped.

        Shapes: (n,) -> (n_buckets + 1,), (n,).
        """
        starts = np.empty(n_buckets + 1, np.int32)
        cursor = np.empty(n_buckets + 2, np.int32)
        refs = np.empty(len(digits), np.int32)
        digits = np.ascontiguousarray(digits)
        self._sort(
            address(digits), len(digits), n_buckets, address(starts), address(cursor), address(refs)
        )
        return starts, refs

    def pair_up(
        self, refs: Int32, starts: Int32, left: Int32, right: Int32, target: Int32, base: int
    ) -> tuple[int, Int32]:
        """Pair neighbours inside each segment; pair m becomes reference 2 (base + m) in `target`.

        Returns the number of pairs (their members are in left and right) and the new starts.
        """
        new_starts = np.empty_like(starts)
        n_pairs = self._pair_up(
            address(refs),
            address(starts),
            len(starts) - 1,
            address(left),
            address(right),
            address(target),
            address(new_starts),
            base,
        )
        return int(n_pairs), new_starts


def _emit(program: Program) -> None:
    from zkctl.field.kernels_schedule import emit_schedule_kernels

    emit_schedule_kernels(program)
