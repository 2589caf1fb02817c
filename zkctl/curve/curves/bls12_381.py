"""BLS12-381.

Source: draft-irtf-cfrg-pairing-friendly-curves-11, section 4.2.1 (moduli, generators, cofactors); y^2 = x^3 + 4 and y^2 = x^3 + 4(1 + i).
"""

from __future__ import annotations

from zkctl.curve.curves.parameters import Curve, Group
from zkctl.field import BLS12_381_FQ, BLS12_381_FR

X = -0xD201000000010000
_q, _r = BLS12_381_FQ.modulus, BLS12_381_FR.modulus
assert _r == X**4 - X**2 + 1
assert _q == (X - 1) ** 2 * _r // 3 + X

G1 = Group(
    name="bls12_381.g1",
    curve_name="bls12_381",
    degree=1,
    base_field=BLS12_381_FQ,
    scalar_field=BLS12_381_FR,
    b=(4,),
    generator=(
        (
            0x17F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905A14E3A3F171BAC586C55E83FF97A1AEFFB3AF00ADB22C6BB,
        ),
        (
            0x08B3F481E3AAA0F1A09E30ED741D8AE4FCF5E095D5D00AF600DB18CB2C04B3EDD03CC744A2888AE40CAA232946C5E7E1,
        ),
    ),
    cofactor=(X - 1) ** 2 // 3,
)
assert G1.cofactor == 0x396C8C005555E1568C00AAAB0000AAAB

G2 = Group(
    name="bls12_381.g2",
    curve_name="bls12_381",
    degree=2,
    base_field=BLS12_381_FQ,
    scalar_field=BLS12_381_FR,
    b=(4, 4),
    generator=(
        (
            0x024AA2B2F08F0A91260805272DC51051C6E47AD4FA403B02B4510B647AE3D1770BAC0326A805BBEFD48056C8C121BDB8,
            0x13E02B6052719F607DACD3A088274F65596BD0D09920B61AB5DA61BBDC7F5049334CF11213945D57E5AC7D055D042B7E,
        ),
        (
            0x0CE5D527727D6E118CC9CDC6DA2E351AADFD9BAA8CBDD3A76D429A695160D12C923AC9CC3BACA289E193548608B82801,
            0x0606C4A02EA734CC32ACD2B02BC28B99CB3E287E85A763AF267492AB572E99AB3F370D275CEC1DA1AAA9075FF05F79BE,
        ),
    ),
    cofactor=(X**8 - 4 * X**7 + 5 * X**6 - 4 * X**4 + 6 * X**3 - 4 * X**2 - 4 * X + 13) // 9,
)
assert hex(G2.cofactor).startswith(
    "0x5d543a95414e7f1091d50792876a202cd91de4547085abaa68a205b2e5a7ddfa"
)

BLS12_381 = Curve(
    name="bls12_381",
    family="BLS12",
    base_field=BLS12_381_FQ,
    scalar_field=BLS12_381_FR,
    g1=G1,
    g2=G2,
    x=X,
    xi=(1, 1),
    twist="M",
    beta=pow(2, (_q - 1) // 3, _q),
    eigenvalue=X**2 - 1,
)
