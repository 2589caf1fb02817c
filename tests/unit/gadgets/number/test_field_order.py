from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, discard, private
from zkctl.errors import UnsatisfiedError
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.number.field_order import (
    chunk_width,
    enforce_field_less_or_equal,
    enforce_field_less_than,
    field_less_than,
    first_difference,
)
from zkctl.gadgets.number.square_root import square_root


@circuit
def less(x: Signal = private(), y: Signal = private()) -> Bit:
    return field_less_than(x, y)


@circuit
def below(x: Signal = private(), y: Signal = private()) -> None:
    enforce_field_less_than(x, y)


@circuit
def not_above(x: Signal = private(), y: Signal = private()) -> None:
    enforce_field_less_or_equal(x, y)


@circuit
def narrow_not_above(x: Uint = private(bits="n"), y: Uint = private(bits="n"), *, n: int) -> None:
    enforce_field_less_or_equal(x, y)


@circuit
def narrow(x: Uint = private(bits="n"), y: Uint = private(bits="m"), *, n: int, m: int) -> Bit:
    return field_less_than(x, y)


@circuit
def narrow_below(
    x: Uint = private(bits="n"), y: Uint = private(bits="m"), *, n: int, m: int
) -> None:
    enforce_field_less_than(x, y)


@circuit
def beside_constants(x: Signal = private()) -> Array[Bit]:
    enforce_field_less_than(x, -1)
    enforce_field_less_than(1, x)
    return Array([field_less_than(x, 5), field_less_than(-7, x), field_less_than(3, 4)])


@circuit
def in_between(low: Signal = private(), x: Signal = private(), high: Signal = private()) -> None:
    """The bits of x are made once, for both comparisons and for to_bits."""
    enforce_field_less_than(x, high)
    enforce_field_less_than(low, x)
    discard(to_bits(x, x.field.n_bits))


def edges(p: int) -> list[int]:
    return [0, 1, (1 << 29) - 1, 1 << 29, 1 << 200, (1 << 200) + 1, p - 2, p - 1]


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=lambda f: f.name)
def test_the_order_is_that_of_integers(field: PrimeField) -> None:
    ordered, enforced = less.over(field), below.over(field)
    compiled, strict = ordered.compile(), enforced.compile()
    for x, y in product(edges(field.modulus), repeat=2):
        assert compiled.witness(x=x, y=y)[1] == (x < y)
        if x < y:
            strict.witness(x=x, y=y)
    for low, high in pairwise(edges(field.modulus)):
        assert (ordered(low, high), ordered(high, low), ordered(low, low)) == (1, 0, 0)
        enforced(low, high)


@pytest.mark.parametrize(("x", "y"), [(0, 0), (1 << 200, 1 << 199), (BN254_FR.modulus - 1, 0)])
def test_other_pairs_are_refused(x: int, y: int) -> None:
    message = "the first number is not below the second"
    with pytest.raises(UnsatisfiedError, match=message):
        below.compile().witness(x=x, y=y)
    with pytest.raises(UnsatisfiedError, match=message):
        below(x, y)


@pytest.mark.parametrize("field", SMALL_FIELDS[:3], ids=lambda f: f.name)
def test_every_witness_of_every_pair(field: PrimeField) -> None:
    compiled, strict = less.over(field).compile(), below.over(field).compile()
    loose = not_above.over(field).compile()
    for x, y in product(range(field.modulus), repeat=2):
        assert possible_outputs(loose, [x, y]) == ({()} if x <= y else set())
        assert possible_outputs(compiled, [x, y]) == {(int(x < y),)}
        assert possible_outputs(strict, [x, y]) == ({()} if x < y else set())


@pytest.mark.parametrize("n", [1, 8, 64, 253, 254])
def test_equal_numbers_are_not_above(n: int) -> None:
    compiled = not_above.compile() if n == 254 else narrow_not_above.compile(n=n)
    high = min((1 << n) - 1, BN254_FR.modulus - 1)
    for x, y in [(0, 0), (0, high), (high, high), (high - 1, high)]:
        compiled.witness(x=x, y=y)
        not_above(x, y)
    for x, y in [(high, high - 1), (high, 0)]:
        with pytest.raises(UnsatisfiedError, match="the first number is above the second"):
            compiled.witness(x=x, y=y)
        with pytest.raises(UnsatisfiedError, match="the first number is above the second"):
            not_above(x, y)


@pytest.mark.parametrize(
    ("n", "m", "rows", "rows_below"),
    [(1, 1, 2, 1), (8, 3, 9, 3), (64, 64, 28, 26), (1, 64, 28, 26), (253, 253, 56, 54)],
)
def test_narrow_numbers_cost_less(n: int, m: int, rows: int, rows_below: int) -> None:
    compiled, strict = narrow.compile(n=n, m=m), narrow_below.compile(n=n, m=m)
    assert compiled.r1cs.n_constraints == n + m + rows
    assert strict.r1cs.n_constraints == n + m + rows_below
    for x, y in product([0, 1, (1 << n) - 1], [0, 1, (1 << m) - 1]):
        assert compiled.witness(x=x, y=y)[1] == (x < y)
        if x < y:
            strict.witness(x=x, y=y)


def test_constants() -> None:
    compiled = beside_constants.compile()
    for x in (2, 5, BN254_FR.modulus - 3):
        expected = [x < 5, x > BN254_FR.modulus - 7, 1]
        assert compiled.witness(x=x)[1:4] == list(beside_constants(x)) == expected
    for x in (0, 1, BN254_FR.modulus - 1):
        with pytest.raises(UnsatisfiedError):
            compiled.witness(x=x)


def test_the_bits_are_made_once() -> None:
    p = BN254_FR.modulus
    compiled = in_between.compile()
    assert compiled.r1cs.n_constraints == 254 + 254 + 384 + 2 * 54
    compiled.witness(low=0, x=p - 2, high=p - 1)
    for low, x, high in [(0, 0, 1), (1, 2, 2), (3, 2, 1), (0, p - 1, 0)]:
        with pytest.raises(UnsatisfiedError):
            compiled.witness(low=low, x=x, high=high)


def test_the_first_difference_is_marked() -> None:
    assert list(first_difference([1, 2, 3, 4], [0, 0, 3, 4])) == [1, 0, 0]
    assert list(first_difference([1, 2, 3, 4], [1, 0, 0, 5])) == [0, 0, 1]
    assert list(first_difference([1, 2], [2, 2])) == [0]


def test_chunks_fit_into_the_field() -> None:
    assert [chunk_width(n, rows_of_bit=1) for n in (3, 4, 64, 254, 255)] == [1, 2, 13, 26, 26]


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=lambda f: f.name)
@pytest.mark.parametrize(
    "enforce", [enforce_field_less_than, enforce_field_less_or_equal, field_less_than]
)
def test_numbers_of_half_the_field_whose_bits_were_not_made(
    field: PrimeField, enforce: Any
) -> None:
    """As wide as one bit less than the field: a difference of two does not fit."""

    @circuit(field=field)
    def roots(x: Signal = private(), y: Signal = private()) -> None:
        result = enforce(square_root(x), square_root(y))
        if result is not None:
            constrain(result == 1)

    half = (field.modulus - 1) // 2
    compiled = roots.compile()
    for low, high in ((0, half), (half - 1, half), (0, 1)):
        compiled.witness(x=low**2 % field.modulus, y=high**2 % field.modulus)
        with pytest.raises(UnsatisfiedError):
            compiled.witness(x=high**2 % field.modulus, y=low**2 % field.modulus)
