"""The JSON of witnesses."""

from __future__ import annotations

import json

import pytest

from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField, words_from_ints
from zkctl.formats.binary.wtns import Witness
from zkctl.formats.json.layout import ROWS_AT_ONCE
from zkctl.formats.json.wtns import wtns_pieces


def witness(field: PrimeField, values: list[int]) -> Witness:
    return Witness(field, words_from_ints(values, field.n_words))


def test_values_are_decimal_strings() -> None:
    text = "".join(wtns_pieces(witness(BN254_FR, [1, 0, BN254_FR.modulus - 1])))
    assert text == f'[\n "1",\n "0",\n "{BN254_FR.modulus - 1}"\n]'


@pytest.mark.parametrize("n", [1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 2 * ROWS_AT_ONCE + 3])
def test_blocks_join(n: int) -> None:
    values = [(7 * k + 1) << (k % 200) for k in range(n)]
    pieces = list(wtns_pieces(witness(BLS12_381_FR, values)))
    assert json.loads("".join(pieces)) == [str(value) for value in values]
    assert len(pieces) == 2 + -(-n // ROWS_AT_ONCE)
