"""Curves y^2 = x^3 + a x + b over other fields than the circuit's, and their arithmetic on integers, for constants of circuits.

Sources: SEC 2 v2, section 2.4.1 (secp256k1); FIPS 186-4, appendix D.1.2.3 (P-256).  The order n of each is prime and the cofactor 1, so
that every point of the curve is a multiple of the generator and none has y = 0.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from zkctl.runtime.records import record

Affine = tuple[int, int] | None  # None: the point at infinity


@record
class ShortWeierstrass:
    """A curve of odd prime order n over the integers modulo p, p % 4 == 3, with generator (gx, gy); `bits` of a limb of coordinates."""

    name: str
    p: int
    a: int
    b: int
    n: int
    gx: int
    gy: int
    bits: int

    @property
    def n_limbs(self) -> int:
        """The limbs of a coordinate."""
        return -(-self.p.bit_length() // self.bits)


SECP256K1 = ShortWeierstrass(
    name="secp256k1",
    p=0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_FFFFFC2F,
    a=0,
    b=7,
    n=0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141,
    gx=0x79BE667E_F9DCBBAC_55A06295_CE870B07_029BFCDB_2DCE28D9_59F2815B_16F81798,
    gy=0x483ADA77_26A3C465_5DA4FBFC_0E1108A8_FD17B448_A6855419_9C47D08F_FB10D4B8,
    bits=64,
)
P256 = ShortWeierstrass(
    name="P-256",
    p=0xFFFFFFFF_00000001_00000000_00000000_00000000_FFFFFFFF_FFFFFFFF_FFFFFFFF,
    a=-3,
    b=0x5AC635D8_AA3A93E7_B3EBBD55_769886BC_651D06B0_CC53B0F6_3BCE3C3E_27D2604B,
    n=0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551,
    gx=0x6B17D1F2_E12C4247_F8BCE6E5_63A440F2_77037D81_2DEB33A0_F4A13945_D898C296,
    gy=0x4FE342E2_FE1A7F9B_8EE7EB4A_7C0F9E16_2BCE3357_6B315ECE_CBB64068_37BF51F5,
    bits=64,
)


def is_on_curve(curve: ShortWeierstrass, point: Affine) -> bool:
    """Return whether an affine point satisfies the equation; infinity does."""
    if point is None:
        return True
    x, y = point
    return (y * y - x**3 - curve.a * x - curve.b) % curve.p == 0


def sum_of(curve: ShortWeierstrass, first: Affine, second: Affine) -> Affine:
    """Return the sum of two points of the curve."""
    if first is None or second is None:
        return first or second
    (x1, y1), (x2, y2), p = first, second, curve.p
    if x1 == x2 and (y1 + y2) % p == 0:
        return None
    rise, run = (3 * x1 * x1 + curve.a, 2 * y1) if x1 == x2 else (y2 - y1, x2 - x1)
    slope = rise * pow(run, -1, p) % p
    x3 = (slope * slope - x1 - x2) % p
    return x3, (slope * (x1 - x3) - y1) % p


def negative(curve: ShortWeierstrass, point: Affine) -> Affine:
    """Return -point."""
    return point and (point[0], -point[1] % curve.p)


def multiple(curve: ShortWeierstrass, factor: int, point: Affine) -> Affine:
    """Return factor * point."""
    total: Affine = None
    for digit in f"{factor % curve.n:b}":
        total = sum_of(curve, total, total)
        if digit == "1":
            total = sum_of(curve, total, point)
    return total


@lru_cache(maxsize=8)
def blinding_point(curve: ShortWeierstrass) -> tuple[int, int]:
    """Return a point of unknown discrete logarithm: the first x from SHA-256 of a name and 0, 1, 2 ... that is on the curve."""
    counter = 0
    while True:
        digest = hashlib.sha256(f"zkctl blinding point {curve.name} {counter}".encode()).digest()
        x = int.from_bytes(digest, "big") % curve.p
        square = (x**3 + curve.a * x + curve.b) % curve.p
        y = pow(square, (curve.p + 1) // 4, curve.p)
        if y * y % curve.p == square:
            return x, y
        counter += 1


@lru_cache(maxsize=8)
def window_tables(curve: ShortWeierstrass, window: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return for each window of a scalar the points -(d + 1) * 2^(window * i) * G, d = 0 .. 2^window - 1: none of them is infinity."""
    tables = []
    base = negative(curve, (curve.gx, curve.gy))
    for _ in range(-(-curve.n.bit_length() // window)):
        points: list[tuple[int, int]] = []
        total = base
        for _ in range(1 << window):
            assert total is not None, "smaller multiples than the order, times a power of two"
            points.append(total)
            total = sum_of(curve, total, base)
        tables.append(tuple(points))
        base = multiple(curve, 1 << window, base)
    return tuple(tables)
