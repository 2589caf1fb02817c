"""Number-theoretic transforms as plans of compiled passes, with their twiddle tables.

Radix 4 with one radix-2 pass where log2 n is odd, depth first: while a sub-transform fits the cache
all its passes run before the next one starts.  Decimation in frequency leaves its output digit-reversed
and decimation in time takes it so; a round trip through coefficients therefore needs no reordering.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

import numpy as np

from zkctl.field.kernels.cache import KernelFunction
from zkctl.field.kernels.compiled.memory import address, aligned_words
from zkctl.field.kernels.interface import FieldKernels, power_rows
from zkctl.field.kernels.limb_plan import LimbPlan
from zkctl.field.prime import PrimeField
from zkctl.field.words import Words, ints_from_words, words_from_ints
from zkctl.runtime.records import record

CACHED_ROWS = 1 << 14  # rows of a sub-transform that stays in the second-level cache


class TransformKernels(FieldKernels, Protocol):
    """The kernels of one field with the passes of its transforms, as compiled/field.py has them."""

    plan: LimbPlan
    width: int
    radix_ratio: int  # R' / R mod p: between the files' Montgomery form and that of the kernels

    def __hash__(self) -> int: ...

    def transform_function(self, name: str, kinds: str) -> KernelFunction:
        """Return a pass of the transform as a callable."""


@record(eq=False)
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


class TransformPlan:
    """The transform of size n by powers of `root`, n >= 4 * width, on rows in place."""

    def __init__(self, kernels: TransformKernels, n: int, root: int) -> None:
        self.kernels, self.n = kernels, n
        field = kernels.field
        self.run_pass = {
            (kind, radix): kernels.transform_function(f"{kind}{radix}", "piipip")
            for kind in ("dif", "dit")
            for radix in (2, 4)
        }
        table = power_rows(kernels, root, n, first=kernels.radix_ratio)
        self.passes = list(self._passes(table))
        self.radices = [p.radix for p in self.passes]
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
        """Return a pass: twiddle k of butterfly j is w^(j k), w of order radix * h; vectors repeat where h < width."""
        width, h = self.kernels.width, 1 << log_h
        n_vectors = max(1, h // width)
        j = np.arange(n_vectors * width, dtype=np.int64).reshape(n_vectors, width) % h
        exponents = j[:, :, None] * np.arange(1, radix) * (self.n // (radix * h))
        vectors = table[exponents].transpose(0, 2, 3, 1)
        stored = aligned_words(vectors.size).reshape(vectors.shape)
        stored[:] = vectors
        return Pass(radix, log_h, stored, n_vectors - 1)

    def in_frequency(self, rows: Words, first: int = 0) -> None:
        """Transform rows in place from natural to digit-reversed order; split once a sub-transform fits the cache."""
        for k in range(first, len(self.passes)):
            span = self.passes[k].span
            if span <= CACHED_ROWS < len(rows):
                for start in range(0, len(rows), span):
                    self.in_frequency(rows[start : start + span], k)
                return
            self._run("dif", self.passes[k], rows)

    def in_time(self, rows: Words) -> None:
        """Transform rows in place from digit-reversed to natural order."""
        small = [p for p in reversed(self.passes) if p.span <= CACHED_ROWS]
        for start in range(0, len(rows), CACHED_ROWS if len(rows) > CACHED_ROWS else len(rows)):
            for p in small:
                self._run("dit", p, rows[start : start + CACHED_ROWS])
        for p in reversed(self.passes[: len(self.passes) - len(small)]):
            self._run("dit", p, rows)

    def _run(self, kind: str, p: Pass, rows: Words) -> None:
        n_blocks = len(rows) // p.radix // self.kernels.width
        twiddles, unit = address(p.twiddles), address(self.unit)
        self.run_pass[kind, p.radix](address(rows), n_blocks, p.log_h, twiddles, p.mask, unit)

    def reversed_order(self, rows: Words) -> Words:
        """Return rows, given in natural order, in digit-reversed order."""
        digits = rows.reshape(*self.radices[::-1], rows.shape[1])
        return self._swapped(digits)

    def natural_order(self, rows: Words) -> Words:
        """Return rows, given in digit-reversed order, in natural order."""
        return self._swapped(rows.reshape(*self.radices, rows.shape[1]))

    def _swapped(self, digits: Words) -> Words:
        last = digits.ndim - 1
        turned = digits.transpose(*range(last - 1, -1, -1), last)
        out = aligned_words(digits.size).reshape(self.n, digits.shape[-1])
        out.reshape(turned.shape)[:] = turned
        return out


@lru_cache(maxsize=8)
def _plan(kernels: TransformKernels, n: int, root: int) -> TransformPlan:
    return TransformPlan(kernels, n, root)


@lru_cache(maxsize=4)
def _shift_table(kernels: TransformKernels, n: int, root: int, shift: int) -> Words:
    """Return shift^j / n in the kernels' form, digit-reversed: the factors from the inverse transform to the coset."""
    first = pow(n, -1, kernels.field.modulus) * kernels.radix_ratio % kernels.field.modulus
    table = power_rows(kernels, shift, n, first=first)
    return _plan(kernels, n, root).reversed_order(table)


def transform(kernels: TransformKernels, x: Words, root: int) -> Words:
    """Return the sums of x[j] root^(i j) over j, natural order in and out, canonical.  Shapes: (n, n_words)."""
    if len(x) < 4 * kernels.width:
        return _small_transform(kernels.field, x, root)
    plan = _plan(kernels, len(x), root)
    rows = _copy(x)
    plan.in_frequency(rows)
    out = plan.natural_order(rows)
    _canonical(kernels, out)
    return out


def coset_transform(kernels: TransformKernels, x: Words, root: int, shift: int) -> Words:
    """Return a polynomial's values on shift * root^i, given those on root^i.  Shapes: (n, n_words)."""
    n, p = len(x), kernels.field.modulus
    inverse = pow(root, -1, p)
    if n < 4 * kernels.width:
        values = ints_from_words(_small_transform(kernels.field, x, inverse))
        factor = pow(n, -1, p)
        moved = [v * factor * pow(shift, j, p) % p for j, v in enumerate(values)]
        return _small_transform(kernels.field, words_from_ints(moved, x.shape[1]), root)
    rows = _copy(x)
    _plan(kernels, n, inverse).in_frequency(rows)
    table = _shift_table(kernels, n, inverse, shift)
    scale_rows = kernels.transform_function("scale_rows", "ppi")
    scale_rows(address(rows), address(table), n // kernels.width)
    _plan(kernels, n, root).in_time(rows)
    _canonical(kernels, rows)
    return rows


def _copy(x: Words) -> Words:
    rows = aligned_words(x.size).reshape(x.shape)
    rows[:] = x
    return rows


def _canonical(kernels: TransformKernels, rows: Words) -> None:
    kernels.transform_function("canonical", "pi")(address(rows), len(rows) // kernels.width)


def _small_transform(field: PrimeField, x: Words, root: int) -> Words:
    """Return the sums of x[j] root^(i j) over j, by the definition."""
    values = ints_from_words(x)
    p = field.modulus
    sums = [
        sum(v * pow(root, i * j, p) for j, v in enumerate(values)) % p for i in range(len(values))
    ]
    return words_from_ints(sums, field.n_words)
