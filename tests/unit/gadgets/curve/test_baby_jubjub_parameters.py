from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from tests.oracle import montgomery_curve as oracle
from tests.oracle.montgomery_curve import GENERATOR
from zkctl.dsl import eager_field
from zkctl.errors import CircuitError
from zkctl.field import BLS12_381_FR, BN254_FR
from zkctl.gadgets.curve.baby_jubjub import add
from zkctl.gadgets.curve.baby_jubjub_parameters import (
    BASE,
    COFACTOR,
    MONTGOMERY_A,
    ROOT_OF_A,
    SUBGROUP_ORDER,
    A,
    D,
)

P = BN254_FR.modulus


def is_square(x: int) -> bool:
    return pow(x, (P - 1) // 2, P) == 1


def test_the_addition_law_is_complete() -> None:
    assert is_square(A)
    assert not is_square(D)
    assert ROOT_OF_A**2 % P == A


def test_the_montgomery_form_and_its_points_without_a_denominator() -> None:
    assert 2 * (A + D) * pow(A - D, -1, P) % P == MONTGOMERY_A
    assert A - D == 4  # so B = 1
    assert not is_square(MONTGOMERY_A**2 - 4)  # u^2 + A u + 1 has no root
    assert not is_square(MONTGOMERY_A - 2)  # v^2 at u = -1


def test_the_published_numbers(data: Path) -> None:
    published = json.loads((data / "circomlib" / "circomlibjs_vectors.json").read_text())["babyjub"]
    assert published["subOrder"] == str(SUBGROUP_ORDER)
    assert published["order"] == str(COFACTOR * SUBGROUP_ORDER)
    assert published["Generator"] == [str(x) for x in GENERATOR]
    assert published["Base8"] == [str(x) for x in BASE]


def test_orders() -> None:
    assert oracle.multiply(COFACTOR, GENERATOR) == BASE
    assert oracle.multiply(SUBGROUP_ORDER, BASE) == (0, 1)
    torsion = oracle.multiply(SUBGROUP_ORDER, GENERATOR)
    multiples = [oracle.multiply(k, torsion) for k in range(9)]
    assert len(set(multiples)) == COFACTOR
    assert multiples[0] == multiples[8] == (0, 1)
    assert all(oracle.add(one, torsion) == other for one, other in pairwise(multiples))
    assert pow(2, SUBGROUP_ORDER - 1, SUBGROUP_ORDER) == 1


def test_another_field_is_refused() -> None:
    expected = "Baby Jubjub is a curve over bn254.fr, this circuit is over bls12_381.fr"
    with eager_field(BLS12_381_FR), pytest.raises(CircuitError, match=expected):
        add((0, 1), (0, 1))
