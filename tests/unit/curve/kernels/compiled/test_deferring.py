"""Few points are computed with on integers until the program is compiled, with the same results; many compile it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support import points as integer_points
from zkctl.curve import BLS12_381, BN254, PointArray
from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.compiled.deferring import FEW_ADDITIONS, DeferringGroupKernels
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.field.words import Words, bytes_from_ints, words_from_ints
from zkctl.runtime.settings import using

EACH_GROUP = pytest.mark.parametrize(
    "group", [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2], ids=str
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def rows(group: Group) -> Words:
    """Infinity, the generator, its opposite, and multiples."""
    one = group.generator
    two = integer_points.add(group, one, one)
    return PointArray.from_ints(group, [None, one, integer_points.negate(group, one), two]).data


@EACH_GROUP
def test_few_points_compile_nothing(group: Group, folder: Path) -> None:
    x, k = rows(group), DeferringGroupKernels(group)
    off = x.copy()
    off[3, 0] ^= np.uint64(1)
    found = [k.add(x, x[::-1].copy()), k.double_repeatedly(x, 5), k.members(x), k.members(off)]
    assert not list(folder.glob("*.o"))
    k = CompiledGroupKernels(group)
    exact = [k.add(x, x[::-1].copy()), k.double_repeatedly(x, 5), k.members(x), k.members(off)]
    assert all(np.array_equal(a, b) for a, b in zip(found, exact, strict=True))
    assert found[2].all() and not found[3].all()


@pytest.mark.parametrize("group", [BN254.g1, BLS12_381.g1], ids=str)
def test_few_terms_compile_nothing(group: Group, folder: Path) -> None:
    scalars, points = bytes_from_ints([7, 0, (1 << 128) - 1, 1 << 127], 2), rows(group).tobytes()
    deferring, compiled = DeferringGroupKernels(group), CompiledGroupKernels(group)
    table = deferring.multiples(points)
    found = deferring.combination(table, scalars, 2, 128)
    assert not list(folder.glob("*.o"))
    exact = compiled.combination(compiled.multiples(points), scalars, 2, 128)
    assert found == exact
    assert deferring.combination(table, scalars, 2, 128) == exact  # a stored program now
    assert DeferringGroupKernels(group).combination(table, scalars, 2, 128) == exact


def test_many_points_compile_the_program(folder: Path) -> None:
    x = np.repeat(rows(BN254.g1)[1:2], FEW_ADDITIONS + 1, axis=0)
    assert len(DeferringGroupKernels(BN254.g1).add(x, x)) == len(x)
    assert len(list(folder.glob("bn254_g1_sums-*.o"))) == 1


def test_a_task_that_may_not_compile_does_without(folder: Path) -> None:
    x = np.repeat(rows(BN254.g1)[1:2], FEW_ADDITIONS + 1, axis=0)
    with using(compiles=False):
        assert DeferringGroupKernels(BN254.g1).members(x).all()
    assert not list(folder.glob("*.o"))


@EACH_GROUP
def test_few_products_compile_nothing(group: Group, folder: Path) -> None:
    points, values = PointArray(group, rows(group)), [3, 0, group.scalar_field.modulus - 1, 5]
    scalars = words_from_ints(values, group.scalar_field.n_words)
    found = DeferringGroupKernels(group).few_multiples(points.data, scalars)
    assert found is not None
    assert not list(folder.glob("*.o"))
    assert PointArray(group, found).to_ints() == [
        integer_points.multiply(group, p, k) for p, k in zip(points.to_ints(), values, strict=True)
    ]
    assert DeferringGroupKernels(group).few_multiples(np.repeat(found, 2, axis=0), scalars) is None
    assert CompiledGroupKernels(group).few_multiples(points.data, scalars) is None
