"""BN254 (alt_bn128 in Ethereum's documents).

Sources: EIP-196 (curve, G1), EIP-197 (twist, G2, xi = 9 + i); y^2 = x^3 + 3 and y^2 = x^3 + 3/xi.  u: Barreto-Naehrig parameter.
"""

from __future__ import annotations

from zkctl.curve.curves.parameters import Curve, Group
from zkctl.field import BN254_FQ, BN254_FR

U = 4965661367192848881
_q, _r = BN254_FQ.modulus, BN254_FR.modulus
assert _q == 36 * U**4 + 36 * U**3 + 24 * U**2 + 6 * U + 1
assert _r == 36 * U**4 + 36 * U**3 + 18 * U**2 + 6 * U + 1

XI = (9, 1)
_xi_norm_inverse = pow(XI[0] ** 2 + XI[1] ** 2, -1, _q)

G1 = Group(
    name="bn254.g1",
    curve_name="bn254",
    degree=1,
    base_field=BN254_FQ,
    scalar_field=BN254_FR,
    b=(3,),
    generator=((1,), (2,)),
    cofactor=1,
)

G2 = Group(
    name="bn254.g2",
    curve_name="bn254",
    degree=2,
    base_field=BN254_FQ,
    scalar_field=BN254_FR,
    b=(3 * XI[0] * _xi_norm_inverse % _q, -3 * XI[1] * _xi_norm_inverse % _q),
    generator=(
        (
            10857046999023057135944570762232829481370756359578518086990519993285655852781,
            11559732032986387107991004021392285783925812861821192530917403151452391805634,
        ),
        (
            8495653923123431417604973247489272438418190587263600148770280649306958101930,
            4082367875863433681332203403145435568316851327593401208105741076214120093531,
        ),
    ),
    cofactor=2 * _q - _r,  # #E'(Fq2) / r for the sextic twist with trace t = q + 1 - r
)
assert G2.cofactor == 0x30644E72E131A029B85045B68181585E06CEECDA572A2489345F2299C0F9FA8D

BN254 = Curve(
    name="bn254",
    family="BN",
    base_field=BN254_FQ,
    scalar_field=BN254_FR,
    g1=G1,
    g2=G2,
    x=U,
    xi=XI,
    twist="D",
    beta=-(18 * U**3 + 18 * U**2 + 9 * U + 2) % _q,
    eigenvalue=36 * U**3 + 18 * U**2 + 6 * U + 1,
)
