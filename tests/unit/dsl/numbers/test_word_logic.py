# mypy: disable-error-code="valid-type, type-arg, misc"
"""xor of many, majority and choose: every combination of bits, and what they cost."""

from collections.abc import Callable
from functools import reduce
from itertools import product
from typing import Any

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from zkctl.dsl import Array, Bit, Signal, Word, choose, circuit, majority, private, xor_all
from zkctl.errors import CircuitError


def xored(*values: int) -> int:
    return reduce(lambda x, y: x ^ y, values)


def voted(x: int, y: int, z: int) -> int:
    return (x & y) | (y & z) | (x & z)


def picked(c: int, x: int, y: int) -> int:
    return (c & x) | (~c & y)


CASES: dict[
    str, tuple[Callable[..., Any], Callable[..., int], int, int]
] = {  # words, integers, words, cost a bit
    "xor of 1": (xor_all, xored, 1, 0),
    "xor of 2": (xor_all, xored, 2, 1),
    "xor of 3": (xor_all, xored, 3, 1),
    "xor of 4": (xor_all, xored, 4, 2),
    "xor of 5": (xor_all, xored, 5, 2),
    "xor of 7": (xor_all, xored, 7, 3),
    "xor of 8": (xor_all, xored, 8, 4),
    "xor of 10": (xor_all, xored, 10, 4),
    "xor with a constant": (lambda *x: xor_all(2, *x, 3), lambda *x: xored(*x) ^ 1, 5, 2),
    "majority": (majority, voted, 3, 1),
    "majority with a constant": (lambda x, y: majority(x, 1, y), lambda x, y: voted(x, 1, y), 2, 1),
    "majority with two constants": (lambda x: majority(2, 3, x), lambda x: voted(2, 3, x), 1, 0),
    "choose": (choose, picked, 3, 1),
    "choose by a constant": (lambda x, y: choose(1, x, y), lambda x, y: picked(1, x, y), 2, 0),
    "choose from constants": (lambda c: choose(c, 1, 3), lambda c: picked(c, 1, 3), 1, 0),
    "choose from other constants": (lambda c: choose(c, 0, 1), lambda c: picked(c, 0, 1), 1, 0),
    "choose with a constant": (lambda c, x: choose(c, x, 2), lambda c, x: picked(c, x, 2), 2, 1),
    "choose a constant": (lambda c, x: choose(c, 2, x), lambda c, x: picked(c, 2, x), 2, 1),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_costs(name: str) -> None:
    on_words, on_integers, n, cost = CASES[name]
    width = 2 if n <= 3 else 1

    @circuit
    def example(x: Array[Word[2]] = private("n"), *, n: int) -> Word[2]:
        return on_words(*x)

    compiled = example.compile(n=n)
    assert compiled.r1cs.n_constraints - compiled.n_linear == 2 * n + 2 * cost
    for values in product(range(1 << width), repeat=n):
        expected = on_integers(*values) & 3
        assert compiled.witness(x=values)[1] == expected
        if n <= 3:
            assert example(list(values), n=n) == expected


@pytest.mark.parametrize("n", [2, 3, 5])
def test_bits_have_no_second_witness(n: int) -> None:
    @circuit
    def example(b: Array[Bit] = private("n"), *, n: int) -> Array[Signal]:
        return Array([xor_all(*b), majority(b[0], b[1], b[-1]), choose(b[0], b[1], b[-1])])

    for field in SMALL_FIELDS[:2]:
        compiled = example.over(field).compile(n=n)
        for bits in product(range(2), repeat=n):
            expected = (
                xored(*bits),
                voted(bits[0], bits[1], bits[-1]),
                picked(bits[0], bits[1], bits[-1]) & 1,
            )
            assert possible_outputs(compiled, bits) == {expected}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda x, s: xor_all(s, s), "xor_all needs words, or Bits, got a Signal"),
        (lambda x, s: xor_all(*()), "xor_all needs a value at least"),
        (
            xor_all,
            "a Word[8] combines with words, Uints and integers, got a Signal",
        ),
        (lambda x, s: majority(1, 2, 3), "majority needs words, or Bits, got an int"),
        (
            lambda x, s: choose(s, x, x),
            "a Word[8] combines with words, Uints and integers, got a Signal",
        ),
        (
            lambda x, s: choose(x, x, Word[9](1)),
            "words of different widths do not combine: Word[8] and Word[9]",
        ),
        (lambda x, s: choose(x, 256, x), "a Word[8] has at most 8 bits: got 256"),
    ],
)
def test_refused(body: Any, message: str) -> None:
    @circuit
    def example(x: Word[8] = private(), s: Signal = private()) -> None:
        body(x, s)

    with pytest.raises(CircuitError) as caught:
        example.compile()
    assert message in caught.value.message
