"""Field arrays against galois, at boundary values and random ones, on whatever kernels are active."""

from __future__ import annotations

from typing import Any

import galois
import numpy as np
import pytest

from tests.support.numbers import boundary_values, operand_pairs, random_values
from zkctl.field import FieldArray, powers
from zkctl.field.prime import SUPPORTED

EACH_FIELD = pytest.mark.parametrize("field", SUPPORTED, ids=lambda f: f.name)


def second_opinion(field: Any) -> type[galois.FieldArray]:
    """The same field in galois (any element serves as its generator: no logarithms are taken)."""
    return galois.GF(field.modulus, primitive_element=5, verify=False)


def as_ints(x: Any) -> list[int]:
    return [int(value) for value in np.asarray(x).reshape(-1)]


@EACH_FIELD
@pytest.mark.parametrize(
    "operation",
    [
        lambda x, y: x + y,
        lambda x, y: x - y,
        lambda x, y: x * y,
        lambda x, y: -x * (y + y) - x,
    ],
    ids=["add", "subtract", "multiply", "mixed"],
)
def test_operators(field: Any, operation: Any) -> None:
    x, y = operand_pairs(field)
    ours = operation(FieldArray.from_ints(field, x), FieldArray.from_ints(field, y))
    gf = second_opinion(field)
    assert ours.to_ints() == as_ints(operation(gf(x), gf(y)))


@EACH_FIELD
def test_inverse_and_powers(field: Any) -> None:
    values = boundary_values(field) + random_values(field, 50)
    gf, ours = second_opinion(field), FieldArray.from_ints(field, values)
    nonzero = [x for x in values if x]
    inverses = ours.inverse().to_ints()
    assert [y for x, y in zip(values, inverses, strict=True) if x] == as_ints(gf(nonzero) ** -1)
    assert [y for x, y in zip(values, inverses, strict=True) if not x] == [0]
    for exponent in (0, 1, 2, 5, 65537):
        assert (ours**exponent).to_ints() == as_ints(gf(values) ** exponent)


@EACH_FIELD
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 1000, 1025])
def test_every_length(field: Any, n: int) -> None:
    """Lengths around the width of vectors and the size of blocks."""
    values = (boundary_values(field) + random_values(field, n))[:n]
    ours, gf = FieldArray.from_ints(field, values), second_opinion(field)
    expected = gf(values) if n else gf.Zeros(0)
    assert (ours * ours).to_ints() == as_ints(expected * expected)
    assert (ours - 1).to_ints() == as_ints(expected - gf(1))
    assert (ours * 3).to_ints() == as_ints(expected * gf(3))
    assert int(ours.sum()) == int(expected.sum()) if n else int(ours.sum()) == 0
    assert (ours.inverse() * ours).to_ints() == [int(x != 0) for x in values]


@EACH_FIELD
def test_sums_of_the_largest_elements(field: Any) -> None:
    n = 70_000
    largest = FieldArray.from_ints(field, [field.modulus - 1])
    ours = FieldArray(field, np.resize(largest.data, (n, field.n_words)))
    assert int(ours.sum()) == -n % field.modulus
    starts = np.array([0, 0, 1, 40_000, 40_000, n], np.int64)
    expected = [-int(length) % field.modulus for length in np.diff(starts)]
    assert ours.segment_sums(starts).to_ints() == expected


@EACH_FIELD
def test_words_round_trip(field: Any) -> None:
    values = boundary_values(field)
    ours = FieldArray.from_ints(field, values)
    assert ours.to_ints() == values
    assert FieldArray.from_words(field, ours.to_words()).to_ints() == values


@EACH_FIELD
@pytest.mark.parametrize("base", [0, 1, -1, 2, 7])
def test_powers(field: Any, base: int) -> None:
    ours = powers(base, 37, field, first=5)
    assert ours.to_ints() == [5 * base**k % field.modulus for k in range(37)]
