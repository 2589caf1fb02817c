from __future__ import annotations

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_circuit
from zkctl.dsl import Bit, Signal, circuit, eager_field, private
from zkctl.field import BLS12_381_FR, BN254_FR
from zkctl.gadgets.number.sign import is_negative

P = BN254_FR.modulus


@circuit
def negative(x: Signal = private()) -> Bit:
    return is_negative(x)


@pytest.mark.parametrize("x", [0, 1, 2**253, P // 2 - 1, P // 2, P // 2 + 1, P - 2, P - 1])
def test_values(x: int) -> None:
    assert is_negative(x) == (x > (P - 1) // 2)


def test_in_every_way() -> None:
    good = [{"x": x} for x in (0, 1, P // 2, P // 2 + 1, P - 1)]
    check_circuit(negative, good, all_witnesses=True)


def test_other_fields() -> None:
    for field in SMALL_FIELDS:
        p = field.modulus
        assert [negative.over(field)(x) for x in range(p)] == [x > p // 2 for x in range(p)]
    with eager_field(BLS12_381_FR):
        half = BLS12_381_FR.modulus // 2
        assert (is_negative(half), is_negative(half + 1)) == (0, 1)
    assert negative.over(BLS12_381_FR).compile().r1cs.n_constraints == 257
