"""Every compiled kernel against the numpy one: equal bytes on boundary and random inputs, at every length of a tail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.numbers import boundary_values, operand_pairs, random_values
from zkctl.field import FieldArray
from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.numpy.field import NumpyFieldKernels
from zkctl.field.prime import SUPPORTED

EACH_FIELD = pytest.mark.parametrize("field", SUPPORTED, ids=lambda f: f.name)


def both(field: Any):
    return CompiledFieldKernels(field), NumpyFieldKernels(field, few=0)


def stored(field: Any, values: Any) -> np.ndarray:
    return FieldArray.from_ints(field, values).data


@EACH_FIELD
@pytest.mark.parametrize("name", ["multiply", "add", "subtract"])
def test_element_wise(field: Any, name: str) -> None:
    x, y = (stored(field, values) for values in operand_pairs(field, 5000))
    compiled, reference = both(field)
    assert (getattr(compiled, name)(x, y) == getattr(reference, name)(x, y)).all()


@EACH_FIELD
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17])
def test_tails(field: Any, n: int) -> None:
    x = stored(field, (boundary_values(field)[4:] + random_values(field, n))[:n])
    compiled, reference = both(field)
    assert (compiled.multiply(x, x[::-1]) == reference.multiply(x, x[::-1])).all()
    assert (compiled.inverse(x) == reference.inverse(x)).all()


@EACH_FIELD
def test_scale(field: Any) -> None:
    x, _ = (stored(field, values) for values in operand_pairs(field, 500))
    compiled, reference = both(field)
    for constant in stored(field, boundary_values(field)):
        assert (compiled.scale(x, constant) == reference.scale(x, constant)).all()


@EACH_FIELD
@pytest.mark.parametrize("n", [1, 511, 512, 1024, 1025, 5000])
def test_inverse(field: Any, n: int) -> None:
    values = boundary_values(field) + random_values(field, n)
    x = stored(field, values[::-1][:n])
    compiled, reference = both(field)
    assert (compiled.inverse(x) == reference.inverse(x)).all()
    x[:: max(1, n // 7)] = 0
    assert (compiled.inverse(x) == reference.inverse(x)).all()


@EACH_FIELD
def test_segment_sums(field: Any) -> None:
    x = stored(field, boundary_values(field) + [field.modulus - 1] * 300 + random_values(field, 50))
    rng = np.random.default_rng(1)
    compiled, reference = both(field)
    for n_segments in (0, 1, 2, 3, 4, 5, 9, 200):
        starts = np.sort(rng.integers(0, len(x) + 1, n_segments + 1)).astype(np.int64)
        assert (compiled.segment_sums(x, starts) == reference.segment_sums(x, starts)).all()


@pytest.mark.parametrize("field", [f for f in SUPPORTED if f.non_residue], ids=lambda f: f.name)
@pytest.mark.parametrize("log_n", range(14))
def test_transform(field: Any, log_n: int) -> None:
    root = field.root_of_unity(log_n)
    values = boundary_values(field) + random_values(field, 1 << log_n)
    x = stored(field, values[: 1 << log_n])
    compiled, reference = both(field)
    for w in (root, pow(root, -1, field.modulus)):
        assert (compiled.transform(x, w) == reference.transform(x, w)).all()
