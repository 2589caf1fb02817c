from __future__ import annotations

import random
from itertools import product

import pytest

from tests.support.all_witnesses import possible_outputs
from tests.support.circuits import check_circuit
from zkctl.dsl import Array, Bit, Byte, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import PrimeField
from zkctl.gadgets.number.big import (
    big_add,
    big_from_bits,
    big_from_bytes,
    big_less_than,
    big_multiply,
    big_subtract,
    big_to_bits,
    big_to_bytes,
    enforce_big_equal,
)

RNG = random.Random(20)
TOP = (1 << 128) - 1
SMALL = [PrimeField("f17", 17), PrimeField("f31", 31)]


@circuit
def added(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("m", bits="w"), *, n: int, m: int, w: int
) -> Array[Uint]:  # fmt: skip
    return big_add(a, b, bits=w)


@circuit
def subtracted(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("m", bits="w"), *, n: int, m: int, w: int
) -> Array[Uint]:  # fmt: skip
    return big_subtract(a, b, bits=w)


@circuit
def multiplied(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("m", bits="w"), *, n: int, m: int, w: int
) -> Array[Uint]:  # fmt: skip
    return big_multiply(a, b, bits=w)


@circuit
def ordered(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("m", bits="w"), *, n: int, m: int, w: int
) -> Bit:  # fmt: skip
    return big_less_than(a, b, bits=w)


@circuit
def equal(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("m", bits="w"), *, n: int, m: int, w: int
) -> None:  # fmt: skip
    enforce_big_equal(a, b, bits=w)


def limbs(number: int, n: int, w: int) -> list[int]:
    return [number >> w * k & (1 << w) - 1 for k in range(n)]


def number_of(found: list[int], w: int) -> int:
    return sum(int(limb) << w * k for k, limb in enumerate(found))


def pairs() -> list[tuple[int, int]]:
    edges = [0, 1, (1 << 64) - 1, 1 << 64, TOP - 1, TOP]
    drawn = [(RNG.getrandbits(128), RNG.getrandbits(128)) for _ in range(10)]
    return [*product(edges, edges), *drawn]


def test_integers() -> None:
    for x, y in pairs():
        a, b = limbs(x, 2, 64), limbs(y, 2, 64)
        assert list(big_add(a, b, bits=64)) == limbs(x + y, 3, 64)
        assert list(big_multiply(a, b, bits=64)) == limbs(x * y, 4, 64)
        assert big_less_than(a, b, bits=64) == int(x < y)
        if x >= y:
            assert list(big_subtract(a, b, bits=64)) == limbs(x - y, 2, 64)
        else:
            with pytest.raises(UnsatisfiedError, match="a negative difference of big numbers"):
                big_subtract(a, b, bits=64)


def test_circuits_of_two_lengths() -> None:
    good = [
        {"a": limbs(x, 3, 40), "b": limbs(y, 2, 40)}
        for x, y in [(0, 0), (1 << 119, 5), ((1 << 120) - 1, (1 << 80) - 1), (1 << 80, 1 << 79)]
    ]
    shape = {"n": 3, "m": 2, "w": 40}
    check_circuit(added, good, **shape)
    check_circuit(multiplied, good, **shape)
    check_circuit(ordered, good, **shape)
    bad = [{"a": limbs(4, 3, 40), "b": limbs(5, 2, 40)}, {"a": [0, 0, 1 << 40], "b": [0, 0]}]
    check_circuit(subtracted, good, bad, **shape)


def test_equal_numbers() -> None:
    good = [{"a": [5, 6, 0], "b": [5, 6]}, {"a": [0, 0, 0], "b": [0, 0]}]
    bad = [{"a": [5, 6, 1], "b": [5, 6]}, {"a": [5, 6, 0], "b": [6, 5]}]
    compiled = check_circuit(equal, good, bad, n=3, m=2, w=120)
    assert compiled.r1cs.n_constraints == 5 * 120 + 2
    with pytest.raises(UnsatisfiedError, match="the big numbers differ"):
        equal(**bad[1], n=3, m=2, w=120)


@pytest.mark.parametrize("field", SMALL, ids=lambda f: f.name)
@pytest.mark.parametrize("shape", [(1, 1, 2), (2, 1, 1), (2, 2, 1)], ids=str)
def test_every_witness_over_small_fields(field: PrimeField, shape: tuple[int, int, int]) -> None:
    n, m, w = shape
    sizes = {"n": n, "m": m, "w": w}
    compiled = [
        each.over(field).compile(**sizes) for each in (added, subtracted, multiplied, ordered)
    ]
    for x, y in product(range(1 << n * w), range(1 << m * w)):
        expected = [
            {tuple(limbs(x + y, max(n, m) + 1, w))},
            {tuple(limbs(x - y, max(n, m), w))} if x >= y else set(),
            {tuple(limbs(x * y, n + m, w))},
            {(int(x < y),)},
        ]
        inputs = [*limbs(x, n, w), *limbs(y, m, w)]
        assert [possible_outputs(each, inputs) for each in compiled] == expected, (x, y)


@circuit
def through_bytes(data: Array[Byte] = private("n"), *, n: int, w: int) -> Array[Byte]:
    return big_to_bytes(big_from_bytes(data, bits=w), n, bits=w)


@circuit
def through_bits(data: Array[Bit] = private(7), *, w: int) -> Array[Bit]:
    return big_to_bits(big_from_bits(data, bits=w), bits=w)


def test_bytes_and_bits() -> None:
    data = [250, 251, 252, 253, 254, 255, 0, 1, 2]
    for w in (8, 64, 12, 7):
        compiled = check_circuit(through_bytes, [{"data": data}, {"data": [0] * 9}], n=9, w=w)
        assert compiled.simplified(2).r1cs.n_constraints <= 72 + 72
        assert list(big_from_bytes(data, bits=w)) == limbs(
            int.from_bytes(bytes(data), "big"), -(-72 // w), w
        )
    assert list(big_to_bits(big_from_bits([1, 0, 1, 1, 0, 0, 1], bits=3), bits=3)) == [1, 0, 1, 1, 0, 0, 1, 0, 0]  # fmt: skip
    check_circuit(through_bits, [{"data": [1, 0, 1, 1, 0, 0, 1]}], w=3)
    assert list(big_to_bytes([5, 0], 3, bits=8)) == [0, 0, 5]
    with pytest.raises(UnsatisfiedError, match="a big number of more than 1 bytes"):
        big_to_bytes([5, 1], 1, bits=8)


def test_refusals() -> None:
    with pytest.raises(CircuitError, match="a limb is too wide: expected 4 bits, got 5") as caught:
        big_add([16], [1], bits=4)
    assert caught.value.hint == (
        "to_uint(limb, bits) proves the width; an input is declared Array[Uint] = private(n, bits=bits)"
    )
    with pytest.raises(CircuitError, match="a big number has one limb at least, got none"):
        big_multiply([], [1], bits=4)
    with pytest.raises(CircuitError) as caught:
        big_add([[1, 2]], [1], bits=4)
    assert caught.value.message == "a big number is one list of limbs: got an Array of (1, 2)"
    for bits in (0, 253):
        message = f"limbs of {bits} bits are not possible in bn254.fr: expected 1 to 252"
        with pytest.raises(CircuitError, match=message):
            big_less_than([1], [1], bits=bits)
    with pytest.raises(CircuitError, match="big_from_bits needs at least one bit"):
        big_from_bits([], bits=8)
    with pytest.raises(CircuitError, match="big_from_bytes needs at least one byte"):
        big_from_bytes([], bits=8)
    with pytest.raises(
        CircuitError,
        match="the number of bytes of big_to_bytes is out of range: expected 1 to 1048576, got 0",
    ):
        big_to_bytes([1], 0, bits=8)
