from __future__ import annotations

from itertools import product as combinations

import pytest

from tests.support.all_witnesses import possible_outputs
from zkctl.dsl import Array, Signal, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import PrimeField
from zkctl.gadgets.number.polynomials import (
    combination,
    cost,
    enforce_multiple,
    enforce_zero,
    fold,
    of_integer,
    of_limbs,
    plan,
    product,
)

SMALL = PrimeField("f61", 61)


@circuit
def multiplied(
    a: Array[Uint] = private("n", bits=8), b: Array[Uint] = private("m", bits=8), *, n: int, m: int
) -> Array[Signal]:
    return Array([term.value for term in product(of_limbs(a), of_limbs(b))])


def schoolbook(a: list[int], b: list[int]) -> list[int]:
    found = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] += x * y
    return found


@pytest.mark.parametrize(("a", "b"), [([255], [255]), ([1, 2, 3], [4, 5]), ([255] * 5, [255] * 5)])
def test_products(a: list[int], b: list[int]) -> None:
    assert list(multiplied(a, b, n=len(a), m=len(b))) == schoolbook(a, b)
    compiled = multiplied.compile(n=len(a), m=len(b))
    witness = compiled.witness(a=a, b=b)
    assert witness[1 : len(a) + len(b)] == schoolbook(a, b)


def test_a_product_needs_enough_points() -> None:
    with pytest.raises(
        CircuitError,
        match="a product of 40 and 40 limbs is determined by 79 values: expected a modulus above 77, got 61",
    ):
        tiny.over(SMALL).compile()


@circuit
def tiny(a: Array[Uint] = private(40, bits=1), b: Array[Uint] = private(40, bits=1)) -> None:
    enforce_zero(product(of_limbs(a), of_limbs(b)), 1, "not zero")


@circuit
def multiple_of(x: Array[Uint] = private("n", bits="w"), *, n: int, w: int, m: int) -> None:
    enforce_multiple(combination([1, -1], [of_limbs(x), of_integer(2, w, n)]), m, w, "no multiple")


@pytest.mark.parametrize("m", range(1, 8))
def test_every_witness_of_a_multiple(m: int) -> None:
    compiled = multiple_of.over(SMALL).compile(n=2, w=2, m=m)
    for low, high in combinations(range(4), repeat=2):
        expected = {()} if (low + 4 * high - 2) % m == 0 else set()
        assert possible_outputs(compiled, [low, high]) == expected, (low, high)
    with pytest.raises(UnsatisfiedError):
        multiple_of([3, 0], n=2, w=2, m=7)


def test_what_does_not_fit() -> None:
    @circuit
    def too_wide(a: Array[Uint] = private(2, bits=127)) -> None:
        enforce_zero(product(of_limbs(a), of_limbs(a)), 127, "not zero")

    with pytest.raises(
        CircuitError, match=r"products of limbs of 127 bits do not fit in bn254\.fr \(254 bits\)"
    ) as caught:
        too_wide.compile()
    assert caught.value.hint == "use narrower limbs"


def test_plans_leave_no_second_carry() -> None:
    """All sums and carries of every group: only those that are equal as integers are equal modulo p."""
    p, bits = 61, 2
    for bounds in ([(0, 3)] * 4, [(-3, 9), (-4, 0), (0, 5)], [(0, 9), (0, 9)], [(-20, 20), (0, 1)]):
        groups = plan(bounds, bits, p)
        assert groups is not None
        start, carries = 0, range(1)
        for group in groups:
            part = bounds[start : start + group.n_terms]
            low = carries[0] + sum(x << bits * k for k, (x, _) in enumerate(part))
            high = carries[-1] + sum(y << bits * k for k, (_, y) in enumerate(part))
            start += group.n_terms
            if group.width is None:
                assert [s for s in range(low, high + 1) if s % p == 0] in ([0], [])
                break
            carries = range(group.low, group.low + (1 << group.width))
            for total, carry in combinations(range(low, high + 1), carries):
                difference = total - (carry << bits * group.n_terms)
                assert difference % p or difference == 0
        assert start == len(bounds)
    assert plan([(0, 61)], bits, p) is None
    assert cost(None) > cost(plan([(0, 3)] * 9, bits, p)) > 0


def test_folding_keeps_the_value_modulo_a_number() -> None:
    modulus = (1 << 64) - 59
    folded = fold(of_integer(123456789 << 70, 16, 7), modulus, 16, 4)
    value = sum(int(term.value) << 16 * k for k, term in enumerate(folded))
    assert (value - (123456789 << 70)) % modulus == 0
    assert all(term.low == term.high == term.value for term in folded)
