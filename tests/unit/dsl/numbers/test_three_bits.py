"""Functions of three bits by one row: every witness over small fields, equal bits, constants, sharing, and fields that are too small."""

from __future__ import annotations

from itertools import product

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from zkctl.dsl import Array, Bit, Signal, circuit, majority, private, xor_all
from zkctl.dsl.numbers.word_bits import xor_and
from zkctl.field import PrimeField


@circuit
def three(b: Array[Bit] = private(3)) -> Array[Signal]:
    x, y, z = b
    return Array([xor_all(x, y, z), majority(x, y, z), xor_and(x, y, z)])


@circuit
def related(b: Array[Bit] = private(2)) -> Array[Signal]:
    """Bits that are each other's, or the opposite."""
    x, y = b
    found = [f(*args) for f in (xor_all, majority, xor_and) for args in ((x, x, y), (~x, y, x), (x, ~x, ~x), (x, x, x))]  # fmt: skip
    return Array(found)


def expected_of(x: int, y: int, z: int) -> tuple[int, ...]:
    return x ^ y ^ z, int(x + y + z >= 2), x ^ (1 - y & z)


def related_of(x: int, y: int) -> tuple[int, ...]:
    triples = ((x, x, y), (1 - x, y, x), (x, 1 - x, 1 - x), (x, x, x))
    return tuple(expected_of(*triple)[k] for k in range(3) for triple in triples)


@pytest.mark.parametrize("field", SMALL_FIELDS, ids=lambda f: f.name)
def test_every_witness_gives_the_value(field: PrimeField) -> None:
    compiled, twins = three.over(field).compile(), related.over(field).compile()
    for bits in product(range(2), repeat=3):
        assert possible_outputs(compiled, bits) == {expected_of(*bits)}
    for pair in product(range(2), repeat=2):
        assert possible_outputs(twins, pair) == {related_of(*pair)}


def test_eager_values() -> None:
    for bits in product(range(2), repeat=3):
        assert tuple(three(list(bits))) == expected_of(*bits)
        assert tuple(related(list(bits[:2]))) == related_of(*bits[:2])


def test_one_row_each() -> None:
    compiled = three.compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear == 3 + 3


def test_a_field_of_three_elements_takes_more_rows() -> None:
    field = PrimeField("f3", 3)
    compiled = three.over(field).compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear == 3 + 2 + 2 + 2
    for bits in product(range(2), repeat=3):
        assert possible_outputs(compiled, bits) == {expected_of(*bits)}


def test_constants_cost_less() -> None:
    @circuit
    def example(x: Bit = private(), y: Bit = private()) -> Array[Signal]:
        found = []
        for c, d in product((0, 1), repeat=2):
            for places in ((x, c, d), (c, x, d), (c, d, x)):
                found += [xor_and(*places), xor_all(*places), majority(*places)]
        return Array([*found, xor_and(x, 0, y), xor_and(x, 1, y), xor_and(1, x, y), xor_and(x, y, 1)])  # fmt: skip

    compiled = example.compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear == 2 + 3
    for x, y in product(range(2), repeat=2):
        expected = [
            value
            for c, d in product((0, 1), repeat=2)
            for places in ((x, c, d), (c, x, d), (c, d, x))
            for value in (expected_of(*places)[2], *expected_of(*places)[:2])
        ]
        expected += [expected_of(*bits)[2] for bits in ((x, 0, y), (x, 1, y), (1, x, y), (x, y, 1))]
        assert compiled.witness(x=x, y=y)[1 : 1 + len(expected)] == expected


def test_the_same_three_bits_share_their_wire() -> None:
    @circuit
    def example(b: Array[Bit] = private(3)) -> Signal:
        return xor_all(*b) + xor_all(b[2], b[0], b[1]) + xor_all(*b, 1)

    compiled = example.compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear == 3 + 1
    assert compiled.witness(b=[1, 1, 1])[1] == 2
