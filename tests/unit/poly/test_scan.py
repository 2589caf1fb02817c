"""Evaluation, division and prefix products, compiled and in numpy, against Python integers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

import pytest

from zkctl.field import BLS12_381_FR, BN254_FR, FieldArray, PrimeField
from zkctl.field.backend import field_kernels
from zkctl.field.kernels.compiled import scans as compiled_scans
from zkctl.field.kernels.compiled.scans import CompiledScans
from zkctl.field.kernels.numpy import scans
from zkctl.field.kernels.numpy.scans import NumpyScans
from zkctl.poly import scan as module
from zkctl.poly.scan import divided, evaluate, prefix_products
from zkctl.runtime.settings import using


@pytest.fixture(params=["compiled", "compiled, three threads", "numpy"], autouse=True)
def _each_kind_of_kernels(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    def chosen(field: PrimeField, _n: int) -> CompiledScans | NumpyScans:
        is_numpy = request.param == "numpy"
        return NumpyScans(field_kernels(field)) if is_numpy else CompiledScans(field)

    monkeypatch.setattr(module, "scan_kernels", chosen)
    monkeypatch.setattr(compiled_scans, "THREADS_FROM_ROWS", 1)
    with using(threads=3 if "three" in request.param else 1):
        yield


def elements(field: PrimeField, n: int) -> list[int]:
    rng, p = random.Random(n), field.modulus
    return [rng.choice([1, p - 1, rng.randrange(1, p)]) for _ in range(n)]


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)
@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 100, 777])
def test_evaluation_and_division(field: PrimeField, n: int) -> None:
    p, coefficients = field.modulus, elements(field, n)
    array = FieldArray.from_ints(field, coefficients)
    for point in (0, 1, p - 1, random.Random(n).randrange(p)):
        quotient, value = [], 0
        for coefficient in reversed(coefficients):
            quotient.append(value)
            value = (value * point + coefficient) % p
        assert evaluate(array, point) == value
        assert divided(array, point).to_ints() == quotient[:0:-1]


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)
@pytest.mark.parametrize("n", [0, 1, 8, 9, 777])
def test_prefix_products(field: PrimeField, n: int) -> None:
    values = elements(field, n)
    expected = list(accumulate(values, lambda x, y: x * y % field.modulus))
    assert prefix_products(FieldArray.from_ints(field, values)).to_ints() == expected


def test_zeros() -> None:
    values = FieldArray.from_ints(BN254_FR, [3, 0, 5] * 9)
    assert prefix_products(values).to_ints() == [3, *[0] * 26]
    assert evaluate(FieldArray.zeros(BN254_FR, 0), 7) == 0
    assert divided(FieldArray.from_ints(BN254_FR, [4]), 7).to_ints() == []


def test_columns_of_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "STEPS", 1)
    assert prefix_products(FieldArray.from_ints(BN254_FR, [2, 3, 4])).to_ints() == [2, 6, 24]
