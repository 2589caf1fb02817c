"""Few elements are computed with in numpy until the program is compiled, with the same words; many compile it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.numbers import boundary_values, random_values
from zkctl.field import BN254_FR, FieldArray
from zkctl.field.kernels.compiled.deferring import FEW_ELEMENTS, DeferringFieldKernels
from zkctl.field.kernels.compiled.field import CompiledFieldKernels

LOG_N = 6  # on eight lanes the shortest transform that has a program
ROOT, SHIFT = BN254_FR.root_of_unity(LOG_N), 5
STARTS = np.array([0, 3, 3, 16])
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "multiply": lambda k, x: k.multiply(x, x[::-1].copy()),
    "scale": lambda k, x: k.scale(x, x[3]),
    "add": lambda k, x: k.add(x, x[::-1].copy()),
    "subtract": lambda k, x: k.subtract(x, x[::-1].copy()),
    "inverse": lambda k, x: k.inverse(x),
    "segment_sums": lambda k, x: k.segment_sums(x, STARTS),
    "transform": lambda k, x: k.transform(x, ROOT),
    "coset_transform": lambda k, x: k.coset_transform(x, ROOT, SHIFT),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("name", OPERATIONS)
def test_few_elements_compile_nothing(name: str, folder: Path) -> None:
    n = 1 << LOG_N
    values = (boundary_values(BN254_FR) + random_values(BN254_FR, n))[:n]
    x = FieldArray.from_ints(BN254_FR, values).data
    found = OPERATIONS[name](DeferringFieldKernels(BN254_FR), x)
    assert not list(folder.glob("*.o"))
    assert np.array_equal(found, OPERATIONS[name](CompiledFieldKernels(BN254_FR), x))
    assert list(folder.glob("*.o"))
    assert np.array_equal(OPERATIONS[name](DeferringFieldKernels(BN254_FR), x), found)


def test_many_elements_compile_the_program(folder: Path) -> None:
    x = np.zeros((FEW_ELEMENTS + 1, 4), np.uint64)
    assert not DeferringFieldKernels(BN254_FR).add(x, x).any()
    assert len(list(folder.glob("bn254_fr-*.o"))) == 1
