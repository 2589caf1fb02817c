"""The pairing: bilinear, not degenerate, indifferent to infinity, and with the values snarkjs writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.points import first_curve_points
from zkctl.curve import (
    BLS12_381,
    BN254,
    CURVES,
    Curve,
    G1Array,
    G2Array,
    is_pairing_product_one,
    multiply_base,
    pairing_product,
    product_is_one_and_members,
)
from zkctl.curve import pairing as module
from zkctl.curve.pairing import PRODUCTS_BEFORE_LINES, FixedPairing, fixed_pairing
from zkctl.curve.pairing_formulas import final_power, loop_count
from zkctl.curve.tower import integer_tower
from zkctl.errors import ShapeError
from zkctl.field import FieldArray
from zkctl.formats.curve_names import curve_of_name

EACH_CURVE = pytest.mark.parametrize("curve", CURVES, ids=lambda c: c.name)
ONE = (1, *([0] * 11))


def multiples(curve: Curve, a: list[int], b: list[int]) -> tuple[G1Array, G2Array]:
    """The points a[i] G1 and b[i] G2."""
    field = curve.scalar_field
    p = multiply_base(G1Array.generator(curve.g1), FieldArray.from_ints(field, a))
    return p, multiply_base(G2Array.generator(curve.g2), FieldArray.from_ints(field, b))


@EACH_CURVE
def test_bilinear_and_of_order_r(curve: Curve) -> None:
    generator = pairing_product(curve, *multiples(curve, [1], [1]))
    assert generator != ONE
    assert pairing_product(curve, *multiples(curve, [35], [1])) == pairing_product(
        curve, *multiples(curve, [5], [7])
    )
    r = curve.scalar_field.modulus
    assert pairing_product(curve, *multiples(curve, [2, 3], [11, r - 7])) == generator


@EACH_CURVE
@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([], [], True),
        ([0], [1], True),
        ([1], [0], True),
        ([0, 5], [3, 0], True),
        ([1], [1], False),
        ([1, 0], [1, 1], False),
        ([1, -1], [1, 1], True),
        ([1, 1], [1, -1], True),
        ([1, 1], [1, 1], False),
        ([2, 3, 5, -1], [7, 11, 13, 112], True),
        ([2, 3, 5, -1], [7, 11, 13, 113], False),
        ([2, 3, 0, 5, -1], [7, 11, 9, 13, 112], True),
    ],
)
def test_product_of_pairings_is_one(
    curve: Curve, a: list[Any], b: list[Any], expected: bool
) -> None:
    assert is_pairing_product_one(curve, *multiples(curve, a, b)) is expected


@EACH_CURVE
def test_changed_coordinates_change_the_product(curve: Curve) -> None:
    p, q = multiples(curve, [1, -1], [3, 3])
    assert is_pairing_product_one(curve, p, q)
    for points, other in ((p, q), (q, p)):
        changed = type(points).concatenate([points[0] + points[0], points[1]])
        pair = (changed, other) if points is p else (other, changed)
        assert not is_pairing_product_one(curve, *pair)


@EACH_CURVE
@pytest.mark.parametrize(("n", "m"), [(2, 1), (1, 2), (0, 1), (5, 4)])
def test_every_point_needs_its_partner(curve: Curve, n: int, m: int) -> None:
    """Kernels take bytes: points without a partner must not be left out or taken for others."""
    p, q = multiples(curve, [*range(1, n + 1)], [*range(1, m + 1)])
    message = f"points of G2 do not match those of G1: expected {n}, got {m}"
    for product in (pairing_product, is_pairing_product_one, product_is_one_and_members):
        with pytest.raises(ShapeError, match=message):
            product(curve, p, q)


@EACH_CURVE
@pytest.mark.parametrize("compiled", [True, False])
def test_fixed_points_change_no_answer(
    curve: Curve, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not compiled:
        monkeypatch.setattr(module, "fixed_pairing_kernels", lambda _curve: None)
    q = multiples(curve, [], [3, 5])[1]
    pairing = FixedPairing(curve, q)
    cases = [([5, -3], True), ([5, 3], False), ([0, 0], True), ([0, 1], False), ([-5, 3], True)]
    points = [(multiples(curve, scalars, [])[0], expected) for scalars, expected in cases]
    for p, expected in points * (PRODUCTS_BEFORE_LINES // 4):
        assert pairing.is_one(p) is expected
        assert pairing.product_is_one_and_members(p) == (expected, [True, True])


@EACH_CURVE
def test_a_fixed_point_outside_its_group_is_seen_every_time(curve: Curve) -> None:
    p, q = multiples(curve, [1, -1], [1, 1])
    outside = G2Array.from_ints(curve.g2, first_curve_points(curve.g2, 1))
    stranger = G2Array.concatenate([q[0], outside[0]])
    pairing = fixed_pairing(curve, stranger.to_bytes())
    for _ in range(PRODUCTS_BEFORE_LINES + 2):
        assert pairing.product_is_one_and_members(p) == (False, [True, False])
    assert fixed_pairing(curve, stranger.to_bytes()) is pairing
    assert fixed_pairing(curve, q.to_bytes()).product_is_one_and_members(p) == (True, [True, True])


KEYS = [
    "golden_bn128/verification_key.json",
    "semaphore-v4/generated/verification_key.json",
    "co-snarks-examples/groth16/test_vectors/kyc/bn254/verification_key.json",
    "co-snarks-examples/groth16/test_vectors/kyc/bls12/verification_key.json",
    "garaga/examples/snarkjs_vk_bn254.json",
    "garaga/examples/snarkjs_vk_bls12381.json",
]


@pytest.mark.parametrize("name", KEYS)
def test_value_equals_the_one_snarkjs_writes(data: Path, name: str) -> None:
    key = json.loads((data / name).read_text())
    curve = curve_of_name(key["curve"])
    (ax, ay, _), (bx, by, _) = key["vk_alpha_1"], key["vk_beta_2"]
    p = G1Array.from_ints(curve.g1, [((int(ax),), (int(ay),))])
    q = G2Array.from_ints(curve.g2, [(tuple(map(int, bx)), tuple(map(int, by)))])
    written = tuple(int(c) for half in key["vk_alphabeta_12"] for pair in half for c in pair)
    assert pairing_product(curve, p, q) == written


def test_loop_counts() -> None:
    assert loop_count(BN254) == 29793968203157093288
    assert loop_count(BLS12_381) == 0xD201000000010000


@EACH_CURVE
def test_final_power_is_the_documented_exponent(curve: Curve) -> None:
    q, r, u = curve.base_field.modulus, curve.scalar_field.modulus, curve.x
    multiple = 2 * u * (6 * u * u + 3 * u + 1) if curve.family == "BN" else 3
    tower = integer_tower(curve)
    f = tower.one()
    f.c0.c1 = tower.fq2(3, 5)
    f.c1.c2 = tower.fq2(q - 2, 7)
    expected = f
    for bit in bin((q**12 - 1) // r * multiple)[3:]:
        expected = expected.square()
        if bit == "1":
            expected = expected * f
    assert final_power(tower, f).coefficients() == expected.coefficients()
