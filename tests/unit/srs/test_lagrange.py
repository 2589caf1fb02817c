"""The Lagrange form of powers of tau, against values computed from a known tau."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.support.toy_groth16 import Secrets, lagrange_values, powers_of_tau
from zkctl.curve import BLS12_381, BN254, Curve, G1Array, multiply_base
from zkctl.errors import LimitError
from zkctl.field import FieldArray
from zkctl.srs.lagrange import LagrangeBlock, inverse_transforms, with_lagrange

CURVES = pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=lambda c: c.name)
POWER = 3


@CURVES
def test_blocks_are_lagrange_values(curve: Curve) -> None:
    """All but the largest block: there the last of its 2n powers counts as zero."""
    given = powers_of_tau(curve, POWER)
    made = with_lagrange(replace(given, lagrange=None))
    assert made.lagrange is not None and given.lagrange is not None
    n = 1 << POWER
    for name in ("tau_g2", "alpha_tau_g1", "beta_tau_g1"):
        assert (getattr(made.lagrange, name) == getattr(given.lagrange, name)).all(), name
    assert len(made.lagrange.tau_g1) == 4 * n - 1
    short = slice(0, 2 * n - 1)
    assert (made.lagrange.tau_g1[short] == given.lagrange.tau_g1[short]).all()


@CURVES
def test_largest_block_lacks_the_top_coefficient(curve: Curve) -> None:
    field, tau, size = curve.scalar_field, Secrets().tau, 2 << POWER
    made = with_lagrange(powers_of_tau(curve, POWER))
    assert made.lagrange is not None
    p, w = field.modulus, field.root_of_unity(POWER + 1)
    top = pow(tau, size - 1, p) * pow(size, -1, p)
    values = [
        value - top * pow(w, i, p) for i, value in enumerate(lagrange_values(field, POWER + 1, tau))
    ]
    expected = multiply_base(G1Array.generator(curve.g1), FieldArray.from_ints(field, values))
    assert (made.lagrange.tau_g1[size - 1 :] == expected).all()


@CURVES
@pytest.mark.parametrize("log_n", [0, 1, 2, 5])
def test_transform_of_one_point(curve: Curve, log_n: int) -> None:
    """The transform of (P, 0, 0 ...) is P / n everywhere; of infinity, infinity; other rows stay."""
    field, n = curve.scalar_field, 1 << log_n
    points = G1Array.infinity(curve.g1, 3 * n)
    points.data[[1, 2 * n]] = G1Array.generator(curve.g1).data
    before = points.data[:n].copy()
    inverse_transforms(points, [LagrangeBlock(n, log_n), LagrangeBlock(2 * n, log_n)])
    inverse = FieldArray.from_ints(field, [pow(n, -1, field.modulus)] * n)
    expected = multiply_base(G1Array.generator(curve.g1), inverse)
    if n > 1:
        assert np.array_equal(points.data[:n], before)
        assert points[n : 2 * n].is_infinity().all()
    assert (points[2 * n :] == expected).all()


def test_input_is_not_changed_and_progress_is_told() -> None:
    powers = powers_of_tau(BN254, 2)
    before = powers.tau_g1.data.copy()
    told: list[tuple[str, float | None]] = []
    with_lagrange(powers, lambda what, done: told.append((what, done)))
    assert np.array_equal(powers.tau_g1.data, before)
    assert told[0][0] == "Lagrange form in G1"
    assert told[-1] == ("Lagrange form in G2", 1.0)


def test_powers_beyond_the_domain_are_refused() -> None:
    powers = replace(powers_of_tau(BN254, 2), power=28, ceremony_power=28)
    with pytest.raises(LimitError, match="has no domain of size"):
        with_lagrange(powers)
