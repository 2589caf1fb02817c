from __future__ import annotations

import random
from itertools import product

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_all_witnesses, check_circuit
from zkctl.dsl import Array, Signal, Struct, Uint, circuit, private, sized
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.number.sort import (
    enforce_permutation,
    enforce_sorted,
    sort,
    sort_by,
    switches,
)


class Payment(Struct):
    amount: Uint = sized(bits=8)
    payee: Signal


@circuit
def ascending(x: Array[Uint] = private("n", bits=8), *, n: int) -> Array[Uint]:
    return sort(x)


@circuit
def in_order(x: Array[Uint] = private("n", bits=2), *, n: int) -> None:
    enforce_sorted(x)


@circuit
def payees(payments: Array[Payment] = private("n"), *, n: int) -> Array[Signal]:
    amounts, ordered = sort_by([payment.amount for payment in payments], list(payments))
    assert {payment.amount.n_bits for payment in ordered} == {8}
    return Array([*amounts, *(payment.payee for payment in ordered)])


@circuit
def same(x: Array[Signal] = private("n"), y: Array[Signal] = private("n"), *, n: int) -> None:
    enforce_permutation(x, y)


@pytest.mark.parametrize("n", range(1, 9))
def test_the_network_sorts_all_zeros_and_ones(n: int) -> None:
    """By the principle of zeros and ones it then sorts everything."""
    for bits in product((0, 1), repeat=n):
        values = list(bits)
        for i, j in switches(n):
            if values[i] > values[j]:
                values[i], values[j] = values[j], values[i]
        assert values == sorted(bits)


def test_numbers_of_switches() -> None:
    assert [len(list(switches(n))) for n in (1, 2, 4, 8, 16, 32, 64)] == [0, 1, 5, 19, 63, 191, 543]


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_in_every_way(n: int) -> None:
    rng = random.Random(n)
    lists = [[rng.randrange(256) for _ in range(n)], [7] * n, list(range(n, 0, -1)), [0] * n]
    check_circuit(ascending, [{"x": x} for x in lists], [{"x": [256, *[0] * (n - 1)]}], n=n)
    assert [list(ascending(x, n=n)) for x in lists] == [sorted(x) for x in lists]
    good = [{"x": x, "y": rng.sample(x, n)} for x in lists]
    check_circuit(same, good, [{"x": x, "y": [999, *x[1:]]} for x in lists], n=n)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_structures_by_a_key(n: int) -> None:
    payments = [{"amount": 7 * k % 5, "payee": 100 + k} for k in range(n)]
    check_circuit(payees, [{"payments": payments}], [{"payments": [{"amount": 256, "payee": 1}] * n}], n=n)  # fmt: skip
    ordered = sorted(payments, key=lambda payment: payment["amount"])
    expected = [payment["amount"] for payment in ordered] + [payment["payee"] for payment in ordered]  # fmt: skip
    assert list(payees(payments, n=n)) == expected


def test_equal_keys_keep_their_rows() -> None:
    keys, rows = sort_by([5, 3, 5], [1, 2, 3])
    assert list(keys) == [3, 5, 5]
    assert rows[0] == 2
    assert sorted(rows[1:]) == [1, 3]


def test_long_lists() -> None:
    rng = random.Random("long")
    values = [rng.randrange(2**64) for _ in range(50)]
    values += values[:7]
    assert list(sort(values)) == sorted(values)
    enforce_permutation(values, rng.sample(values, len(values)))


def test_every_witness_over_small_fields() -> None:
    check_all_witnesses(same.over(SMALL_FIELDS[0]), {"n": 2})
    for field in SMALL_FIELDS[:2]:
        check_all_witnesses(in_order.over(field), {"n": 2})


def test_repeated_values_count() -> None:
    """Of the same set of values, but not as often."""
    with pytest.raises(UnsatisfiedError, match="the lists do not hold the same values"):
        enforce_permutation([1, 1, 2], [1, 2, 2])
    with pytest.raises(UnsatisfiedError, match="the lists do not hold the same values"):
        enforce_permutation([1], [2])


def _empty(keys: list[int]) -> object:
    return sort_by(keys, keys)


def test_messages() -> None:
    enforce_sorted([0, 5, 5, 255])
    enforce_sorted([3])
    with pytest.raises(UnsatisfiedError, match="the values of enforce_sorted are not in order"):
        in_order.compile(n=3).witness(x=[1, 3, 2])
    for name, gadget in (("sort", sort), ("enforce_sorted", enforce_sorted), ("sort_by", _empty)):
        with pytest.raises(CircuitError, match=f"{name} needs a value at least") as caught:
            gadget([])
        assert caught.value.hint == "pass the values as a list"
    with pytest.raises(
        CircuitError,
        match="lists of different lengths are no permutations: got 2 and 3 values",
    ) as caught:
        enforce_permutation([1, 2], [1, 2, 3])
    assert caught.value.hint == "fill up the shorter one"
    with pytest.raises(
        CircuitError, match="sort_by needs a row for each key: got 2 keys and 1 rows"
    ) as caught:
        sort_by([1, 2], [3])
    assert caught.value.hint == "pass lists of the same length"
