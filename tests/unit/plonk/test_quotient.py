"""The quotient against its definition, on Python integers."""

from __future__ import annotations

import random

import pytest

from tests.support.polynomials import Polynomials
from tests.support.toy_provers import PLONK, PLONK_BLS, Prover
from zkctl.field import FieldArray
from zkctl.kzg.permutation import Permutation
from zkctl.kzg.proving import accumulator, blinded, rows_of
from zkctl.plonk.quotient import Quotient
from zkctl.poly.domain import Domain


@pytest.mark.parametrize("prover", [PLONK, PLONK_BLS], ids=str)
def test_times_the_vanishing_polynomial_is_the_numerator(prover: Prover) -> None:
    key, field, rng = prover.key(), prover.curve.scalar_field, random.Random(1)
    p, domain = field.modulus, Domain(field, 3)
    f = Polynomials(p)
    beta, gamma, alpha = (rng.randrange(p) for _ in range(3))
    permutation = Permutation(beta, gamma, 2, 3)
    rows = rows_of(key, prover.witness())
    wires = [blinded(domain, each, 2) for each in rows.columns]
    z = blinded(domain, accumulator(domain, permutation, rows.columns, key), 3)
    low, mid, high = Quotient(key, domain, permutation, alpha).parts(wires, z, rows.public)
    assert (len(low), len(mid), len(high)) == (8, 8, 14)
    t = low.to_ints() + mid.to_ints() + high.to_ints()

    def plain(coefficients: FieldArray) -> list[int]:
        return coefficients.to_ints()

    def value_of(x: int) -> int:
        """The numerator at a point."""
        a, b, c, z_here = (f.value(plain(each), x) for each in (*wires, z))
        z_next = f.value(plain(z), x * domain.root % p)
        q_m, q_l, q_r, q_o, q_c = (
            f.value(plain(getattr(key, name).coefficients), x)
            for name in ("q_m", "q_l", "q_r", "q_o", "q_c")
        )
        sigmas = [f.value(plain(getattr(key, f"sigma_{k}").coefficients), x) for k in (1, 2, 3)]
        lagrange = [f.value(plain(each.coefficients), x) for each in key.lagrange]
        pi = -sum(s * v for s, v in zip(rows.public.to_ints(), lagrange, strict=True))
        total = q_m * a * b + q_l * a + q_r * b + q_o * c + q_c + pi
        own = other = alpha
        for wire, k, sigma in zip((a, b, c), (1, 2, 3), sigmas, strict=True):
            own = own * (wire + beta * k * x + gamma) % p
            other = other * (wire + beta * sigma + gamma) % p
        return (total + own * z_here - other * z_next + alpha**2 * (z_here - 1) * lagrange[0]) % p

    for _ in range(40):  # more points than the numerator has coefficients
        x = rng.randrange(p)
        assert f.value(t, x) * (pow(x, 8, p) - 1) % p == value_of(x)
