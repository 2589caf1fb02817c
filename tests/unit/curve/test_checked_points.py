"""Points and public signals that are checked together: the wrong one is named."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.points import first_curve_points
from zkctl.curve import BLS12_381, BN254, G1Array, G2Array
from zkctl.curve.checked_points import (
    ANY,
    FINITE,
    Named,
    canonical_points,
    check_in_group,
    check_members,
    check_public,
    points_together,
)
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray, words_from_ints

GENERATOR = G1Array.generator(BN254.g1)
FR = BN254.scalar_field


def off_curve(points: G1Array) -> G1Array:
    data = points.data.copy()
    data[..., 0] ^= np.uint64(1)
    return G1Array(points.group, data)


def test_all_points_are_one_array() -> None:
    named = [
        Named("a", GENERATOR, FINITE),
        Named("b {i}", G1Array.concatenate([GENERATOR, -GENERATOR]), ANY),
    ]
    check_members(named, BN254.g1)
    together = canonical_points(named, BN254.g1)
    assert together.to_bytes() == GENERATOR.to_bytes() * 2 + (-GENERATOR).to_bytes()
    assert points_together(G1Array, BN254.g1, [GENERATOR]).shape == (1,)


def test_the_wrong_point_is_named() -> None:
    pair = G1Array.concatenate([GENERATOR, off_curve(GENERATOR)])
    named = [Named("a", GENERATOR, FINITE), Named("b {i}", pair, ANY)]
    with pytest.raises(EncodingError, match=r"b 1 is not a point of bn254.g1"):
        check_members(named, BN254.g1)
    with pytest.raises(EncodingError, match=r"b 1 is not a point of bn254.g1"):
        check_in_group(named, BN254.g1, canonical_points(named, BN254.g1))


def test_points_outside_the_group_of_prime_order_are_named() -> None:
    for curve, kind in ((BLS12_381, G1Array), (BN254, G2Array), (BLS12_381, G2Array)):
        group = curve.g1 if kind is G1Array else curve.g2
        outside = kind.from_ints(group, first_curve_points(group, 1))[0]
        with pytest.raises(EncodingError, match=rf"p is not a point of {group.name}"):
            check_members([Named("p", outside, ANY)], group)


def test_infinity_only_where_it_may_be() -> None:
    infinity = G1Array.infinity(BN254.g1)
    check_members([Named("a", infinity, ANY)], BN254.g1)
    named = [Named("a", infinity, ANY), Named("b", infinity, FINITE)]
    with pytest.raises(EncodingError, match="b is infinity"):
        check_members(named, BN254.g1)


def test_coordinates_are_reduced_and_of_the_group() -> None:
    data, field = GENERATOR.data.copy(), BN254.base_field
    value = int.from_bytes(data[:4].tobytes(), "little") + field.modulus
    data[:4] = words_from_ints([value], 4)[0]
    with pytest.raises(EncodingError, match="a has a coordinate that is not reduced"):
        check_members([Named("a", G1Array(BN254.g1, data), ANY)], BN254.g1)
    with pytest.raises(EncodingError, match=r"a is in bn254.g1, expected bls12_381.g1"):
        check_members([Named("a", GENERATOR, ANY)], BLS12_381.g1)


def test_public_signals_are_counted_and_canonical() -> None:
    public = FieldArray.from_ints(FR, [1, 2])
    check_public(public, BN254, 2, "")
    with pytest.raises(ShapeError, match="expected 3 public signals, got 2"):
        check_public(public, BN254, 3, "")
    with pytest.raises(
        EncodingError, match=r"public signals over bn254.fr, the verification key over bls12_381"
    ):
        check_public(public, BLS12_381, 2, "")
    data = public.data.copy()
    data[1] = words_from_ints([FR.modulus], 4)[0]
    with pytest.raises(
        EncodingError, match=r"proof 3: public signal 1 is not reduced modulo bn254.fr"
    ):
        check_public(FieldArray(FR, data), BN254, 2, "proof 3")
