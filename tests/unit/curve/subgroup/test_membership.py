"""On-curve and subgroup questions: members, torsion points, P + T, infinity, off-curve points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.points import add, curve_points, first_curve_points, multiply
from zkctl.curve import (
    BLS12_381,
    BN254,
    Group,
    PointArray,
    is_in_subgroup,
    is_on_curve,
    point_array,
)
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.curve.kernels.complete_addition import CompleteAddition
from zkctl.curve.kernels.numpy import NumpyGroupKernels
from zkctl.curve.subgroup.membership_formulas import members_by_arrays
from zkctl.field.backend import field_kernels

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]
EACH_GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)
LARGER = pytest.mark.parametrize(
    "group", [g for g in GROUPS if g.cofactor > 1], ids=lambda g: g.name
)


def array(group: Group, points: Any) -> PointArray:
    return point_array(group, PointArray.from_ints(group, points).data)


def members(group: Group) -> list:
    return [multiply(group, group.generator, k) for k in (0, 1, 2, 3, 2**64 + 1)] + [
        multiply(group, group.generator, group.scalar_field.modulus - 1)
    ]


def torsion(group: Group, n: int) -> list:
    """Points whose order divides the cofactor."""
    r = group.scalar_field.modulus
    return [multiply(group, p, r) for p in first_curve_points(group, n)]


@EACH_GROUP
def test_members_are_on_the_curve_and_in_the_group(group: Group) -> None:
    points = array(group, members(group))
    assert is_on_curve(points).all()
    assert is_in_subgroup(points).all()


@LARGER
def test_200_points_outside_the_group_are_refused(group: Any) -> None:
    points = array(group, first_curve_points(group, 200))
    assert is_on_curve(points).all()
    assert not is_in_subgroup(points).any()


@LARGER
def test_torsion_points_are_refused(group: Any) -> None:
    points = torsion(group, 4)
    assert None not in points
    assert not is_in_subgroup(array(group, points)).any()


@LARGER
def test_member_plus_torsion_is_refused(group: Any) -> None:
    sums = [add(group, p, t) for t in torsion(group, 3) for p in members(group)]
    points = array(group, sums)
    assert is_on_curve(points).all()
    assert not is_in_subgroup(points).any()


def small_orders() -> list:
    """Small prime factors of the cofactors."""
    primes = (3, 11, 13, 23, 2713, 10069, 10177, 11953, 262069, 859267, 5864401, 52437899)
    found = [(group, n) for group in GROUPS for n in primes if group.cofactor % n == 0]
    assert {n for _, n in found} == {*primes}
    return found


@pytest.mark.parametrize(("group", "order"), small_orders())
def test_points_of_small_order_are_refused(group: Any, order: Any) -> None:
    curve_order = group.cofactor * group.scalar_field.modulus
    remaining = curve_order
    while remaining % order == 0:
        remaining //= order
    candidates = (multiply(group, p, remaining) for p in curve_points(group))
    point = next(p for p in candidates if p is not None)
    while (following := multiply(group, point, order)) is not None:
        point = following
    assert not is_in_subgroup(array(group, [point])).any()
    # sums with members meet exceptional additions on other ways
    sums = [add(group, point, p) for p in members(group) if p is not None]
    assert not is_in_subgroup(array(group, sums)).any()


@EACH_GROUP
def test_points_off_the_curve_are_refused(group: Group) -> None:
    x, y = group.generator
    q = group.base_field.modulus
    zero = (0,) * group.degree
    off = [
        (x, (*y[:-1], (y[-1] + 1) % q)),
        (((x[0] + 1) % q, *x[1:]), y),
        (y, x),
        (x, zero),
        (zero, y),
        (tuple(-c % q for c in group.b), zero),
    ]
    points = array(group, off)
    assert not is_on_curve(points).any()
    assert not is_in_subgroup(points).any()


@EACH_GROUP
def test_answers_are_element_wise_and_keep_the_shape(group: Group) -> None:
    x, y = group.generator
    mixed = array(group, [(x, y), None, (y, x)] * 30)
    expected = np.array([True, True, False] * 30)
    assert (is_on_curve(mixed) == expected).all()
    assert (is_in_subgroup(mixed) == expected).all()
    assert is_on_curve(mixed[0]).shape == is_in_subgroup(mixed[0]).shape == ()
    assert is_in_subgroup(mixed[:0]).shape == (0,)


@LARGER
def test_kernel_and_arrays_agree_on_every_width(group: Any, width: Any) -> None:
    outsiders = first_curve_points(group, 9)
    points = members(group) + torsion(group, 2) + outsiders
    points += [add(group, p, q) for p in members(group)[:3] for q in outsiders]
    x, y = group.generator
    rows = array(group, [*points, (y, x), (x, x)])
    addition = CompleteAddition(group, field_kernels(group.base_field))
    expected = members_by_arrays(addition, rows.data)
    assert expected.any()
    for n in (len(rows), 1, 2, 3, 5, 0):
        assert (CompiledGroupKernels(group).members(rows.data[:n]) == expected[:n]).all()
        assert (CompiledGroupKernels(group).members(rows.data[-n:]) == expected[-n:]).all()


@EACH_GROUP
def test_numpy_kernels_answer_alike(group: Group) -> None:
    x, y = group.generator
    rows = array(group, [*members(group), *first_curve_points(group, 3), (y, x)])
    assert (NumpyGroupKernels(group).members(rows.data) == is_in_subgroup(rows)).all()


def test_beta_belongs_to_minus_x_squared() -> None:
    group = BLS12_381.g1
    r, q = group.scalar_field.modulus, group.base_field.modulus
    (x,), y = group.generator
    assert multiply(group, (group.generator), r - BLS12_381.x**2) == ((BLS12_381.beta * x % q,), y)
