from __future__ import annotations

import random
from itertools import product

import pytest

from tests.support.all_witnesses import possible_outputs
from tests.support.circuits import check_circuit
from zkctl.dsl import Array, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BLS12_381_FR, PrimeField
from zkctl.gadgets.number.big_mod import multiply_mod, power_mod, power_of_reduced, reduce_mod

RNG = random.Random(21)
P = (1 << 255) - 19
PRIME_LIMBS = [P >> 64 * k & (1 << 64) - 1 for k in range(4)]


def limbs(number: int, n: int, w: int) -> list[int]:
    return [number >> w * k & (1 << w) - 1 for k in range(n)]


@circuit
def reduced(
    a: Array[Uint] = private("n", bits="w"), m: Array[Uint] = private("k", bits="w"), *, n: int, k: int, w: int
) -> Array[Uint]:  # fmt: skip
    return reduce_mod(a, m, bits=w)


@circuit
def multiplied(
    a: Array[Uint] = private("n", bits="w"),
    b: Array[Uint] = private("n", bits="w"),
    m: Array[Uint] = private("k", bits="w"),
    *,
    n: int,
    k: int,
    w: int,
) -> Array[Uint]:
    return multiply_mod(a, b, m, bits=w)


@circuit
def multiplied_by_constant(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("n", bits="w"), *, m: int, n: int, w: int
) -> Array[Uint]:  # fmt: skip
    return multiply_mod(a, b, Array(limbs(m, n, w)), bits=w)


@circuit
def power(
    a: Array[Uint] = private("n", bits="w"), m: Array[Uint] = private("n", bits="w"), *, e: int, n: int, w: int
) -> Array[Uint]:  # fmt: skip
    return power_mod(a, e, m, bits=w)


def test_integers() -> None:
    top = (1 << 256) - 1
    numbers = [0, 1, P - 1, P, top, RNG.getrandbits(256)]
    for x, y in product(numbers, numbers):
        a, b = limbs(x, 4, 64), limbs(y, 4, 64)
        assert list(multiply_mod(a, b, PRIME_LIMBS, bits=64)) == limbs(x * y % P, 4, 64)
        if y:
            assert list(reduce_mod(a, b, bits=64)) == limbs(x % y, 4, 64)
    for m in (1, 2, 7, 1 << 64, top):
        expected = limbs(top * top % m, 4, 64)
        assert list(multiply_mod(limbs(top, 4, 64), limbs(top, 4, 64), limbs(m, 4, 64), bits=64)) == expected  # fmt: skip
    for e in (0, 1, 2, 3, 65537):
        assert list(power_mod(limbs(top, 4, 64), e, PRIME_LIMBS, bits=64)) == limbs(
            pow(top, e, P), 4, 64
        )
    assert list(power_mod([5], 0, [1], bits=8)) == [0]


def test_circuits() -> None:
    top = (1 << 128) - 1
    numbers = [(0, 0, 1), (top, top, top), (top, top, 1), (top, top, 3), (1 << 64, 1 << 65, 1 << 127), (5, 6, 7)]  # fmt: skip
    good = [dict(zip("abm", (limbs(x, 2, 64) for x in each), strict=True)) for each in numbers]
    bad = [{"a": [1, 1], "b": [1, 1], "m": [0, 0]}, {"a": [1, 1 << 64], "b": [1, 1], "m": [5, 5]}]
    check_circuit(multiplied, good, bad, n=2, k=2, w=64)
    without = [{"a": each["a"], "m": each["m"]} for each in good]
    check_circuit(reduced, without, [{"a": [1, 1], "m": [0, 0]}], n=2, k=2, w=64)
    check_circuit(reduced, [{"a": [7, 8, 9], "m": [5]}, {"a": [0, 0, 0], "m": [1]}], n=3, k=1, w=64)
    check_circuit(power, without, [{"a": [1, 1], "m": [0, 0]}], e=5, n=2, w=64)
    check_circuit(power, without, e=0, n=2, w=64)


@pytest.mark.parametrize(
    "m", [1, 2, P, (1 << 256) - 2**32 - 977, (1 << 256) - 1, 1 << 200], ids=hex
)
def test_constant_moduli(m: int) -> None:
    top = (1 << 256) - 1
    pairs = [(0, 0), (top, top), (m - 1, m - 1), (RNG.getrandbits(256), RNG.getrandbits(256))]
    good = [{"a": limbs(x, 4, 64), "b": limbs(y, 4, 64)} for x, y in pairs]
    check_circuit(multiplied_by_constant, good, m=m, n=4, w=64)


SMALL = [((1, 1, 1), 17), ((1, 1, 2), 31), ((2, 1, 1), 31)]


@pytest.mark.parametrize(("shape", "prime"), SMALL, ids=str)
def test_every_witness_over_small_fields(shape: tuple[int, int, int], prime: int) -> None:
    n, k, w = shape
    field = PrimeField(f"f{prime}", prime)
    compiled = reduced.over(field).compile(n=n, k=k, w=w)
    for x, m in product(range(1 << n * w), range(1 << k * w)):
        expected = {tuple(limbs(x % m, k, w))} if m else set()
        assert possible_outputs(compiled, [*limbs(x, n, w), *limbs(m, k, w)]) == expected, (x, m)


def test_every_product_over_a_small_field() -> None:
    field = PrimeField("f61", 61)
    compiled = multiplied.over(field).compile(n=1, k=1, w=2)
    for x, y, m in product(range(4), repeat=3):
        expected = {(x * y % m,)} if m else set()
        assert possible_outputs(compiled, [x, y, m]) == expected, (x, y, m)
    for m in (1, 2, 3):
        fixed = multiplied_by_constant.over(field).compile(m=m, n=1, w=2)
        for x, y in product(range(4), repeat=2):
            assert possible_outputs(fixed, [x, y]) == {(x * y % m,)}, (x, y, m)


def test_refusals() -> None:
    with pytest.raises(
        CircuitError, match="the exponent of power_mod is negative: expected 0 or more, got -1"
    ):
        power_mod([2], -1, [3], bits=8)
    with pytest.raises(CircuitError, match="the modulus is the constant 0: expected 1 or more"):
        multiplied_by_constant.compile(m=0, n=2, w=64)
    with pytest.raises(
        CircuitError, match=r"products of limbs of 126 bits do not fit in bn254\.fr"
    ) as caught:
        multiplied.compile(n=2, k=2, w=126)
    assert caught.value.hint == "use narrower limbs"
    for e in (0, -3):
        message = f"the exponent of power_of_reduced is too small: expected 1 or more, got {e}"
        with pytest.raises(CircuitError, match=message) as caught:
            power_of_reduced([2], e, [3], bits=8)
        assert caught.value.hint == "power_mod takes the exponent 0 too"
    with pytest.raises(UnsatisfiedError, match="the remainder is not below the modulus"):
        multiply_mod([1], [1], [0], bits=8)


def test_another_field() -> None:
    top = (1 << 128) - 1
    good = [{"a": limbs(top, 2, 64), "b": limbs(top - 1, 2, 64), "m": limbs(m, 2, 64)} for m in (1, top)]  # fmt: skip
    check_circuit(multiplied.over(BLS12_381_FR), good, n=2, k=2, w=64)
