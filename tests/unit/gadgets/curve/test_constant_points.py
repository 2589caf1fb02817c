from __future__ import annotations

import re

import pytest

from tests.oracle import montgomery_curve as oracle
from tests.oracle.montgomery_curve import GENERATOR
from zkctl.errors import CircuitError
from zkctl.gadgets.curve.baby_jubjub_parameters import BASE, SUBGROUP_ORDER
from zkctl.gadgets.curve.constant_points import IDENTITY, ConstantPoint, subgroup_point


@pytest.mark.parametrize("factor", [0, 1, 2, 8, SUBGROUP_ORDER - 1, SUBGROUP_ORDER, 5**99])
def test_multiples(factor: int) -> None:
    point = ConstantPoint(*GENERATOR)
    expected = oracle.multiply(factor, GENERATOR)
    assert point.times(factor) == ConstantPoint(*expected)
    assert point.times(-factor) == ConstantPoint(*oracle.negate(expected))


def test_sums_and_the_montgomery_form() -> None:
    point = ConstantPoint(*BASE)
    assert point + IDENTITY == point
    assert point + point == point.times(2)
    assert point.montgomery() == oracle.from_edwards(BASE)


def test_base_points() -> None:
    assert subgroup_point(BASE) == ConstantPoint(*BASE)
    for point in ((1, 1), (BASE[0] + oracle.P, BASE[1]), (0, -1)):
        text = f"the base ({point[0]}, {point[1]}) is not on Baby Jubjub"
        with pytest.raises(CircuitError, match=re.escape(text)):
            subgroup_point(point)
    for point in (GENERATOR, (0, 1), (0, oracle.P - 1)):
        text = f"the base ({point[0]}, {point[1]}) does not have prime order"
        with pytest.raises(CircuitError, match=re.escape(text)):
            subgroup_point(point)
