"""The tower's formulas against its definition: Fq2[w] modulo w^6 = xi, Fq2 modulo i^2 = -1."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from zkctl.curve import BN254, CURVES, Curve
from zkctl.curve.pairing_formulas import final_power
from zkctl.curve.tower import Fq12, Ring, Tower, frobenius_constant, integer_tower, signed_digits
from zkctl.field import FieldArray

EACH_CURVE = pytest.mark.parametrize("curve", CURVES, ids=lambda c: c.name)


def elements(curve: Any, n: int) -> list[Fq12]:
    """Random and boundary elements of Fq12."""
    rng, q = random.Random(7), curve.base_field.modulus
    pool = [0, 1, q - 1, 2, q // 2, 1 << 64]
    draw = [lambda: rng.randrange(q), lambda: rng.choice(pool)]
    fq2 = integer_tower(curve).fq2
    return [
        Fq12.from_powers_of_w([fq2(draw[k % 2](), draw[k % 2]()) for _ in range(6)])
        for k in range(n)
    ]


def flat(f: Fq12, q: int) -> list[tuple[int, int]]:
    return [(c.c0 % q, c.c1 % q) for c in f.powers_of_w()]


def product(curve: Any, f: Fq12, g: Fq12) -> list[tuple[int, int]]:
    """By definition."""
    q, xi = curve.base_field.modulus, curve.xi
    out = [(0, 0)] * 6
    for j, a in enumerate(flat(f, q)):
        for k, b in enumerate(flat(g, q)):
            term = multiply(a, b)
            out[(j + k) % 6] = add(out[(j + k) % 6], multiply(term, xi) if j + k > 5 else term)
    return [(a % q, b % q) for a, b in out]


def multiply(a: Any, b: Any) -> tuple[int, int]:
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def add(a: Any, b: Any) -> tuple[int, int]:
    return a[0] + b[0], a[1] + b[1]


def power(f: Fq12, n: int) -> Fq12:
    result = f
    for bit in bin(n)[3:]:
        result = result.square()
        if bit == "1":
            result = result * f
    return result


@EACH_CURVE
def test_products_and_squares_equal_the_definition(curve: Curve) -> None:
    q = curve.base_field.modulus
    sample = elements(curve, 8)
    for f, g in pairwise(sample):
        assert flat(f * g, q) == product(curve, f, g)
        assert flat(f.square(), q) == product(curve, f, f)


@EACH_CURVE
def test_inverse(curve: Curve) -> None:
    q = curve.base_field.modulus
    for f in elements(curve, 4):
        assert flat(f * f.inverse(), q) == [(1, 0)] + [(0, 0)] * 5


@EACH_CURVE
def test_frobenius_is_the_power_by_q(curve: Curve) -> None:
    q, tower = curve.base_field.modulus, integer_tower(curve)
    f = elements(curve, 1)[0]
    expected = f
    for n in (1, 2, 3):
        expected = power(expected, q)
        assert flat(tower.frobenius(f, n), q) == flat(expected, q)
    assert flat(power(power(power(expected, q), q), q), q) == flat(f.conjugate(), q)


@EACH_CURVE
def test_cyclotomic_square(curve: Curve) -> None:
    q = curve.base_field.modulus
    f = final_power(integer_tower(curve), elements(curve, 1)[0])
    assert flat(f.cyclotomic_square(), q) == flat(f.square(), q)
    assert flat(f * f.conjugate(), q) == [(1, 0)] + [(0, 0)] * 5


@EACH_CURVE
def test_frobenius_constant_of_negative_index_is_the_inverse(curve: Curve) -> None:
    q = curve.base_field.modulus
    a, b = frobenius_constant(curve, 1, 2), frobenius_constant(curve, 1, -2)
    assert tuple(c % q for c in multiply(a, b)) == (1, 0)


@EACH_CURVE
def test_the_same_formulas_run_on_whole_arrays(curve: Curve) -> None:
    field = curve.base_field
    ring = Ring(
        constant=lambda value: FieldArray.from_ints(field, [value])[0],
        reduce=lambda x: x,
        invert=FieldArray.inverse,
    )
    over_arrays, sample = Tower(curve, ring), elements(curve, 5)
    columns = zip(*(f.powers_of_w() for f in sample), strict=True)
    f = Fq12.from_powers_of_w(
        [
            over_arrays.fq2(
                FieldArray.from_ints(field, [c.c0 for c in column]),
                FieldArray.from_ints(field, [c.c1 for c in column]),
            )
            for column in columns
        ]
    )
    got = (f.square() * over_arrays.frobenius(f, 1)).inverse().coefficients()
    tower = integer_tower(curve)
    expected = [(g.square() * tower.frobenius(g, 1)).inverse().coefficients() for g in sample]
    assert (np.array(expected) == np.array([c.to_ints() for c in got]).T).all()


@pytest.mark.parametrize("n", [1, 2, 3, 7, 11, 0xD201000000010000, BN254.x, 2**64 - 1, 2**64])
def test_signed_digits(n: Any) -> None:
    digits = signed_digits(n)
    assert digits[0] == 1
    assert set(digits) <= {-1, 0, 1}
    assert sum(d << k for k, d in enumerate(reversed(digits))) == n


@EACH_CURVE
@pytest.mark.parametrize("n", [1, -1, 2, -7, 100])
def test_cyclotomic_power(curve: Curve, n: int) -> None:
    tower = integer_tower(curve)
    seed = tower.one()
    seed.c1.c0 = tower.fq2(2, 9)
    f = final_power(tower, seed)
    expected, factor = tower.one(), f if n > 0 else f.inverse()
    for _ in range(abs(n)):
        expected = expected * factor
    assert f.cyclotomic_power(n).coefficients() == expected.coefficients()
