from __future__ import annotations

import numpy as np
import pytest

from tests.support.toy_groth16 import circuit as circuit_of_rows
from zkctl.constraints.r1cs import R1CS, PooledMatrix
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


def test_every_constraint_that_a_witness_breaks(system: R1CS) -> None:
    assert system.unsatisfied(witness(1, 8, 2, 4)).tolist() == []
    assert system.unsatisfied(witness(1, 9, 2, 4)).tolist() == [2]
    assert system.unsatisfied(witness(1, 0, 3, 5)).tolist() == [0, 1, 2]


def test_wires_of_a_constraint(system: R1CS) -> None:
    assert system.wires_of(0) == [2]
    assert system.wires_of(2) == [1, 2, 3]


def test_counts_of_terms_and_linear_constraints() -> None:
    """A zero coefficient is not a term; a row without terms and a multiple of the constant are constant."""
    x, one, nothing = [(1, 5)], [(0, 1)], [(2, 0), (0, 7)]
    rows = [(x, one, x), (x, x, x), (nothing, x, []), ([], [], x), (x + one, x + x, nothing)]
    system = circuit_of_rows(BN254_FR, rows, 3, 0, 1)
    assert (system.a.n_nonzero, system.b.n_nonzero, system.c.n_nonzero) == (5, 5, 4)
    assert system.a.rows_with_wires().tolist() == [True, True, False, False, True]
    assert system.b.rows_with_wires().tolist() == [False, True, True, False, True]
    assert system.n_linear == 3


def test_a_system_without_constraints_has_no_linear_one() -> None:
    assert circuit_of_rows(BN254_FR, [], 3, 0, 1).n_linear == 0


def test_a_pooled_matrix_has_the_values_of_its_pool() -> None:
    pool = np.array([[1, 0, 0, 0], [5, 0, 0, 7]], np.uint64)
    columns = np.array([0, 1, 3]), np.array([4, 2, 1], np.uint32), np.array([1, 0, 1], np.uint32)
    matrix = PooledMatrix(BN254_FR, *columns, pool)
    assert matrix.row(1) == [(2, 1), (1, 5 + (7 << 192))]
    assert matrix.words(slice(1, 2)).tolist() == [[1, 0, 0, 0]]
    assert matrix.values.tolist() == pool[[1, 0, 1]].tolist()
    assert (matrix.n_rows, matrix.n_nonzero) == (2, 3)
