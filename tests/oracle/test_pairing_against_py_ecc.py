"""The pairing against py_ecc's, raised to the multiple that zkctl/curve/pairing.py documents."""

from __future__ import annotations

from typing import Any

import py_ecc.optimized_bls12_381 as ecc_bls12_381
import py_ecc.optimized_bn128 as ecc_bn254
import pytest

from zkctl.curve import (
    BLS12_381,
    BN254,
    CURVES,
    Curve,
    G1Array,
    G2Array,
    multiply_base,
    pairing_product,
)
from zkctl.field import FieldArray

LIBRARIES = {BN254.name: ecc_bn254, BLS12_381.name: ecc_bls12_381}
U = BN254.x
MULTIPLES = {BN254.name: 2 * U * (6 * U * U + 3 * U + 1), BLS12_381.name: -3}
ORDER_OF_COEFFICIENTS = (0, 2, 4, 1, 3, 5)  # powers of w: c0 = 1, v, v^2; c1 = w, v w, v^2 w


def second_opinion(curve: Curve, p: list, q: list) -> tuple[int, ...]:
    """The product of pairings by py_ecc, in our basis: its w^6 is xi_real + i."""
    ecc, modulus = LIBRARIES[curve.name], curve.base_field.modulus
    total = ecc.FQ12.one()
    for a, b in zip(p, q, strict=True):
        if a is None or b is None:
            continue
        g1 = (ecc.FQ(a[0][0]), ecc.FQ(a[1][0]), ecc.FQ.one())
        g2 = (ecc.FQ2(b[0]), ecc.FQ2(b[1]), ecc.FQ2.one())
        total = total * ecc.pairing(g2, g1)
    value = total ** (MULTIPLES[curve.name] % curve.scalar_field.modulus)
    c = [int(x) for x in value.coeffs]
    pairs = [((c[k] + curve.xi[0] * c[k + 6]) % modulus, c[k + 6]) for k in ORDER_OF_COEFFICIENTS]
    return tuple(part for pair in pairs for part in pair)


@pytest.mark.parametrize("curve", CURVES, ids=lambda c: c.name)
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1], [1]),
        ([-1], [2**128 + 1]),
        ([2**64 - 1, 0, 5], [3, 4, -(2**200)]),
        ([7, 1], [0, 1]),
        ([3, -2], [2, 3]),
        ([0], [0]),
    ],
)
def test_pairing_product(curve: Curve, a: list[Any], b: list[Any]) -> None:
    field = curve.scalar_field
    p = multiply_base(G1Array.generator(curve.g1), FieldArray.from_ints(field, a))
    q = multiply_base(G2Array.generator(curve.g2), FieldArray.from_ints(field, b))
    assert pairing_product(curve, p, q) == second_opinion(curve, p.to_ints(), q.to_ints())
