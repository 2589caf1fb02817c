"""Sampling of scalars and points; golden values are in test_phase1 and test_phase2."""

from __future__ import annotations

import hashlib

import pytest

from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.ceremony.primitives.sampling import (
    hash_to_g2,
    sample_g1,
    sample_points,
    sample_scalar,
)
from zkctl.curve import BLS12_381, BN254, Curve, is_in_subgroup
from zkctl.curve.curves.parameters import Group

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]
EACH_GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)
CURVES = pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=lambda c: c.name)


def seed(k: int) -> bytes:
    return hashlib.sha256(bytes([k])).digest()


def test_scalars_are_read_as_montgomery_forms() -> None:
    """The first rejected draw is the reason for the loop: both must be below r."""
    field = BN254.scalar_field
    for k in range(10):
        rng = ChaCha(seed(k))
        while True:
            value = sum(rng.next_u64() << (64 * i) for i in range(4)) & ((1 << 254) - 1)
            if value < field.modulus:
                break
        expected = value * pow(1 << 256, -1, field.modulus) % field.modulus
        assert sample_scalar(field, ChaCha(seed(k))) == expected


@EACH_GROUP
def test_points_are_members_and_one_generator_each(group: Group) -> None:
    together = sample_points(group, [ChaCha(seed(k)) for k in range(6)])
    assert is_in_subgroup(together).all()
    assert not together.is_infinity().any()
    for k in range(6):
        assert (sample_points(group, [ChaCha(seed(k))]) == together[k]).all()
    assert len({row.tobytes() for row in together.data}) == 6


@EACH_GROUP
def test_both_signs_occur(group: Group) -> None:
    points = sample_points(group, [ChaCha(seed(k)) for k in range(20)])
    middle = group.base_field.modulus // 2
    signs = {point is not None and point[1][-1] > middle for point in points.to_ints()}
    assert signs == {True, False}


@CURVES
def test_hashing_uses_the_first_32_bytes(curve: Curve) -> None:
    digest = hashlib.blake2b(b"x").digest()
    points = hash_to_g2(curve, [digest, digest[:32] + bytes(32), digest[1:] + b"\x00"])
    assert (points[0] == points[1]).all()
    assert not (points[0] == points[2]).all()


@CURVES
def test_one_generator_gives_point_after_point(curve: Curve) -> None:
    rng = ChaCha(seed(1))
    first, second = sample_g1(curve, rng), sample_g1(curve, rng)
    assert first.shape == ()
    assert not bool(first == second)
