"""Multiples on Python integers: against the compiled kernels, on members, on other points of the curve, at infinity."""

from __future__ import annotations

import secrets

import numpy as np
import pytest

from tests.support.numbers import boundary_values
from zkctl.curve import CURVES, G1Array, G2Array, Group, multiply_base
from zkctl.curve.group import point_array
from zkctl.curve.integer_multiples import multiples_on_integers
from zkctl.curve.kernels.numpy import NumpyGroupKernels
from zkctl.field import FieldArray

GROUPS = [group for curve in CURVES for group in (curve.g1, curve.g2)]


def generator(group: Group) -> G1Array | G2Array:
    return (G1Array if group.degree == 1 else G2Array).generator(group)


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_multiples_of_members(group: Group) -> None:
    r = group.scalar_field.modulus
    factors = [1, 2, 3, 4, 7, r - 1, r - 2, *(secrets.randbelow(r - 1) + 1 for _ in range(4))]
    point = generator(group)
    for n in factors:
        expected = multiply_base(point, FieldArray.from_ints(group.scalar_field, [n])).data
        assert np.array_equal(multiples_on_integers(group, point.data[None], n), expected)


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_the_order_and_beyond(group: Group) -> None:
    """On the way to r, 2 r and r + 1 the sum meets infinity, and its own point again."""
    r, point = group.scalar_field.modulus, generator(group).data[None]
    for n, expected in ((r, 0), (2 * r, 0), (r + 1, 1), (2 * r + 1, 1), (r * r + 1, 1)):
        found = multiples_on_integers(group, point, n)
        assert np.array_equal(found, point if expected else np.zeros_like(point))


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_rows_and_infinity(group: Group) -> None:
    point = generator(group)
    rows = type(point).concatenate([point, type(point).infinity(group), point.doubled()])
    found = point_array(group, multiples_on_integers(group, rows.data, 5))
    expected = [
        point.doubled(2) + point,
        type(point).infinity(group),
        point.doubled(3) + point.doubled(),
    ]
    assert (found == type(point).concatenate(expected)).all()
    assert multiples_on_integers(group, rows.data[:0], 5).shape == (0, group.point_words)


@pytest.mark.parametrize("group", [g for g in GROUPS if g.cofactor > 1], ids=str)
def test_membership_is_refused_on_integers_too(group: Group) -> None:
    """A point of the curve outside the group, by the numpy kernels, one row and many."""
    kernels = NumpyGroupKernels(group)
    outside = point_outside(group)
    rows = np.stack([generator(group).data, outside, np.zeros_like(outside)])
    for repeat in (1, 30):
        assert kernels.members(np.tile(rows, (repeat, 1))).tolist() == [True, False, True] * repeat


def point_outside(group: Group) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    """A point of the curve that is not of order r: the first x with a y."""
    from zkctl.curve.coordinates import curve_value, join_point, split_coordinate, square_root
    from zkctl.field import words_from_ints

    for x in boundary_values(group.base_field):
        word = words_from_ints([x, *[0] * (group.degree - 1)], group.base_field.n_words)
        coordinate = split_coordinate(group, word.reshape(1, -1))
        y, exists = square_root(curve_value(group, coordinate))
        point = join_point(group, coordinate, y)
        if exists[0] and not point.is_infinity()[0]:
            return np.asarray(point.data[0])
    raise AssertionError("no point found")
