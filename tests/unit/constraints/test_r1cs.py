from __future__ import annotations

import pytest

from zkctl.constraints.r1cs import R1CS
from zkctl.dsl import Signal, circuit, constrain, private
from zkctl.errors import ShapeError
from zkctl.field import BN254_FR, FieldArray


@circuit
def cubed(x: Signal = private()) -> Signal:
    constrain(x * x == 3 * x - 2, "neither 1 nor 2")
    return x**3


@pytest.fixture(scope="module")
def system() -> R1CS:
    return cubed.compile().r1cs


def witness(*values: int) -> FieldArray:
    return FieldArray.from_ints(BN254_FR, values)


def test_first_unsatisfied(system: R1CS) -> None:
    assert system.n_constraints == 3
    assert system.n_public == 1
    assert system.first_unsatisfied(witness(1, 8, 2, 4)) is None
    assert system.first_unsatisfied(witness(1, 1, 1, 1)) is None
    assert system.first_unsatisfied(witness(1, 27, 3, 9)) == 0
    assert system.first_unsatisfied(witness(1, 9, 2, 4)) == 2


def test_rows_are_terms_in_order_of_wires(system: R1CS) -> None:
    assert system.a.row(0) == [(2, 1)]
    assert system.c.row(0) == [(0, BN254_FR.modulus - 2), (2, 3)]


def test_length_of_the_witness(system: R1CS) -> None:
    with pytest.raises(ShapeError, match="the circuit has 4 wires, the witness 3"):
        system.first_unsatisfied(witness(1, 8, 2))
