"""Scalars cut in two: k_1 + lambda k_2 = k, both short; phi multiplies by lambda."""

from __future__ import annotations

import secrets

import numpy as np
import pytest

from zkctl.curve import CURVES, G1Array, G2Array, Group
from zkctl.curve.subgroup.endomorphism import (
    HALF_WORDS,
    INTEGERS_UP_TO_POINTS,
    SHIFT,
    endomorphism,
)
from zkctl.curve.sums.scale import EachRun
from zkctl.field import FieldArray, ints_from_words, words_from_ints

GROUPS = [group for curve in CURVES for group in (curve.g1, curve.g2)]


def structured(r: int, eigenvalue: int, basis: list[int]) -> list[int]:
    """Ends, halves and neighbours of what rounding decides on."""
    near = [0, r, r // 2, r // 3, 1 << 127, 1 << 128, (1 << 253) - 1, eigenvalue, r - eigenvalue]
    near += [abs(b) for b in basis] + [r * k // 16 for k in range(17)]
    return [(value + d) % r for value in near for d in (-2, -1, 0, 1, 2)]


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_halves(group: Group) -> None:
    phi, r = endomorphism(group), group.scalar_field.modulus
    scalars = structured(r, phi.eigenvalue, [*phi.v, *phi.w])
    scalars += [secrets.randbelow(r) for _ in range(2000)]
    words, negative = phi.split(words_from_ints(scalars, group.scalar_field.n_words))
    assert words.shape == (2, len(scalars), HALF_WORDS)
    halves = [
        [-value if sign else value for value, sign in zip(ints_from_words(w), s, strict=True)]
        for w, s in zip(words, negative, strict=True)
    ]
    for k, k_1, k_2 in zip(scalars, *halves, strict=True):
        assert (k_1 + phi.eigenvalue * k_2 - k) % r == 0
        assert max(abs(k_1), abs(k_2)).bit_length() <= phi.n_bits
    assert phi.n_bits <= r.bit_length() // 2 + 2


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_positive_halves(group: Group) -> None:
    """Neither is negative, so that the kernel of few terms takes them."""
    phi, r = endomorphism(group), group.scalar_field.modulus
    scalars = structured(r, phi.eigenvalue, [*phi.v, *phi.w])
    scalars += [secrets.randbelow(r) for _ in range(2000)]
    for k in (*scalars, r, (1 << 256) - 1):
        k_1, k_2 = phi.positive_halves(k)
        assert (k_1 + phi.eigenvalue * k_2 - k) % r == 0
        assert min(k_1, k_2) >= 0
        assert max(k_1, k_2).bit_length() <= phi.n_bits_of_positive
    assert phi.n_bits_of_positive <= 132


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_few_and_many_images_are_the_same(group: Group) -> None:
    phi = endomorphism(group)
    kind = G1Array if group.degree == 1 else G2Array
    one = kind.generator(group)
    many = kind.concatenate([one, kind.infinity(group)] * INTEGERS_UP_TO_POINTS)
    few = phi.image(many[:2])
    assert np.array_equal(phi.image(many).data[:2], few.data)
    assert not few.data[1].any()


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_products_of_limbs_are_exact(group: Group) -> None:
    """A column adds at most as many products of limbs as the shorter factor has, with signs, twice."""
    phi, r = endomorphism(group), group.scalar_field.modulus
    longest = max((abs(b) << SHIFT) // r for b in (*phi.v, *phi.w)).bit_length()
    assert (2 * -(-longest // 16) + 1) << 32 < 1 << 53


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_phi_multiplies_by_its_eigenvalue(group: Group) -> None:
    phi = endomorphism(group)
    kind = G1Array if group.degree == 1 else G2Array
    points = kind.concatenate([kind.generator(group), kind.generator(group).doubled()])
    eigenvalue = FieldArray.from_ints(group.scalar_field, [phi.eigenvalue] * 2).to_words()
    assert np.array_equal(
        phi.image(points).data, EachRun(points, eigenvalue, halved=False).result()
    )


def test_no_scalars() -> None:
    phi = endomorphism(GROUPS[0])
    words, negative = phi.split(np.zeros((0, 4), np.uint64))
    assert words.shape == (2, 0, HALF_WORDS)
    assert negative.shape == (2, 0)
