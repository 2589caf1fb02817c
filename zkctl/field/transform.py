"""The number-theoretic transform as a plan of compiled passes, with its twiddle tables.

Decimation in frequency, radix 4 with one radix-2 pass where log2 n is odd, depth first: once a sub-transform fits the
cache all its passes run before the next one starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zkctl.field.array import powers
from zkctl.field.kernels_compiled import CompiledFieldKernels, address, aligned_words
from zkctl.field.prime import PrimeField

Words = NDArray[np.uint64]
CACHED_ROWS = 1 << 14  # rows of a sub-transform that stays in the second-level cache


@dataclass(frozen=True, eq=False)
class Pass:
    """One butterfly pass: radix, log2 of its stride, twiddle vectors and the number of vectors less one."""

    radix: int
    log_h: int
    twiddles: Words
    mask: int

    @property
    def span(self) -> int:
        """Rows of one group of butterflies."""
        return self.radix << self.log_h


class CompiledTransform:
    """The transform of size n by powers of `root`, n >= 4 * width."""

    def __init__(self, kernels: CompiledFieldKernels, n: int, root: int) -> None:
        self.kernels, self.n = kernels, n
        field = kernels.field
        self.run_pass = {r: kernels.transform_function(f"dif{r}", "piipip") for r in (2, 4)}
        self.canonical = kernels.transform_function("canonical", "pi")
        in_kernel_form = (1 << (kernels.plan.radix_bits - 64 * field.n_words)) % field.modulus
        table = powers(root, n, field, first=in_kernel_form).data
        self.passes = list(self._passes(table))
        unit = pow(root, n // 4, field.modulus) * (1 << kernels.plan.radix_bits) % field.modulus
        self.unit = np.array(kernels.plan.split(unit), np.uint64)

    def _passes(self, table: Words) -> Iterator[Pass]:
        log_n = self.n.bit_length() - 1
        log_h = log_n
        while log_h:
            radix = 2 if log_n % 2 and log_h == log_n else 4
            log_h -= radix.bit_length() - 1
            yield self._pass(radix, log_h, table)

    def _pass(self, radix: int, log_h: int, table: Words) -> Pass:
        """Twiddle k of butterfly j is w^(j k) with w of order radix * h; vectors repeat where h < width."""
        width, h = self.kernels.width, 1 << log_h
        n_vectors = max(1, h // width)
        j = np.arange(n_vectors * width, dtype=np.int64).reshape(n_vectors, width) % h
        exponents = j[:, :, None] * np.arange(1, radix) * (self.n // (radix * h))
        vectors = table[exponents].transpose(0, 2, 3, 1)
        stored = aligned_words(vectors.size).reshape(vectors.shape)
        stored[:] = vectors
        return Pass(radix, log_h, stored, n_vectors - 1)

    def __call__(self, x: Words) -> Words:
        """Natural order in and out, canonical.  Shapes: (n, n_words) -> (n, n_words)."""
        rows = aligned_words(x.size).reshape(x.shape)
        rows[:] = x
        self._run(rows, 0)
        self.canonical(address(rows), self.n // self.kernels.width)
        radices = [p.radix for p in self.passes]
        n_words = x.shape[1]
        digits = rows.reshape(*radices, n_words)
        order = (*range(len(radices) - 1, -1, -1), len(radices))
        return np.ascontiguousarray(digits.transpose(order)).reshape(self.n, n_words)

    def _run(self, rows: Words, first: int) -> None:
        """Passes first, first + 1, ... on these rows; splits them once a sub-transform fits the cache."""
        for k in range(first, len(self.passes)):
            span = self.passes[k].span
            if span <= CACHED_ROWS < len(rows):
                for start in range(0, len(rows), span):
                    self._run(rows[start : start + span], k)
                return
            self._run_one(self.passes[k], rows)

    def _run_one(self, p: Pass, rows: Words) -> None:
        n_blocks = len(rows) // p.radix // self.kernels.width
        twiddles, unit = address(p.twiddles), address(self.unit)
        self.run_pass[p.radix](address(rows), n_blocks, p.log_h, twiddles, p.mask, unit)


@lru_cache(maxsize=8)
def compiled_transform(
    kernels: CompiledFieldKernels, n: int, root: int
) -> Callable[[Words], Words]:
    """The transform for one size and root; small sizes are done on Python integers."""
    if n >= 4 * kernels.width:
        return CompiledTransform(kernels, n, root)
    return lambda x: _small_transform(kernels.field, x, root)


def _small_transform(field: PrimeField, x: Words, root: int) -> Words:
    """The definition: out[i] = sum_j x[j] root^(i j)."""
    from zkctl.field.array import ints_from_words, words_from_ints

    values: list[Any] = ints_from_words(x)
    p = field.modulus
    sums = [
        sum(v * pow(root, i * j, p) for j, v in enumerate(values)) % p for i in range(len(values))
    ]
    return words_from_ints(sums, field.n_words)
