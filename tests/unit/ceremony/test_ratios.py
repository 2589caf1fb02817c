"""Ratio claims: true ones pass together, the first false one is found, empty ones are refused."""

from __future__ import annotations

import pytest

from tests.support.points import first_curve_points
from zkctl.ceremony.ratios import RatioClaims, check_members, neighbours, random_words
from zkctl.curve import BLS12_381, BN254, Curve, G1Array, G2Array, multiply_base
from zkctl.errors import CheckFailed, EncodingError
from zkctl.field import FieldArray

CURVES = pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=lambda c: c.name)


def g1(curve: Curve, *scalars: int) -> G1Array:
    field = curve.scalar_field
    return multiply_base(G1Array.generator(curve.g1), FieldArray.from_ints(field, scalars))


def g2(curve: Curve, *scalars: int) -> G2Array:
    field = curve.scalar_field
    return multiply_base(G2Array.generator(curve.g2), FieldArray.from_ints(field, scalars))


def claims(curve: Curve, *ratios: tuple[int, int]) -> RatioClaims:
    """Claim k: the ratio in G1 (of two pairs) equals that in G2."""
    made = RatioClaims(curve)
    for k, (left, right) in enumerate(ratios):
        x, y = g1(curve, 3, 3 * right, 4, 4 * left), g2(curve, 5, 5 * right)
        made.add(f"claim {k}", (y[0], y[1]), (x[0], x[1]), (x[2], x[3]))
    return made


@CURVES
def test_true_claims_hold(curve: Curve) -> None:
    claims(curve).check()
    claims(curve, (7, 7)).check()
    claims(curve, (7, 7), (-1, -1), (10**40, 10**40)).check()


@pytest.mark.parametrize("bad", [0, 1, 2, 3, 4])
def test_first_false_claim_is_named(bad: int) -> None:
    ratios = [(7, 7)] * bad + [(7, 8)] + [(2, 2), (3, 4)][: 4 - bad]
    with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
        claims(BN254, *ratios).check()
    assert caught.value.where == f"claim {bad}"


def test_two_wrong_claims_do_not_cancel() -> None:
    """+e in one claim and -e in another: the weights are independent."""
    assert claims(BN254, (8, 7), (6, 7)).first_false() == 0


def test_pairs_of_different_number_mix() -> None:
    made = claims(BN254, (7, 7))
    x, y = g1(BN254, 2, 6), g2(BN254, 1, 3)
    made.add("single", (y[0], y[1]), (x[0], x[1]))
    made.check()
    made.add("wrong", (y[1], y[0]), (x[0], x[1]))
    with pytest.raises(CheckFailed) as caught:
        made.check()
    assert caught.value.where == "wrong"


@pytest.mark.parametrize("position", range(4))
def test_infinity_makes_no_claim(position: int) -> None:
    scalars = [0 if k == position else 5 for k in range(4)]
    x, y = g1(BN254, *scalars[:2]), g2(BN254, *scalars[2:])
    with pytest.raises(CheckFailed, match="a point is infinity"):
        RatioClaims(BN254).add("it", (y[0], y[1]), (x[0], x[1]))


@pytest.mark.parametrize("window", [1, 4, 8, 9])
@CURVES
def test_neighbours_have_the_common_ratio(
    monkeypatch: pytest.MonkeyPatch, curve: Curve, window: int
) -> None:
    monkeypatch.setattr("zkctl.runtime.memory.rows_at_once", lambda _bytes: window)
    points = g1(curve, *[7**k for k in range(9)])
    low, high = neighbours(points)
    y = g2(curve, 1, 7)
    made = RatioClaims(curve)
    made.add("geometric", (y[0], y[1]), (low, high))
    made.check()


@pytest.mark.parametrize("window", [1, 2, 3, 100])
@pytest.mark.parametrize("position", range(5))
def test_neighbours_notice_each_position(
    monkeypatch: pytest.MonkeyPatch, position: int, window: int
) -> None:
    monkeypatch.setattr("zkctl.runtime.memory.rows_at_once", lambda _bytes: window)
    scalars = [7**k + (k == position) for k in range(5)]
    low, high = neighbours(g1(BN254, *scalars))
    y = g2(BN254, 1, 7)
    made = RatioClaims(BN254)
    made.add("geometric", (y[0], y[1]), (low, high))
    assert made.first_false() == 0


def test_weights_have_128_random_bits() -> None:
    words = random_words(1000, 4)
    assert not words[:, 2:].any()
    assert len({row.tobytes() for row in words}) == 1000
    for column in range(2):
        high = (words[:, column] >> 63).sum()
        assert 350 < high < 650


@CURVES
def test_membership(curve: Curve) -> None:
    check_members(g1(curve, 1, 2, 3), "here")
    check_members(g1(curve, 1)[0], "a single point")
    check_members(g1(curve, 1, 0), "here", infinity=True)
    with pytest.raises(EncodingError, match="point 1 is infinity"):
        check_members(g1(curve, 1, 0), "here")
    outside = G2Array.from_ints(curve.g2, first_curve_points(curve.g2, 1))
    with pytest.raises(EncodingError, match="point 1 is not in the group of prime order"):
        check_members(G2Array.concatenate([g2(curve, 1), outside]), "here")
    bent = g1(curve, 1, 2)
    bent.data[1, 0] ^= 1
    with pytest.raises(EncodingError, match="point 1 is not on the curve") as caught:
        check_members(bent, "here")
    assert caught.value.where == "here"
