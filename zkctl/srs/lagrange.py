"""Powers of tau in Lagrange form: [L_i(tau)] for every domain of size 2^k, from the powers [tau^j].

L_i(X) = 1/n sum_j w^(-ij) X^j, so a block is the inverse transform of the first n powers, taken in
the group.  The largest block, of size 2^(power + 1), exists for tau_g1 only; of its 2n powers the last
is not published and counts as infinity (harmless: quotients have a lower degree).  All blocks of a
group go through the stages of the transform together, window by window: few, long multiplications in
a memory that does not grow with the blocks (a stage reads and writes them once, front to back).
Source: docs/reference/formats.md, "Powers of tau in Lagrange form".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from zkctl.curve import G1Array, PointArray, multiply_each
from zkctl.curve.group import P
from zkctl.field import FieldArray, PrimeField, powers
from zkctl.field.words import Words
from zkctl.poly import Domain
from zkctl.runtime.memory import new_rows, rows_at_once, windows
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.srs.powers_of_tau import LagrangePowers, PowersOfTau

Index = NDArray[np.int64]


def with_lagrange(accumulator: PowersOfTau, progress: Progress = silent) -> PowersOfTau:
    """Return the powers together with their Lagrange form.  Assumes: every power is in its group.

    Raises: LimitError where the field has no domain of size 2^(power + 1).
    """
    power = accumulator.power
    Domain(accumulator.curve.scalar_field, power + 1)
    in_g1 = [accumulator.tau_g1, accumulator.alpha_tau_g1, accumulator.beta_tau_g1]
    tau_g1, alpha_tau_g1, beta_tau_g1 = lagrange_blocks(
        in_g1, lambda done: progress("Lagrange form in G1", done)
    )
    (tau_g2,) = lagrange_blocks(
        [accumulator.tau_g2], lambda done: progress("Lagrange form in G2", done)
    )
    return replace(accumulator, lagrange=LagrangePowers(tau_g1, tau_g2, alpha_tau_g1, beta_tau_g1))


def with_largest_block(accumulator: PowersOfTau) -> PowersOfTau:
    """Return the powers whose Lagrange form lacks the block of size 2^(power + 1), with that block.

    Raises: LimitError where the field has no domain of that size.
    """
    assert accumulator.lagrange is not None
    log_n = accumulator.power + 1
    Domain(accumulator.curve.scalar_field, log_n)
    given, group = accumulator.lagrange.tau_g1, accumulator.curve.g1
    tau_g1 = G1Array(group, new_rows(len(given) + (1 << log_n), group.point_words))
    for part in windows(len(given), group.point_bytes):
        tau_g1.data[part] = given.data[part]
    block = LagrangeBlock(len(given), log_n)
    block.fill(tau_g1.data, accumulator.tau_g1.data)
    _run_stages(tau_g1, [block])
    return replace(accumulator, lagrange=replace(accumulator.lagrange, tau_g1=tau_g1))


def lagrange_blocks(
    sections: Sequence[P], progress: Callable[[float], None] = lambda _done: None
) -> list[P]:
    """For each section, the blocks of sizes 1, 2, 4 .. of its powers, one after the other.

    Assumes: every power is in its group.
    Shapes: (n,) each -> (2^(log_n + 1) - 1,) each, with the least 2^log_n >= n; missing powers count as
    infinity.
    """
    group = sections[0].group
    logs = [(len(points) - 1).bit_length() for points in sections]
    ends = [0, *accumulate((2 << log_n) - 1 for log_n in logs)]
    flat = type(sections[0])(group, new_rows(ends[-1], group.point_words))
    blocks: list[LagrangeBlock] = []
    for points, log_n, start in zip(sections, logs, ends, strict=False):
        own = [LagrangeBlock(start + (1 << k) - 1, k) for k in range(log_n + 1)]
        for block in own:
            block.fill(flat.data, points.data)
        blocks += own
    _run_stages(flat, blocks, progress, members=True)
    return [flat[start:stop] for start, stop in pairwise(ends)]


@record
class LagrangeBlock:
    """2^log_n consecutive points of a larger array, from `offset` on."""

    offset: int
    log_n: int

    @property
    def n(self) -> int:
        """Number of points."""
        return 1 << self.log_n

    def fill(self, target: Words, source: Words) -> None:
        """Take the first n rows of `source` in bit-reversed order; rows that `source` lacks stay unchanged."""
        for part in windows(self.n, 8 * target.shape[1]):
            order = _bit_reversed(part, self.log_n)
            there = np.flatnonzero(order < len(source))
            target[self.offset + part.start + there] = source[order[there]]


def inverse_transforms(points: PointArray, blocks: Sequence[LagrangeBlock]) -> None:
    """Replace each block by its inverse Fourier transform, in natural order.

    out[i] = 1/n sum_j w^(-ij) block[j].
    """
    for block in blocks:
        block.fill(points.data, points.data[block.offset : block.offset + block.n].copy())
    _run_stages(points, blocks)


@record
class _Butterflies:
    """Some pairs of one stage: first operands, then which points are multiplied by what before."""

    upper: Index
    multiplied: Index
    factors: Words


def _run_stages(
    points: PointArray,
    blocks: Sequence[LagrangeBlock],
    progress: Callable[[float], None] = lambda _done: None,
    *,
    members: bool = False,
) -> None:
    """Cooley-Tukey, decimation in time, on blocks in bit-reversed order.

    In stage s, (u, v) at distance 2^(s-1) become (u + w^(-i) v, u - w^(-i) v); a block's last stage
    multiplies by 1/n too.  With `members` all points are known to be of order r.
    """
    field = points.group.scalar_field
    largest = max(block.log_n for block in blocks)
    for stage in range(1, largest + 1):
        half = 1 << (stage - 1)
        for some in _in_windows(points, blocks, stage):
            where = np.concatenate([each.multiplied for each in some])
            scalars = FieldArray(field, np.concatenate([each.factors for each in some]))
            points.data[where] = multiply_each(points[where], scalars, members=members).data
            u = np.concatenate([each.upper for each in some])
            v = u + half
            total, difference = points[u] + points[v], points[u] - points[v]
            points.data[u], points.data[v] = total.data, difference.data
        progress(stage / largest)


def _in_windows(
    points: PointArray, blocks: Sequence[LagrangeBlock], stage: int
) -> Iterator[list[_Butterflies]]:
    """Yield all pairs of a stage, as many together as the working memory has room for."""
    field, most = points.group.scalar_field, rows_at_once(2 * points.group.point_bytes)
    some: list[_Butterflies] = []
    room = most
    for block in blocks:
        if block.log_n < stage:
            continue
        for start in range(0, block.n // 2, most):
            some.append(_butterflies(field, block, stage, start, min(most, block.n // 2)))
            room -= len(some[-1].upper)
            if room <= 0:
                yield some
                some, room = [], most
    if some:
        yield some


def _butterflies(
    field: PrimeField, block: LagrangeBlock, stage: int, start: int, count: int
) -> _Butterflies:
    """Return the pairs start .. start + count - 1 of a block; start is a multiple of count, a power of two."""
    half = 1 << (stage - 1)
    k = np.arange(start, start + count)
    upper = block.offset + (k // half) * (2 * half) + k % half
    root = pow(field.root_of_unity(stage), -1, field.modulus)
    last = block.log_n == stage
    scale = pow(block.n, -1, field.modulus) if last else 1
    n_powers = min(half, count)
    first = scale * pow(root, start % half, field.modulus) % field.modulus
    twiddles = np.tile(powers(root, n_powers, field, first).data, (count // n_powers, 1))
    if last:
        scales = powers(1, count, field, scale).data
        both = np.concatenate([upper, upper + half]), np.concatenate([scales, twiddles])
        return _Butterflies(upper, *both)
    useful = np.flatnonzero(k % half)  # the first twiddle of each group is 1
    return _Butterflies(upper, (upper + half)[useful], twiddles[useful])


def _bit_reversed(part: slice, n_bits: int) -> Index:
    """Return the numbers of a range, each with its n_bits bits in opposite order."""
    given = np.arange(part.start, part.stop, dtype=np.int64)
    order = np.zeros_like(given)
    for _ in range(n_bits):
        order = 2 * order + given % 2
        given //= 2
    return order
