"""Powers of tau in Lagrange form: [L_i(tau)] for every domain of size 2^k, from the powers [tau^j].

L_i(X) = 1/n sum_j w^(-ij) X^j, so a block is the inverse transform of the first n powers, taken in
the group.  The largest block, of size 2^(power + 1), exists for tau_g1 only; of its 2n powers the last
is not published and counts as infinity (harmless: quotients have a lower degree).  All blocks of a
group go through the stages of the transform together: few, long multiplications.
Source: docs/reference/formats.md, sections 12 to 15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from zkctl.curve import G1Array, PointArray, multiply_each
from zkctl.field import FieldArray, PrimeField, powers
from zkctl.poly import Domain
from zkctl.srs.powers_of_tau import LagrangePowers, PowersOfTau

P = TypeVar("P", bound=PointArray)
Index = NDArray[np.int64]
Tell = Callable[[str, float | None], None]


def with_lagrange(accumulator: PowersOfTau, tell: Tell = lambda _what, _done: None) -> PowersOfTau:
    """The powers together with their Lagrange form.

    Raises: LimitError where the field has no domain of size 2^(power + 1).
    """
    power = accumulator.power
    Domain(accumulator.curve.scalar_field, power + 1)
    missing = G1Array.infinity(accumulator.curve.g1, 1)
    complete = G1Array.concatenate([accumulator.tau_g1, missing])
    in_g1 = [complete, accumulator.alpha_tau_g1, accumulator.beta_tau_g1]
    tau_g1, alpha_tau_g1, beta_tau_g1 = lagrange_blocks(
        in_g1, lambda done: tell("Lagrange form in G1", done)
    )
    (tau_g2,) = lagrange_blocks(
        [accumulator.tau_g2], lambda done: tell("Lagrange form in G2", done)
    )
    return replace(accumulator, lagrange=LagrangePowers(tau_g1, tau_g2, alpha_tau_g1, beta_tau_g1))


def with_largest_block(accumulator: PowersOfTau) -> PowersOfTau:
    """Powers whose Lagrange form lacks the block of size 2^(power + 1), with that block.

    Raises: LimitError where the field has no domain of that size.
    """
    assert accumulator.lagrange is not None
    log_n = accumulator.power + 1
    Domain(accumulator.curve.scalar_field, log_n)
    missing = G1Array.infinity(accumulator.curve.g1, 1)
    block = G1Array.concatenate([accumulator.tau_g1, missing])
    inverse_transforms(block, [Block(0, log_n)])
    tau_g1 = G1Array.concatenate([accumulator.lagrange.tau_g1, block])
    return replace(accumulator, lagrange=replace(accumulator.lagrange, tau_g1=tau_g1))


def lagrange_blocks(
    sections: Sequence[P], tell: Callable[[float], None] = lambda _done: None
) -> list[P]:
    """For each section, the blocks of sizes 1, 2, 4 .. of its powers, one after the other.

    Shapes: (2^log_n,) each -> (2^(log_n + 1) - 1,) each.
    """
    blocks: list[Block] = []
    rows, ends = [], [0]
    for points in sections:
        for log_n in range(len(points).bit_length()):
            offset = blocks[-1].offset + blocks[-1].n if blocks else 0
            blocks.append(Block(offset, log_n))
            rows.append(points.data[: 1 << log_n])
        ends.append(blocks[-1].offset + blocks[-1].n)
    flat = type(sections[0])(sections[0].group, np.concatenate(rows))
    inverse_transforms(flat, blocks, tell)
    return [flat[start:stop] for start, stop in pairwise(ends)]


@dataclass(frozen=True)
class Block:
    """2^log_n consecutive points of a larger array, from `offset` on."""

    offset: int
    log_n: int

    @property
    def n(self) -> int:
        """Number of points."""
        return 1 << self.log_n

    def upper(self, stage: int) -> Index:
        """Where the first operands of a stage's butterflies are.  Shapes: -> (n / 2,)."""
        half = 1 << (stage - 1)
        starts = np.arange(self.offset, self.offset + self.n, 2 * half)
        return (starts[:, None] + np.arange(half)).reshape(-1)


def inverse_transforms(
    points: PointArray, blocks: Sequence[Block], tell: Callable[[float], None] = lambda _done: None
) -> None:
    """Replace each block by its inverse Fourier transform, in natural order.

    out[i] = 1/n sum_j w^(-ij) block[j].  Cooley-Tukey, decimation in time: in stage s, (u, v) at
    distance 2^(s-1) become (u + w^(-i) v, u - w^(-i) v); a block's last stage multiplies by 1/n too.
    """
    for block in blocks:
        order = block.offset + _bit_reversed(block.log_n)
        points.data[block.offset : block.offset + block.n] = points.data[order]
    largest = max(block.log_n for block in blocks)
    for stage in range(1, largest + 1):
        taking_part = [block for block in blocks if block.log_n >= stage]
        _multiply_in_place(points, taking_part, stage)
        u = np.concatenate([block.upper(stage) for block in taking_part])
        v = u + (1 << (stage - 1))
        total, difference = points[u] + points[v], points[u] - points[v]
        points.data[u], points.data[v] = total.data, difference.data
        tell(stage / largest)


def _multiply_in_place(points: PointArray, blocks: Sequence[Block], stage: int) -> None:
    field = points.group.scalar_field
    factors = list(_factors(field, blocks, stage))
    where = np.concatenate([index for index, _ in factors])
    scalars = FieldArray(field, np.concatenate([values for _, values in factors]))
    points.data[where] = multiply_each(points[where], scalars).data


def _factors(
    field: PrimeField, blocks: Sequence[Block], stage: int
) -> Iterator[tuple[Index, NDArray[np.uint64]]]:
    """What is multiplied by which scalars before a stage's additions."""
    half = 1 << (stage - 1)
    root = pow(field.root_of_unity(stage), -1, field.modulus)
    for block in blocks:
        upper, times = block.upper(stage), block.n // (2 * half)
        if block.log_n > stage:
            twiddles = powers(root, half, field)
            useful = np.flatnonzero(np.arange(len(upper)) % half)  # the first of each is 1
            yield (upper + half)[useful], np.tile(twiddles.data, (times, 1))[useful]
        else:
            scale = pow(block.n, -1, field.modulus)
            yield upper, powers(1, half, field, scale).data
            yield upper + half, powers(root, half, field, scale).data


def _bit_reversed(log_n: int) -> Index:
    order = np.zeros(1, dtype=np.int64)
    for _ in range(log_n):
        order = np.concatenate([2 * order, 2 * order + 1])
    return order
