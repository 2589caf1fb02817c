"""Field arrays: conversions, broadcasting, refusals (their arithmetic is tested in tests/oracle)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.numbers import boundary_values
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import (
    BLS12_381_FQ,
    BN254_FQ,
    BN254_FR,
    FieldArray,
    PrimeField,
    first_not_below,
    ints_from_words,
    powers,
    words_from_ints,
)
from zkctl.field.array import NEGATED_AS_INTEGERS
from zkctl.field.prime import SUPPORTED
from zkctl.field.words import INTEGERS_UP_TO_ROWS

EACH_FIELD = pytest.mark.parametrize("field", SUPPORTED, ids=lambda f: f.name)


@EACH_FIELD
def test_words_and_integers(field: Any) -> None:
    values = boundary_values(field)
    words = words_from_ints(values, field.n_words)
    assert words.shape == (len(values), field.n_words)
    assert ints_from_words(words) == values
    with pytest.raises(OverflowError):
        words_from_ints([1 << (64 * field.n_words)], field.n_words)


@EACH_FIELD
@pytest.mark.parametrize("n", [1, 2, 5, 300])
def test_first_not_below(field: Any, n: int) -> None:
    p, limit = field.modulus, 1 << (64 * field.n_words)
    below = (boundary_values(field) * 10)[:n]
    assert first_not_below(words_from_ints(below, field.n_words), p) is None
    for position in {0, n // 2, n - 1}:
        for value in (p, p + 1, limit - 1, p + (1 << 64)):
            values = [*below[:position], value, *below[position + 1 :]]
            words = words_from_ints([*values, limit - 1], field.n_words)
            assert first_not_below(words, p) == position


def test_first_not_below_of_nothing() -> None:
    assert first_not_below(words_from_ints([], 4), 7) is None


@EACH_FIELD
def test_from_words_refuses_what_is_not_canonical(field: Any) -> None:
    words = words_from_ints([1, 2, field.modulus, 3], field.n_words)
    with pytest.raises(EncodingError, match=r"element 2 is not below the modulus of"):
        FieldArray.from_words(field, words)


def test_wrong_words_are_refused() -> None:
    for words in (np.zeros((3, 6), np.uint64), np.zeros((3, 4), np.int64)):
        with pytest.raises(
            ShapeError, match=r"words do not fit bn254.fr: expected \(..., 4\) uint64, got"
        ):
            FieldArray(BN254_FR, words)


def test_only_a_single_element_converts_to_int() -> None:
    with pytest.raises(ShapeError, match="array is not a single element: expected 1, got 2"):
        int(FieldArray.from_ints(BN254_FR, [1, 2]))
    assert int(FieldArray.from_ints(BN254_FR, [-1])) == BN254_FR.modulus - 1


@pytest.mark.parametrize("other", [BN254_FQ, BLS12_381_FQ])
def test_fields_do_not_mix(other: PrimeField) -> None:
    x, y = (FieldArray.from_ints(field, [1, 2]) for field in (BN254_FR, other))
    with pytest.raises(
        ShapeError, match=f"operand is over another field: expected bn254.fr, got {other.name}"
    ):
        x + y


@EACH_FIELD
def test_broadcasting(field: Any) -> None:
    x, p = FieldArray.from_ints(field, [5, 6, 7]), field.modulus
    assert (x + 1).to_ints() == (1 + x).to_ints() == [6, 7, 8]
    assert (x * 2).to_ints() == (2 * x).to_ints() == (x * x[0:1] * pow(5, -1, p) * 2).to_ints()
    assert (1 - x).to_ints() == [p - 4, p - 5, p - 6]
    assert (x - x[2]).to_ints() == [p - 2, p - 1, 0]
    assert (x[2] * x).to_ints() == (x * x[2]).to_ints() == [35, 42, 49]
    assert (-x).to_ints() == [p - 5, p - 6, p - 7]
    assert (x == 6).tolist() == [False, True, False]
    assert (x - 7).is_zero().tolist() == [False, False, True]


@EACH_FIELD
def test_shapes(field: Any) -> None:
    x = FieldArray.from_ints(field, range(6))
    square = FieldArray(field, x.data.reshape(2, 3, field.n_words))
    assert square.shape == (2, 3)
    assert square.size == 6
    assert len(square) == 2
    assert (square * square).to_ints() == [k * k for k in range(6)]
    assert [row.to_ints() for row in square + 1] == [[1, 2, 3], [4, 5, 6]]
    assert FieldArray.zeros(field, 2, 3).to_ints() == [0] * 6


@EACH_FIELD
def test_exponentiation(field: Any) -> None:
    """Few elements go through Python integers, many do not."""
    p = field.modulus
    for n in (0, 1, 3, INTEGERS_UP_TO_ROWS, INTEGERS_UP_TO_ROWS + 1):
        values = [0, 1, p - 1, *(3**k for k in range(n))][:n]
        x = FieldArray.from_ints(field, values)
        for exponent in (0, 1, 5, 1 << 40, (p + 1) // 2, p - 1):
            power = x**exponent
            assert power.shape == (n,)
            assert power.to_ints() == [pow(value, exponent, p) for value in values]
    square = FieldArray(field, x.data[:4].reshape(2, 2, -1)) ** (p - 2)
    assert square.shape == (2, 2)
    assert square.to_ints() == [pow(value, p - 2, p) for value in values[:4]]


@EACH_FIELD
def test_powers_by_doubling(field: Any) -> None:
    for n in (0, 1, 2, 3, 4, 9):
        assert powers(3, n, field, first=2).to_ints() == [2 * 3**k for k in range(n)]


def test_representation_tells_no_values() -> None:
    assert repr(FieldArray.from_ints(BN254_FR, [1234567])) == "FieldArray(bn254.fr, shape=(1,))"


def test_equality_with_something_else() -> None:
    assert (FieldArray.from_ints(BN254_FR, [1]) == "1") is False


@EACH_FIELD
def test_few_and_many_are_negated_alike(field: Any) -> None:
    values = [0, 1, field.modulus - 1, 5]
    few = FieldArray.from_ints(field, values)
    many = FieldArray.from_ints(field, values * NEGATED_AS_INTEGERS)
    assert (-few).to_ints() == [-value % field.modulus for value in values]
    assert (-many).to_ints() == (-few).to_ints() * NEGATED_AS_INTEGERS
    assert (-few[:0]).shape == (0,)


@pytest.mark.parametrize("copies", [1, 40])
def test_the_first_element_that_is_not_reduced(copies: int) -> None:
    field = BN254_FR
    for values, expected in (
        ([1, 2, 0], None),
        ([1, field.modulus, 2], 1),
        ([field.modulus + 5], 0),
    ):
        words = words_from_ints(values * copies, field.n_words)
        array = FieldArray(field, words)
        held = FieldArray.from_ints(field, [0] * len(words))
        assert held.first_not_reduced() is None and held.is_bytes is (len(words) <= 64)
        assert array.first_not_reduced() == expected
        assert not array.is_bytes
