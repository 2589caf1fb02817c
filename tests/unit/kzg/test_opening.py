"""The last equation of a verifier, alone and with others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.points import first_curve_points
from tests.support.toy_rows import Rows
from zkctl.curve import CURVES, Curve, G1Array, G2Array, multiply_base
from zkctl.errors import EncodingError
from zkctl.field import FieldArray
from zkctl.kzg.opening import FEW_TERMS, CombinedOpening, OpeningEquation

TAU = 1234567890123456789
ALL = pytest.mark.parametrize("curve", CURVES, ids=str)


def g1(curve: Curve, *scalars: int) -> G1Array:
    return G1Array.concatenate([Rows(curve).point(scalar) for scalar in scalars])


def g2(curve: Curve, scalar: int) -> G2Array:
    scalars = FieldArray.from_ints(curve.scalar_field, [scalar])
    points = multiply_base(G2Array.generator(curve.g2), scalars)
    return G2Array.from_bytes(curve.g2, points.to_bytes())[0]


def equation(curve: Curve) -> OpeningEquation:
    return OpeningEquation(curve, g2(curve, TAU), g1(curve, 11, 1))


def opening(curve: Curve, seed: int = 0, n: int = 2) -> CombinedOpening:
    """One that holds: the last scalar is chosen so."""
    r, logs = curve.scalar_field.modulus, [seed + 5 + k for k in range(n)]
    left, right = [0] * (n - 1) + [7 + seed], [100 + seed + k for k in range(n)]
    known = (
        TAU * left[-1] * logs[-1] - sum(x * y for x, y in zip(right, logs, strict=True)) - 9 * 11
    )
    return CombinedOpening(g1(curve, *logs), left, right, [9, known % r])


@ALL
def test_it_holds_for_the_right_scalars_only(curve: Curve) -> None:
    good, one = opening(curve), equation(curve)
    assert one.holds(good)
    assert one.holds_for_members(good)
    for bad in (
        replace(good, left=[0, 8]),
        replace(good, left=[1, 7]),
        replace(good, right=[100, 102]),
        replace(good, fixed=[8, good.fixed[1]]),
        replace(good, fixed=[9, 1]),
        replace(good, points=g1(curve, 5, 7)),
    ):
        assert not one.holds(bad)
        assert not one.holds_for_members(bad)


@ALL
def test_zeros_hold(curve: Curve) -> None:
    assert equation(curve).holds(CombinedOpening(g1(curve, 5, 6), [0, 0], [0, 0], [0, 0]))


@ALL
def test_a_tau_outside_its_group_is_refused(curve: Curve) -> None:
    outside = G2Array.from_ints(curve.g2, first_curve_points(curve.g2, 1))[0]
    wrong = OpeningEquation(curve, outside, g1(curve, 11, 1))
    message = f"X_2 of the verification key is not a point of {curve.g2.name}"
    with pytest.raises(EncodingError, match=message):
        wrong.holds_for_members(opening(curve))


@ALL
@pytest.mark.parametrize("n", [1, 3, FEW_TERMS])
def test_many_together(curve: Curve, n: int) -> None:
    many, factors = [opening(curve, k) for k in range(n)], list(range(3, 3 + n))
    one = equation(curve)
    assert one.all_hold(many, factors)
    for k in {0, n - 1}:
        wrong = replace(many[k], fixed=[8, many[k].fixed[1]])
        assert not one.all_hold([*many[:k], wrong, *many[k + 1 :]], factors)


@ALL
def test_a_long_sum(curve: Curve) -> None:
    assert equation(curve).holds(opening(curve, n=FEW_TERMS + 5))
