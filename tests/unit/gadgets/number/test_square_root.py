from __future__ import annotations

import random

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_all_witnesses, check_circuit
from zkctl.dsl import Array, Signal, circuit, eager_field, private
from zkctl.errors import UnsatisfiedError
from zkctl.field import BLS12_381_FR, BN254_FR
from zkctl.gadgets.number.square_root import is_square, square_root

P = BN254_FR.modulus


@circuit
def root(x: Signal = private()) -> Signal:
    return square_root(x)


@circuit
def both(x: Signal = private()) -> Array[Signal]:
    flag = is_square(x)
    return Array([flag, 1 - flag])


def is_residue(x: int, p: int) -> int:
    return int(x == 0 or pow(x, (p - 1) // 2, p) == 1)


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=lambda field: field.name)
def test_random_numbers(field: object) -> None:
    p = field.modulus  # type: ignore[attr-defined]
    rng = random.Random("roots")
    with eager_field(field):  # type: ignore[arg-type]
        for x in (0, 1, 2, p - 1, p - 2, *(rng.randrange(p) for _ in range(4))):
            assert is_square(x) == is_residue(x, p)
            assert square_root(x * x % p) == min(x, p - x) % p


def test_in_every_way() -> None:
    check_circuit(root, [{"x": x} for x in (0, 1, 4, 49)], [{"x": 5}], all_witnesses=True)
    check_circuit(both, [{"x": x} for x in (0, 1, 5, P - 1, P - 5)], all_witnesses=True)


def test_every_element_of_small_fields() -> None:
    for field in SMALL_FIELDS:
        p = field.modulus
        assert [int(both.over(field)(x)[0]) for x in range(p)] == [is_residue(x, p) for x in range(p)]  # fmt: skip
        check_all_witnesses(root.over(field), {})


def test_messages() -> None:
    for run in (lambda: square_root(5), lambda: root.compile().witness(x=5)):
        with pytest.raises(UnsatisfiedError, match="the number has no square root"):
            run()
