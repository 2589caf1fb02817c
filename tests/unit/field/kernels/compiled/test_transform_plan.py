"""The digits of a transform's index, and the tables of its passes, beside powers of Python integers."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest

from zkctl.field import BN254_FR, FieldArray
from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.compiled.transform_plan import (
    TransformPlan,
    digit,
    digit_bits,
    reversed_digits,
    shared_numbers,
    stage_radices,
)
from zkctl.field.kernels.interface import Scaling
from zkctl.field.kernels.transform.job import MOST_BITS

P = BN254_FR.modulus


@pytest.mark.parametrize("log_n", range(6, 33))
def test_digits_are_few_and_nearly_equal(log_n: int) -> None:
    bits = digit_bits(1 << log_n)
    assert sum(bits) == log_n and len(bits) == max(2, -(-log_n // MOST_BITS))
    assert bits == sorted(bits, reverse=True) and bits[-1] >= 3 and bits[0] - bits[-1] <= 1


@pytest.mark.parametrize("bits", range(1, MOST_BITS + 1))
def test_order_of_decimation_in_time(bits: int) -> None:
    radices = stage_radices(bits)
    order = reversed_digits(radices)
    assert prod(radices) == 1 << bits and sorted(order) == list(range(1 << bits))
    # the first stage takes neighbours that are as far apart as possible
    assert [order[k + 1] - order[k] for k in range(radices[0] - 1)] == [
        (1 << bits) // radices[0]
    ] * (radices[0] - 1)


def test_order_of_sixteen() -> None:
    assert reversed_digits([4, 4]) == [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15]
    assert reversed_digits([2, 4]) == [0, 4, 1, 5, 2, 6, 3, 7]


def test_shared_numbers_and_twiddles() -> None:
    kernels = CompiledFieldKernels(BN254_FR)
    plan, b = kernels.plan, 1 << kernels.plan.radix_bits

    def number(limbs: Any) -> int:
        return sum(int(limb) << (plan.bits * k) for k, limb in enumerate(limbs))

    for w, row in zip([0, 1, P - 1], shared_numbers(kernels, [0, 1, P - 1]), strict=True):
        assert number(row[: plan.n]) == w and number(row[plan.n :]) == w * b // P
    root = BN254_FR.root_of_unity(
        5
    )  # a stage of radix 2, then one of radix 4 with h = 2, then h = 8
    tables = digit(kernels, 5, root)
    found = [number(row[: plan.n]) for row in tables.twiddles]
    exponents = [4 * leg for leg in (1, 2, 3)] + [j * leg for j in range(1, 8) for leg in (1, 2, 3)]
    assert found == [pow(root, e, P) for e in exponents]
    assert number(tables.unit[0][: plan.n]) == pow(root, 8, P)


@pytest.mark.parametrize("log_n", [6, 7, 9])
def test_factors_between_digits(log_n: int) -> None:
    kernels, scaling = CompiledFieldKernels(BN254_FR), Scaling(3, 4, 5)
    root = BN254_FR.root_of_unity(log_n)
    plan = TransformPlan(kernels, 1 << log_n, root, scaling)
    back = pow(kernels.radix_ratio, -1, P)
    for d, table in enumerate(plan.factors):
        size, distance, weight = plan.sizes[d], plan.distances[d], plan.weights[d]
        rows = table.transpose(1, 0, 3, 2).reshape(size * distance, 4)  # by k, then by m
        values = [v * back % P for v in FieldArray(BN254_FR, rows.copy()).to_ints()]
        first = (lambda m: 5 * pow(3, m, P)) if d == 0 else (lambda m: 1)
        assert values == [
            first(m) * pow(4, k * weight, P) * pow(root, weight * k * m, P) % P
            for k in range(size)
            for m in range(distance)
        ]
    assert plan.before is not None and len(plan.before) == plan.sizes[0]
    assert len(plan.after) == plan.sizes[-1]
