from __future__ import annotations

from itertools import product

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_all_witnesses, check_circuit
from zkctl.dsl import Array, Signal, Uint, circuit, private
from zkctl.errors import CircuitError
from zkctl.gadgets.number.sums import add_with_carry, subtract_with_borrow, sum_bits


@circuit
def added(x: Array[Uint] = private(3, bits=2), *, n: int) -> Array[Signal]:
    low, carry = add_with_carry(x, n)
    assert (low.maximum, carry.maximum) == (min(9, 2**n - 1), 9 >> n)
    return Array([low, carry, *sum_bits(x)])


@circuit
def subtracted(x: Uint = private(bits=2), y: Uint = private(bits=2)) -> Array[Signal]:
    return Array(subtract_with_borrow(x, y, 2))


def test_values() -> None:
    assert add_with_carry([7, 9, 15], 4) == (15, 1)
    assert add_with_carry([2**64 - 1] * 3, 64) == (2**64 - 3, 2)
    assert add_with_carry([5], 8) == (5, 0)
    assert list(sum_bits([2, 3])) == [1, 0, 1]
    assert subtract_with_borrow(3, 5, 4) == (14, 1)
    assert subtract_with_borrow(0, 2**64 - 1, 64) == (1, 1)
    assert subtract_with_borrow(5, 5, 8) == (0, 0)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
def test_sums_in_every_way(n: int) -> None:
    good = [{"x": [a, b, 3]} for a, b in product(range(4), repeat=2)]
    check_circuit(added, good, [{"x": [4, 0, 0]}], n=n)
    assert list(added([3, 3, 2], n=2)) == [0, 2, 0, 0, 0, 1]


def test_differences_in_every_way() -> None:
    good = [{"x": x, "y": y} for x, y in product(range(4), repeat=2)]
    check_circuit(subtracted, good, [{"x": 4, "y": 0}, {"x": 0, "y": 4}])
    for field in SMALL_FIELDS[2:]:
        check_all_witnesses(subtracted.over(field), {})
    for field in SMALL_FIELDS[3:]:
        check_all_witnesses(added.over(field), {"n": 2})


def test_refusals() -> None:
    with pytest.raises(CircuitError, match="sum_bits needs a number at least") as caught:
        sum_bits([])
    assert caught.value.hint == "pass the numbers as a list"
    with pytest.raises(
        CircuitError,
        match=r"add_with_carry does not fit in bn254.fr: expected a sum below 2\^253, got wider numbers",
    ) as caught:
        add_with_carry([2**252, 2**252], 8)
    assert caught.value.hint == "add fewer or narrower numbers at once"
    for n_bits in (0, 253):
        with pytest.raises(
            CircuitError,
            match=f"the width of add_with_carry is out of range: expected 1 to 252 bits in bn254.fr, got {n_bits}",
        ) as caught:
            add_with_carry([1, 2], n_bits)
        assert caught.value.hint == "choose the width of the result"
    with pytest.raises(
        CircuitError, match="subtract_with_borrow takes numbers of at most 8 bits: got 9"
    ) as caught:
        subtract_with_borrow(256, 1, 8)
    assert caught.value.hint == r"to_uint(x, n_bits) enforces a width"
