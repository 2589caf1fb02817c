"""Poseidon in plain integers and in columns."""

from __future__ import annotations

import random
from typing import Any

import pytest

from zkctl.address.poseidon import INTEGERS_UP_TO_ROWS, ROWS_AT_ONCE, poseidon, poseidon_columns
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.field import BN254_FR, FieldArray

SEED = 421


def test_published_vectors(vectors: dict[str, Any]) -> None:
    assert {len(case["inputs"]) for case in vectors["hashes"]} == set(range(1, 17))
    for case in vectors["hashes"]:
        assert str(poseidon(*map(int, case["inputs"]))) == case["hash"]


@pytest.mark.parametrize("n_inputs", [2, 3, 4, 5, 6, 9, 11])
def test_columns_are_the_hashes_of_their_rows(n_inputs: int) -> None:
    generator = random.Random(SEED)
    n = INTEGERS_UP_TO_ROWS + 3
    columns = [[generator.randrange(MODULUS) for _ in range(n)] for _ in range(n_inputs - 1)]
    columns[0][:3] = [0, 1, MODULUS - 1]
    arrays = [FieldArray.from_ints(BN254_FR, column) for column in columns]
    expected = [poseidon(7, *row) for row in zip(*columns, strict=True)]
    assert poseidon_columns([7, *arrays]).to_ints() == expected
    few = [array[:5] for array in arrays]
    assert poseidon_columns([7, *few]).to_ints() == expected[:5]


def test_pieces_of_a_long_column() -> None:
    n = ROWS_AT_ONCE + 1
    column = FieldArray.from_ints(BN254_FR, range(n))
    hashed = poseidon_columns([column, 5])
    assert len(hashed) == n
    for place in (0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE):
        assert int(hashed[place]) == poseidon(place, 5)
