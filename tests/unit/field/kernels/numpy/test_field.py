"""The numpy field kernels against Python integers, at boundary values of field, words and limbs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.support.numbers import boundary_values, operand_pairs, random_values
from zkctl.field import FieldArray, ints_from_words, words_from_ints
from zkctl.field.kernels.numpy.field import BLOCK, INTEGERS_UP_TO_ROWS, NumpyFieldKernels
from zkctl.field.prime import SUPPORTED, PrimeField


def in_numpy(field: PrimeField) -> NumpyFieldKernels:
    """The kernels without their short cut for few elements."""
    return NumpyFieldKernels(field, few=0)


EACH_FIELD = pytest.mark.parametrize("field", SUPPORTED, ids=lambda f: f.name)


def stored(field: PrimeField, values: Any) -> np.ndarray:
    """Montgomery rows of values."""
    return FieldArray.from_ints(field, values).data


def values_of(field: PrimeField, rows: np.ndarray) -> list[int]:
    """The values of Montgomery rows, which must be canonical."""
    words = ints_from_words(rows)
    assert all(word < field.modulus for word in words)
    return [word * field.montgomery_r_inverse % field.modulus for word in words]


@EACH_FIELD
@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("multiply", lambda x, y: x * y),
        ("add", lambda x, y: x + y),
        ("subtract", lambda x, y: x - y),
    ],
)
def test_element_wise(field: Any, name: str, operation: Any) -> None:
    x, y = operand_pairs(field)
    rows = getattr(in_numpy(field), name)(stored(field, x), stored(field, y))
    expected = [operation(a, b) % field.modulus for a, b in zip(x, y, strict=True)]
    assert values_of(field, rows) == expected


@EACH_FIELD
def test_scale_takes_any_words(field: Any) -> None:
    """The first factor need not be below p (segment sums rely on it)."""
    limit = 1 << (64 * field.n_words)
    words = [0, 1, field.modulus - 1, field.modulus, limit - 1, limit // 2, limit - field.modulus]
    for constant in boundary_values(field):
        factor = words_from_ints([constant], field.n_words)[0]
        rows = in_numpy(field).scale(words_from_ints(words, field.n_words), factor)
        r_inverse = field.montgomery_r_inverse
        expected = [w * constant * r_inverse % field.modulus for w in words]
        assert ints_from_words(rows) == expected


@EACH_FIELD
@pytest.mark.parametrize(
    "n", [0, 1, 2, INTEGERS_UP_TO_ROWS, INTEGERS_UP_TO_ROWS + 1, 2 * INTEGERS_UP_TO_ROWS + 3, 1000]
)
def test_inverse(field: Any, n: Any) -> None:
    values = (boundary_values(field) + random_values(field, n))[:n]
    inverses = values_of(field, in_numpy(field).inverse(stored(field, values)))
    assert inverses == [pow(x, -1, field.modulus) if x else 0 for x in values]


@EACH_FIELD
def test_inverse_of_zeros(field: Any) -> None:
    assert not in_numpy(field).inverse(stored(field, [0] * 300)).any()


@EACH_FIELD
def test_blocks_join_without_a_seam(field: Any) -> None:
    n = 2 * BLOCK + 1
    x = np.resize(stored(field, boundary_values(field)), (n, field.n_words))
    squares = in_numpy(field).multiply(x, x)
    period = len(boundary_values(field))
    assert (squares == np.resize(squares[:period], squares.shape)).all()


@EACH_FIELD
@pytest.mark.parametrize(
    "starts", [[0], [0, 0], [0, 1], [0, 0, 3, 3, 7, 200, 200], [5, 200], [0, 199, 200]]
)
def test_segment_sums(field: Any, starts: list[Any]) -> None:
    values = ([field.modulus - 1] * 100 + boundary_values(field) + random_values(field, 200))[:200]
    rows = in_numpy(field).segment_sums(stored(field, values), np.array(starts, np.int64))
    pairs = pairwise(starts)
    assert values_of(field, rows) == [sum(values[a:b]) % field.modulus for a, b in pairs]


@pytest.mark.parametrize("field", [f for f in SUPPORTED if f.non_residue], ids=lambda f: f.name)
@pytest.mark.parametrize("log_n", [0, 1, 2, 3, 6])
def test_transform_is_evaluation_at_the_powers_of_the_root(field: Any, log_n: int) -> None:
    n, p = 1 << log_n, field.modulus
    root = field.root_of_unity(log_n)
    values = (boundary_values(field) + random_values(field, n))[:n]
    rows = in_numpy(field).transform(stored(field, values), root)
    expected = [sum(v * pow(root, i * j, p) for j, v in enumerate(values)) % p for i in range(n)]
    assert values_of(field, rows) == expected


@EACH_FIELD
def test_operands_are_not_changed(field: Any) -> None:
    x, y = (stored(field, values) for values in operand_pairs(field, 10))
    copies = x.copy(), y.copy()
    kernels = in_numpy(field)
    for name in ("multiply", "add", "subtract"):
        getattr(kernels, name)(x, y)
    kernels.inverse(x)
    kernels.segment_sums(x, np.array([0, len(x)], np.int64))
    assert (x == copies[0]).all()
    assert (y == copies[1]).all()


@EACH_FIELD
def test_few_elements_give_the_same(field: Any) -> None:
    """Python integers up to INTEGERS_UP_TO_ROWS elements, numpy beyond."""
    x, y = (stored(field, values[-INTEGERS_UP_TO_ROWS:]) for values in operand_pairs(field))
    whole, few = in_numpy(field), NumpyFieldKernels(field)
    for name in ("multiply", "add", "subtract"):
        assert (getattr(few, name)(x, y) == getattr(whole, name)(x, y)).all()
    assert (few.scale(x, y[0]) == whole.scale(x, y[0])).all()
    largest = np.full((3, field.n_words), 2**64 - 1, np.uint64)
    assert (few.scale(largest, y[0]) == whole.scale(largest, y[0])).all()
