"""Powers of tau in Lagrange form: [L_i(tau)] for every domain of size 2^k, from the powers [tau^j].

L_i(X) = 1/n sum_j w^(-ij) X^j, so a block is the inverse transform of the first n powers, taken in the
group.  The largest block, of size 2^(power + 1), exists for tau_g1 only; of its 2n powers the last one is
not published and counts as infinity (harmless: quotients have a lower degree).
Source: docs/reference/formats.md, sections 12 to 15.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from zkctl.curve import G1Array, PointArray, multiply_each
from zkctl.field import FieldArray, powers
from zkctl.poly import Domain
from zkctl.srs.powers_of_tau import LagrangePowers, PowersOfTau

P = TypeVar("P", bound=PointArray)
Tell = Callable[[str, float | None], None]


def with_lagrange(accumulator: PowersOfTau, tell: Tell = lambda _what, _done: None) -> PowersOfTau:
    """The powers together with their Lagrange form.

    Raises: LimitError where the field has no domain of size 2^(power + 1).
    """
    power = accumulator.power
    Domain(accumulator.curve.scalar_field, power + 1)
    missing = G1Array.infinity(accumulator.curve.g1, 1)
    complete = G1Array.concatenate([accumulator.tau_g1, missing])
    lagrange = LagrangePowers(
        tau_g1=lagrange_blocks(complete, power + 1, _part(tell, "tau_g1")),
        tau_g2=lagrange_blocks(accumulator.tau_g2, power, _part(tell, "tau_g2")),
        alpha_tau_g1=lagrange_blocks(accumulator.alpha_tau_g1, power, _part(tell, "alpha_tau_g1")),
        beta_tau_g1=lagrange_blocks(accumulator.beta_tau_g1, power, _part(tell, "beta_tau_g1")),
    )
    return replace(accumulator, lagrange=lagrange)


def lagrange_blocks(
    points: P, largest: int, tell: Callable[[float], None] = lambda _done: None
) -> P:
    """The blocks of sizes 1, 2, 4 .. 2^largest, one after the other.

    Shapes: (2^largest,) -> (2^(largest + 1) - 1,).
    """
    blocks = []
    for log_n in range(largest + 1):
        blocks.append(inverse_transform(points[: 1 << log_n], log_n))
        tell((2 << log_n) / (2 << largest))
    return type(points).concatenate(blocks)


def inverse_transform(points: P, log_n: int) -> P:
    """The inverse Fourier transform of points: out[i] = 1/n sum_j w^(-ij) points[j], natural order.

    Shapes: (2^log_n,) -> (2^log_n,).  Cooley-Tukey, decimation in time: in stage s, blocks of m = 2^s
    points combine as (u + w_m^(-k) v, u - w_m^(-k) v).
    """
    field, n = points.group.scalar_field, 1 << log_n
    data = points.data[_bit_reversed(log_n)]
    for stage in range(1, log_n + 1):
        half = 1 << (stage - 1)
        u, v = (_rows(points, data.reshape(-1, 2, half, data.shape[-1])[:, k]) for k in range(2))
        if half > 1:
            root = pow(field.root_of_unity(stage), -1, field.modulus)
            twiddles = np.tile(powers(root, half, field).data, (n // (2 * half), 1))
            v = multiply_each(v, FieldArray(field, twiddles))
        pair = [part.data.reshape(-1, 1, half, data.shape[-1]) for part in (u + v, u - v)]
        data = np.concatenate(pair, axis=1).reshape(n, -1)
    scale = FieldArray.from_ints(field, [pow(n, -1, field.modulus)])[0]
    result = type(points)(points.group, data)
    return multiply_each(result, scale) if log_n else result


def _bit_reversed(log_n: int) -> np.ndarray:
    order = np.zeros(1, dtype=np.intp)
    for _ in range(log_n):
        order = np.concatenate([2 * order, 2 * order + 1])
    return order


def _rows(like: P, data: np.ndarray) -> P:
    return type(like)(like.group, np.ascontiguousarray(data).reshape(-1, data.shape[-1]))


def _part(tell: Tell, what: str) -> Callable[[float], None]:
    return lambda done: tell(f"Lagrange form of {what}", done)
