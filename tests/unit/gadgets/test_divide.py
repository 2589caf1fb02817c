from __future__ import annotations

from itertools import product
from typing import NamedTuple

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from tests.support.circuits import check_circuit
from zkctl.dsl import Signal, Uint, circuit, discard, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.divide import div_mod


class Division(NamedTuple):
    quotient: Signal
    remainder: Signal


@circuit
def division(
    x: Uint = private(bits="n"), y: Uint = private(bits="m"), *, n: int = 16, m: int = 8
) -> Division:
    return Division(*div_mod(x, y))


@circuit
def by_constant(x: Uint = private(bits="n"), *, n: int = 16, c: int = 10) -> Division:
    return Division(*div_mod(x, c))


def test_integers() -> None:
    assert div_mod(25, 10) == (2, 5)
    assert div_mod(0, 1) == (0, 0)
    assert div_mod(2**64 - 1, 2**32) == (2**32 - 1, 2**32 - 1)
    with pytest.raises(CircuitError, match="div_mod cannot divide by the constant 0"):
        by_constant.compile(c=0)


def test_in_every_way() -> None:
    good = [
        {"x": x, "y": y} for x, y in ((0, 1), (25, 10), (65535, 255), (65535, 1), (3, 200), (7, 7))
    ]
    compiled = check_circuit(division, good, bad=[{"x": 5, "y": 0}, {"x": 1 << 16, "y": 3}])
    assert compiled.r1cs.n_constraints == 24 + 1 + 16 + 8 + 8
    check_circuit(by_constant, [{"x": x} for x in (0, 9, 10, 65535)], [{"x": 1 << 16}])


def test_divisors_wider_than_the_number() -> None:
    p = BN254_FR.modulus
    for c in (256, 1 << 128, p - 1):
        compiled = check_circuit(by_constant, [{"x": 0}, {"x": 255}], n=8, c=c)
        assert compiled.witness(x=255)[1:3] == [0, 255]
        assert compiled.r1cs.n_constraints == 8 + 2  # the outputs
    good = [{"x": x, "y": y} for x in (0, 5, 255) for y in (1, 5, 255, 256, (1 << 200) - 1)]
    bad = [{"x": 5, "y": 0}, {"x": 256, "y": 1}]
    compiled = check_circuit(division, good, bad, n=8, m=200)
    assert compiled.r1cs.n_constraints == 208 + 1 + 8 + 8 + 200
    assert compiled.witness(x=255, y=(1 << 200) - 1)[1:3] == [0, 255]


def test_a_divisor_of_zero_is_refused() -> None:
    for run in (division.compile().witness, division):
        with pytest.raises(
            UnsatisfiedError,
            match=r"the remainder is not below the divisor|the remainder 300 is too large",
        ):
            run(x=300, y=0)


@pytest.mark.parametrize(
    "field", [f for f in SMALL_FIELDS if f.modulus >= 31], ids=lambda f: f.name
)
def test_every_witness_is_the_division(field: object) -> None:
    compiled = division.over(field).compile(n=2, m=2)  # type: ignore[arg-type]
    for x, y in product(range(6), repeat=2):
        expected = {divmod(x, y)} if 0 < y < 4 and x < 4 else set()
        assert possible_outputs(compiled, [x, y]) == expected, (x, y)
    for c in (1, 2, 3, 5):
        fixed = by_constant.over(field).compile(n=3, c=c)  # type: ignore[arg-type]
        for x in range(10):
            assert possible_outputs(fixed, [x]) == ({divmod(x, c)} if x < 8 else set()), (x, c)


def test_widths_follow() -> None:
    @circuit
    def widths(x: Uint = private(bits=16), y: Uint = private(bits=8)) -> None:
        quotient, remainder = div_mod(x, y)
        tens, digit = div_mod(x, 10)
        assert (quotient.maximum, remainder.maximum) == (65535, 254)
        discard([quotient, digit])
        assert (tens.maximum, digit.maximum) == (6553, 9)

    widths.compile()


def test_numbers_too_wide_for_the_field() -> None:
    with pytest.raises(
        CircuitError, match=r"div_mod of 128 by 128 bits does not fit in bn254.fr"
    ) as caught:
        division.compile(n=128, m=128)
    assert "must stay below the modulus" in caught.value.hint
