"""Formulas by one kernel and by operators, against Python integers."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from zkctl.errors import ShapeError
from zkctl.field import BLS12_381_FR, BN254_FR, FieldArray, PrimeField
from zkctl.field import formulas as module
from zkctl.field.formulas import Formulas
from zkctl.runtime.settings import using

FIELDS = [BN254_FR, BLS12_381_FR]
NAMES = ["x", "y", "z"]


def _mixture(v: Any) -> Any:
    """Products of every kind of factor, differences of differences, sums of many terms."""
    low = v.x - v.y - v.z - v.c
    product = (v.x + v.y) * (v.y - v.z) * low
    scaled = low * v.c + v.d * v.x * v.c + (v.z - 1) * v.d
    return product + scaled + v.x * v.x + v.c, product * product - low, v.x


TOY = Formulas("toy", "field.formulas")
mixture = TOY.formula("mixture", _mixture, "x y z", "c d")


def edge_values(field: PrimeField, n: int, rng: random.Random) -> list[int]:
    p = field.modulus
    return [rng.choice([0, 1, p - 1, p - 2, rng.randrange(p), rng.randrange(p)]) for _ in range(n)]


def expected(field: PrimeField, rows: list[dict[str, int]], constants: dict[str, int]) -> Any:
    results = [_mixture(SimpleNamespace(**row, **constants)) for row in rows]
    return [[value % field.modulus for value in column] for column in zip(*results, strict=True)]


@pytest.mark.parametrize("compiles", [True, False], ids=["kernel", "operators"])
@pytest.mark.parametrize("field", FIELDS, ids=str)
@pytest.mark.parametrize("n", [1, 7, 8, 61])
def test_against_integers(
    field: PrimeField, n: int, compiles: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(n)
    if not compiles:
        monkeypatch.setattr(module, "compiled_formulas", lambda *_: None)
    monkeypatch.setattr(TOY, "_compiled", {})
    columns = {name: edge_values(field, n, rng) for name in NAMES}
    rows = [{name: columns[name][k] for name in NAMES} for k in range(n)]
    constants = dict(zip("cd", edge_values(field, 2, rng), strict=True))
    arrays = {name: FieldArray.from_ints(field, column) for name, column in columns.items()}
    # one of them is every fourth row of a larger array, as values on cosets are
    wide = np.zeros((4 * n, field.n_words), np.uint64)
    wide[3::4] = arrays["y"].data
    arrays["y"] = FieldArray(field, wide[3::4])
    with using(compiles=compiles):
        assert (TOY.compiled(field, n) is not None) == compiles
        found = mixture.results(3, arrays, constants)
    assert [each.to_ints() for each in found] == expected(field, rows, constants)


def test_two_threads_share_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "THREADS_FROM_ROWS", 1)
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 3)
    field, rng = BN254_FR, random.Random(5)
    columns = {name: edge_values(field, 29, rng) for name in NAMES}
    arrays = {name: FieldArray.from_ints(field, column) for name, column in columns.items()}
    rows = [{name: columns[name][k] for name in NAMES} for k in range(29)]
    for kernels in (None, TOY.compiled(field, 29)):
        monkeypatch.setattr(TOY, "_compiled", {field: kernels})
        with using(threads=2):
            found = mixture.results(3, arrays, {"c": 3, "d": 4})
        assert [each.to_ints() for each in found] == expected(field, rows, {"c": 3, "d": 4})


def test_arrays_of_different_lengths_are_refused() -> None:
    one, two = FieldArray.zeros(BN254_FR, 1), FieldArray.zeros(BN254_FR, 2)
    text = r"arrays of a formula differ in length: expected 1, got \[1, 2, 1\]"
    with pytest.raises(ShapeError, match=text):
        mixture.results(3, {"x": one, "y": two, "z": one}, {"c": 1, "d": 2})


def test_kernels_check_what_they_are_given() -> None:
    with using(compiles=True):
        kernels = TOY.compiled(BN254_FR, 1)
    assert kernels is not None
    rows = [np.zeros((k, 4), np.uint64) for k in (1, 2)]
    text = r"operands have wrong shapes: expected \(1, 4\) each, got \[\(1, 4\), \(2, 4\)\]"
    with pytest.raises(ShapeError, match=text):
        kernels.run("mixture", rows[:1], rows[1:], kernels.constants([1, 2]))
