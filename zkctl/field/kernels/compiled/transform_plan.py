"""The digits of a transform's index, and the tables of its passes.

An index of n = N_0 N_1 ... is cut into digits of at most seven bits, k_0 first; M_d = N_(d+1) N_(d+2) ... is the distance of two rows
that differ in digit d.  The pass of digit d transforms N_d rows at distance M_d; between it and the next one row (.., k_d, m) is multiplied
by w^(k_d m), w of order N_d M_d.  These factors are in the order in which a pass needs them: for each vector of rows m, for each k_d,
packed words lane by lane.  Powers of a shift, and a constant factor, are part of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from math import prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from zkctl.field.kernels.cache import KernelFunction
from zkctl.field.kernels.compiled.memory import aligned_words
from zkctl.field.kernels.interface import NO_SCALING, FieldKernels, Scaling, power_rows
from zkctl.field.kernels.limb_plan import LimbPlan
from zkctl.field.kernels.transform.job import MOST_BITS
from zkctl.field.words import Words
from zkctl.runtime.records import record


class TransformKernels(FieldKernels, Protocol):
    """The kernels of one field with the pass of its transforms, as compiled/field.py has them."""

    plan: LimbPlan
    width: int
    radix_ratio: int  # R' / R mod p: between the files' Montgomery form and that of the kernels

    def __hash__(self) -> int: ...

    def transform_function(self, name: str, kinds: str) -> KernelFunction:
        """Return a kernel of the transform as a callable."""


@record(eq=False)
class Digit:
    """The transform of one digit: its order, and its twiddles and the imaginary unit as limbs.

    Shapes: order (N,), the digit-reversed order in which its butterflies take the legs.
    """

    size: int
    order: NDArray[np.int64]
    twiddles: Words
    unit: Words


def digit_bits(n: int) -> list[int]:
    """Return the bits of each digit: as few as possible but two, as equal as possible, larger ones first."""
    log_n = n.bit_length() - 1
    count = max(2, -(-log_n // MOST_BITS))
    return [(log_n + count - 1 - k) // count for k in range(count)]


def stage_radices(bits: int) -> list[int]:
    """Return the radices of the stages of one digit, first stage first."""
    return [2] * (bits % 2) + [4] * (bits // 2)


def reversed_digits(radices: Sequence[int]) -> list[int]:
    """Return the order in which decimation in time takes its input: the legs of the last stage are j modulo its radix."""
    order = [0]
    for radix in radices:
        order = [leg + radix * each for leg in range(radix) for each in order]
    return order


def shared_numbers(kernels: TransformKernels, values: Sequence[int]) -> Words:
    """Return numbers below p as the kernel's shared factors: limbs of w and of floor(w B / p).  Shapes: m -> (m, 2 n_limbs)."""
    plan, p = kernels.plan, kernels.field.modulus
    rows = [plan.split(value) + plan.split((value << plan.radix_bits) // p) for value in values]
    return np.array(rows, np.uint64)


@lru_cache(maxsize=64)
def digit(kernels: TransformKernels, bits: int, root: int) -> Digit:
    """Return the tables of one digit; root is of order 2^bits."""
    p, size, radices = kernels.field.modulus, 1 << bits, stage_radices(bits)
    twiddles, h = [], radices[0]
    for radix in radices[1:]:
        step = pow(root, size // (radix * h), p)
        twiddles += [pow(step, j * leg, p) for j in range(1, h) for leg in range(1, radix)]
        h *= radix
    unit = pow(root, size // 4, p) if size > 2 else 1
    order = np.array(reversed_digits(radices), np.int64)
    return Digit(
        size, order, shared_numbers(kernels, twiddles or [1]), shared_numbers(kernels, [unit])
    )


class TransformPlan:
    """The tables of the transform of size n by powers of `root`: out[i] = factor after^i sum of before^j x[j] root^(i j).

    Assumes: n is at least the square of the width.  Memory: about n elements.
    """

    def __init__(
        self, kernels: TransformKernels, n: int, root: int, scaling: Scaling = NO_SCALING
    ) -> None:
        self.kernels, self.n, self.root, self.scaling = kernels, n, root, scaling
        p, bits = kernels.field.modulus, digit_bits(n)
        self.sizes = [1 << each for each in bits]
        self.distances = [prod(self.sizes[d + 1 :]) for d in range(len(bits))]  # M_d
        self.weights = [prod(self.sizes[:d]) for d in range(len(bits))]  # of k_d in the result
        self.digits = [digit(kernels, b, pow(root, n >> b, p)) for b in bits]
        self.factors = [self._blocks(self._table(d)) for d in range(len(bits) - 1)]

    @cached_property
    def before(self) -> Words | None:
        """The constants of the first digit's legs, in digit-reversed order, or None."""
        if self.scaling.before == 1:
            return None
        p, distance = self.kernels.field.modulus, self.distances[0]
        powers = [pow(self.scaling.before, int(j) * distance, p) for j in self.digits[0].order]
        return shared_numbers(self.kernels, powers)

    @cached_property
    def after(self) -> Words:
        """The constants of the last digit's legs."""
        p, step = self.kernels.field.modulus, self.weights[-1]
        powers = [pow(self.scaling.after, k * step, p) for k in range(self.sizes[-1])]
        return shared_numbers(self.kernels, powers)

    @cached_property
    def last_factors(self) -> Words:
        """The factors between the last two digits with lanes for k, for each vector of k and each m; no scaling."""
        table = self._table(len(self.sizes) - 2)
        return self._blocks(np.ascontiguousarray(table.transpose(1, 0, 2)))

    def _table(self, d: int) -> Words:
        """Return the factors after the pass of digit d.  Shapes: (N_d, M_d, n_words)."""
        kernels, scaling = self.kernels, self.scaling
        p, size, distance, weight = (
            kernels.field.modulus,
            self.sizes[d],
            self.distances[d],
            self.weights[d],
        )
        table = np.empty((size, distance, kernels.field.n_words), np.uint64)
        first = kernels.radix_ratio * (scaling.factor if d == 0 else 1)
        table[0] = power_rows(kernels, scaling.before if d == 0 else 1, distance, first=first)
        root, shift = pow(self.root, weight, p), pow(scaling.after, weight, p)
        step, known = power_rows(kernels, root, distance, first=shift), 1
        while known < size:  # row k + known is row k times (after^weight root^m)^known
            rows = table[:known].reshape(-1, table.shape[2])
            following = kernels.multiply(rows, np.tile(step, (known, 1)))
            table[known : 2 * known] = following.reshape(known, distance, -1)
            step, known = kernels.multiply(step, step), 2 * known
        return table

    def _blocks(self, table: Words) -> Words:
        """Return a table in the order of passes.  Shapes: (k, m, n_words) -> (m / width, k, n_words, width)."""
        k, m, n_words = table.shape
        width = self.kernels.width
        out = aligned_words(table.size).reshape(m // width, k, n_words, width)
        out[:] = table.reshape(k, m // width, width, n_words).transpose(1, 0, 3, 2)
        return out
