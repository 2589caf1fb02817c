"""Values of wires, additions and rows."""

from __future__ import annotations

import random

import numpy as np
import pytest

from zkctl.constraints.plonk import wire_values as module
from zkctl.constraints.plonk.gates import Additions
from zkctl.constraints.plonk.wire_values import all_values, check_witness, row_values
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import BN254_FR, FieldArray, words_from_ints

P = BN254_FR.modulus
WITNESS = [1, 7, P - 1, 0, 12]


def additions(wires: list[tuple[int, int]], factors: list[tuple[int, int]]) -> Additions:
    left, right = (np.array([pair[k] for pair in wires], np.uint32) for k in range(2))
    scales = [FieldArray.from_ints(BN254_FR, [pair[k] for pair in factors]) for k in range(2)]
    return Additions(left, right, *scales)


def expected(wires: list[tuple[int, int]], factors: list[tuple[int, int]]) -> list[int]:
    values = [0, *WITNESS[1:]]
    for (left, right), (x, y) in zip(wires, factors, strict=True):
        values.append((x * values[left] + y * values[right]) % P)
    return values


@pytest.mark.parametrize("most", [0, 1, 2, 64])
@pytest.mark.parametrize("n", [0, 1, 40])
def test_additions_of_additions(n: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAVES", most)
    rng = random.Random(n)
    wires = [(rng.randrange(5 + k), rng.randrange(5 + k)) for k in range(n)]
    factors = [(rng.randrange(P), rng.choice([0, 1, P - 1])) for _ in range(n)]
    found = all_values(BN254_FR, additions(wires, factors), words_from_ints(WITNESS, 4))
    assert found.to_ints() == expected(wires, factors)


def test_a_chain_longer_than_the_waves() -> None:
    wires = [(4 + k, 1) for k in range(100)]
    factors = [(2, 3)] * 100
    found = all_values(BN254_FR, additions(wires, factors), words_from_ints(WITNESS, 4))
    assert found.to_ints() == expected(wires, factors)


@pytest.mark.parametrize("wire", [5, 6, 2**32 - 1])
def test_an_addition_of_a_later_wire_is_refused(wire: int) -> None:
    broken = additions([(wire, 0)], [(1, 1)])
    text = "addition 0 of the key has a wire that comes later: expected earlier ones"
    with pytest.raises(EncodingError, match=text):
        all_values(BN254_FR, broken, words_from_ints(WITNESS, 4))


def test_rows_and_padding() -> None:
    values = FieldArray.from_ints(BN254_FR, [0, 5, 6])
    wires = np.array([[1, 2], [0, 0], [2, 2]], np.uint32)
    found = [column.to_ints() for column in row_values(values, wires, 4)]
    assert found == [[5, 6, 0, 0], [0, 0, 0, 0], [6, 6, 0, 0]]


def test_a_wire_that_does_not_exist_is_refused() -> None:
    values = FieldArray.from_ints(BN254_FR, [0, 5, 6])
    with pytest.raises(EncodingError, match="a row of the key has wire 3: expected below 3"):
        row_values(values, np.array([[1], [3], [0]], np.uint32), 4)


def test_witnesses_that_cannot_be_one() -> None:
    words = words_from_ints(WITNESS, 4)
    check_witness(BN254_FR, words, 5)
    with pytest.raises(ShapeError, match="the key has 6 wires, the witness 5"):
        check_witness(BN254_FR, words, 6)
    with pytest.raises(ShapeError, match="the key has 5 wires, the witness 5"):
        check_witness(BN254_FR, words_from_ints(WITNESS, 6), 5)
    for value, text in ((0, "must be the constant 1"), (2**64 + 1, "must be the constant 1")):
        with pytest.raises(EncodingError, match=f"witness value 0 {text}"):
            check_witness(BN254_FR, words_from_ints([value, *WITNESS[1:]], 4), 5)
    with pytest.raises(
        EncodingError, match=r"witness value 4 is not below the modulus of bn254\.fr"
    ):
        check_witness(BN254_FR, words_from_ints([*WITNESS[:4], P], 4), 5)
