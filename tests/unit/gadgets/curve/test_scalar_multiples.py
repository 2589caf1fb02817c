from __future__ import annotations

import random

import pytest

from tests.gadgets.cases.curve_short_weierstrass import bits, toy_sum, zero_sum
from tests.support.weierstrass import TOY, point_limbs
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.curve.scalar_multiples import enforce_zero_sum, offset

RNG = random.Random(8)
GENERATOR = point_limbs((TOY.gx, TOY.gy), TOY)


def test_offsets() -> None:
    assert [offset(k) for k in range(4)] == [0, 8, 0x88, 0x888]


def test_sums() -> None:
    compiled = zero_sum.compile()
    factors = [0, 1, -1, 7, -8, 8, -9, 16, 119, -136, *(RNG.randrange(-136, 120) for _ in range(6))]
    for factor in factors:
        point = RNG.choice([1, 2, TOY.n - 1, RNG.randrange(1, TOY.n)])
        compiled.witness(**toy_sum(point, factor, factor * point % TOY.n))
        with pytest.raises(UnsatisfiedError, match="the big numbers differ"):
            compiled.witness(**toy_sum(point, factor, (factor * point + 1) % TOY.n))


def test_two_points() -> None:
    first, second = bits(3 + offset(1), 4), bits(-2 + offset(1), 4)
    enforce_zero_sum([GENERATOR, GENERATOR], [first, second], bits(1, 32), curve=TOY)
    enforce_zero_sum([GENERATOR, GENERATOR], [first, first], bits(6, 32), curve=TOY)
    with pytest.raises(UnsatisfiedError, match="the big numbers differ"):
        enforce_zero_sum([GENERATOR, GENERATOR], [first, first], bits(5, 32), curve=TOY)


def test_refusals() -> None:
    message = (
        "enforce_zero_sum needs a factor for each point, all with as many bits, a multiple of 4"
    )
    wrong = [[[0] * 4, [0] * 8], [[0] * 4], [[0] * 3] * 2]
    for factors in wrong:
        with pytest.raises(CircuitError, match=message):
            enforce_zero_sum([GENERATOR, GENERATOR], factors, bits(0, 32), curve=TOY)
    for points, none in (([], []), ([GENERATOR], [[]])):
        with pytest.raises(CircuitError, match=message):
            enforce_zero_sum(points, none, bits(0, 32), curve=TOY)
    with pytest.raises(
        CircuitError, match="the factor of the generator of toy curve has 32 bits: got 31"
    ):
        enforce_zero_sum([GENERATOR], [[0] * 4], bits(0, 31), curve=TOY)
