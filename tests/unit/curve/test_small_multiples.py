"""The bound of the search for small multiples."""

from __future__ import annotations

import pytest

from zkctl.curve import BN254, CURVES, Curve, G1Array, G2Array, multiply_base
from zkctl.curve.small_multiples import small_multiple
from zkctl.field import FieldArray


def g1(*scalars: int) -> G1Array:
    field = BN254.scalar_field
    return multiply_base(G1Array.generator(BN254.g1), FieldArray.from_ints(field, scalars))


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("kind", [G1Array, G2Array])
def test_small_multiple_at_its_bound(curve: Curve, kind: type[G1Array] | type[G2Array]) -> None:
    field, group = curve.scalar_field, curve.g1 if kind is G1Array else curve.g2
    for generator in (kind.generator(group), kind.generator(group).doubled(40)):
        for k in (0, 1, -1, 255, 256, 257, 512, 513, -512, 65535, 65536, -65536, 65535 - 256):
            point = multiply_base(generator, FieldArray.from_ints(field, [k]))[0]
            assert small_multiple(generator, point) == k
        for k in (65537, -65537, 1 << 17, 10**30):
            point = multiply_base(generator, FieldArray.from_ints(field, [k]))[0]
            assert small_multiple(generator, point) is None
        assert small_multiple(generator, kind.infinity(group)) == 0


def test_every_small_multiple_is_found() -> None:
    """With a small bound, all of them and their neighbours."""
    base = G1Array.generator(BN254.g1)
    every = g1(*range(-45, 46))
    found = [small_multiple(base, point, 40) for point in every]
    assert found == [k if abs(k) <= 40 else None for k in range(-45, 46)]
