from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from py_ecc.secp256k1 import secp256k1

from tests.support.weierstrass import SECP112R1, TOY
from zkctl.gadgets.curve.short_weierstrass_parameters import (
    P256,
    SECP256K1,
    ShortWeierstrass,
    blinding_point,
    is_on_curve,
    multiple,
    negative,
    sum_of,
    window_tables,
)

CURVES = [SECP256K1, P256, SECP112R1, TOY]
each_curve = pytest.mark.parametrize("curve", CURVES, ids=lambda c: c.name)
FACTORS = [1, 2, 3, 17, 123456789, (1 << 255) + 12345]


@each_curve
def test_constants(curve: ShortWeierstrass) -> None:
    generator = curve.gx, curve.gy
    for number in (curve.p, curve.n):
        assert pow(3, number - 1, number) == 1
    assert curve.p % 4 == 3
    assert is_on_curve(curve, generator)
    assert is_on_curve(curve, None)
    assert multiple(curve, curve.n - 1, generator) == negative(curve, generator)
    assert sum_of(curve, negative(curve, generator), generator) is None
    assert multiple(curve, 0, generator) is None
    assert (curve.n_limbs - 1) * curve.bits < curve.p.bit_length() <= curve.n_limbs * curve.bits


def test_multiples_of_secp256k1_as_py_ecc() -> None:
    assert (
        SECP256K1.p,
        SECP256K1.n,
        SECP256K1.a,
        SECP256K1.b,
    ) == (secp256k1.P, secp256k1.N, secp256k1.A, secp256k1.B)
    generator = SECP256K1.gx, SECP256K1.gy
    assert generator == secp256k1.G
    for factor in FACTORS:
        assert multiple(SECP256K1, factor, generator) == secp256k1.multiply(secp256k1.G, factor)


@pytest.mark.parametrize(
    ("curve", "other"), [(P256, ec.SECP256R1()), (SECP256K1, ec.SECP256K1())], ids=["P-256", "k1"]
)
def test_multiples_as_cryptography(curve: ShortWeierstrass, other: ec.EllipticCurve) -> None:
    for factor in FACTORS:
        key = ec.derive_private_key(factor, other).public_key().public_numbers()
        assert multiple(curve, factor, (curve.gx, curve.gy)) == (key.x, key.y)


@each_curve
def test_blinding_points(curve: ShortWeierstrass) -> None:
    assert is_on_curve(curve, blinding_point(curve))
    assert blinding_point(curve) != (curve.gx, curve.gy)


def test_window_tables() -> None:
    tables = window_tables(TOY, 4)
    assert [len(table) for table in tables] == [16] * 8
    for i, digit in ((0, 0), (0, 15), (3, 7), (7, 15)):
        factor = -(digit + 1) << 4 * i
        assert tables[i][digit] == multiple(TOY, factor, (TOY.gx, TOY.gy))
