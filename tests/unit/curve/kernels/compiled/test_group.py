"""The batched addition on the pairs its formula does not cover, and on ordinary ones; every vector width."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from tests.support import points as integer_points
from zkctl.curve import BLS12_381, BN254, PointArray
from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.curve.kernels.numpy import NumpyGroupKernels
from zkctl.curve.sums.reference_sums import NONE, ReferenceSums
from zkctl.errors import ShapeError

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]


def structured_pairs(group: Any, n: Any):
    """Small multiples of one point: equal, opposite and infinite partners are frequent."""
    rng = random.Random(group.name)
    points = [None]
    for _ in range(12):
        points.append(integer_points.add(group, points[-1], group.generator))
    points += [integer_points.negate(group, p) for p in points]
    return [(rng.choice(points), rng.choice(points)) for _ in range(n)]


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_addition_is_right_on_every_pair(group: Group, width: Any) -> None:
    pairs = structured_pairs(group, 700)
    left, right = (PointArray.from_ints(group, side).data for side in zip(*pairs, strict=True))
    got = PointArray(group, CompiledGroupKernels(group).add(left, right)).to_ints()
    assert got == [integer_points.add(group, p, q) for p, q in pairs]


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_drivers_are_right_at_every_width(group: Group, width: Any) -> None:
    """Sums of segments and the halving of buckets, with exceptional pairs in every round."""
    points = [p for p, _ in structured_pairs(group, 40)]
    rng, lengths, shape = random.Random(7), [40, 7, 0, 33, 1, 200], (3, 16)
    starts = np.cumsum([0, *lengths]).astype(np.int32)
    refs = np.array([rng.randrange(80) for _ in range(starts[-1])], np.int32)
    buckets = np.array([rng.choice([-1, *range(80)]) for _ in range(48)], np.int32).reshape(shape)
    found = []
    for k in (CompiledGroupKernels(group), NumpyGroupKernels(group)):
        levels = len(points) + len(lengths)
        temporary = levels + 64 * (k.width + 16)
        pool = k.new_pool(temporary + ReferenceSums.rows_needed(200, k.width))
        k.to_pool(PointArray.from_ints(group, points).data, pool)
        sums = ReferenceSums(k, pool, temporary, 200).run(refs, starts, len(points))
        rows = k.signed_points(pool[np.maximum(sums, 0) >> 1], sums & 1)[sums != NONE]
        odd, lists = k.halve(pool, buckets, levels)
        found += [rows, k.signed_points(pool[odd >> 1], odd & 1), lists]
    assert all(np.array_equal(a, b) for a, b in zip(found[:3], found[3:], strict=True))


@pytest.mark.parametrize("group", GROUPS, ids=str)
@pytest.mark.parametrize("kernels", [CompiledGroupKernels, NumpyGroupKernels])
def test_indexed_additions_and_doublings_with_signs(group: Group, kernels: Any) -> None:
    rng = random.Random(5)
    points = [p for p, _ in structured_pairs(group, 40)]
    n, k = 300, kernels(group)
    pool = k.new_pool(len(points) + 2 * n)
    k.to_pool(PointArray.from_ints(group, points).data, pool)
    refs = [rng.randrange(2 * len(points)) for _ in range(2 * n)]
    left, right = (np.zeros(n + k.padding, np.int32) for _ in range(2))
    left[:n], right[:n] = refs[:n], refs[n:]

    def signed(reference: Any):
        point = points[reference >> 1]
        return integer_points.negate(group, point) if reference & 1 else point

    start = len(points)
    k.add_indexed(pool, left, right, n, start)
    k.double_indexed(pool, left, n, start + n)
    rows = PointArray(group, k.from_pool(pool[start : start + 2 * n])).to_ints()
    sides = list(zip(map(signed, refs[:n]), map(signed, refs[n:]), strict=True))
    assert rows[:n] == [integer_points.add(group, p, q) for p, q in sides]
    assert rows[n:] == [integer_points.add(group, p, p) for p, _ in sides]


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_points_off_the_curve_do_not_disturb_their_batch(group: Group) -> None:
    """A hostile pair with y = 0, or equal x and unrelated y, must not spoil the shared inversion."""
    pairs = structured_pairs(group, 64)
    zero, one = (0,) * group.degree, (1,) + (0,) * (group.degree - 1)
    seven = (7,) + (0,) * (group.degree - 1)
    hostile = {3: ((one, zero), (one, zero)), 17: ((seven, one), (seven, seven))}
    for k, pair in hostile.items():
        pairs[k] = pair
    left, right = (PointArray.from_ints(group, side).data for side in zip(*pairs, strict=True))
    for kernels in (CompiledGroupKernels(group), NumpyGroupKernels(group)):
        got = PointArray(group, kernels.add(left, right)).to_ints()
        assert got[3] is None
        honest = [k for k in range(64) if k not in hostile]
        assert [got[k] for k in honest] == [integer_points.add(group, *pairs[k]) for k in honest]


@pytest.mark.parametrize("group", [BN254.g1, BN254.g2], ids=str)
def test_a_false_alarm_of_the_detection_is_added_exactly(group: Group) -> None:
    """Two points whose x agree in the lowest word (of every part) but nowhere else."""
    field = group.base_field
    kernels = CompiledGroupKernels(group)
    p, radix = field.modulus, 1 << kernels.plan.radix_bits
    # x1 R' mod p and x2 R' mod p share their low 64 bits; y arbitrary (the formula does not use b)
    first = 12345 * pow(radix, -1, p) % p
    second = (12345 + (77 << 64)) * pow(radix, -1, p) % p
    tail = (0,) * (group.degree - 1)
    pair = [((first, *tail), (3, *tail)), ((second, *tail), (5, *tail))]
    points = [PointArray.from_ints(group, [point] * 9).data for point in pair]
    got = PointArray(group, kernels.add(*points)).to_ints()
    assert got == [integer_points.add(group, *pair)] * 9


def test_lists_that_do_not_fit_are_refused() -> None:
    kernels = CompiledGroupKernels(BN254.g1)
    pool = kernels.new_pool(4)
    short = np.zeros(3, np.int32)
    with pytest.raises(ShapeError, match="2 additions do not fit: expected lists of at least"):
        kernels.add_indexed(pool, short, short, 2, 2)
    long = np.zeros(2 + kernels.padding, np.int32)
    with pytest.raises(
        ShapeError,
        match=r"additions do not fit: expected lists of at least .* and a pool of at least",
    ):
        kernels.add_indexed(pool, long, long, 2, len(pool))
    for bad in (-2, 2 * len(pool)):
        outside = np.full(1 + kernels.padding, bad, np.int32)
        with pytest.raises(ShapeError, match="reference is outside the pool: expected a row below"):
            kernels.add_indexed(pool, outside, outside, 1, 2)
    with pytest.raises(
        ShapeError, match=r"points do not fit the rows: expected \(n, \d+\) with n up to"
    ):
        kernels.to_pool(np.zeros((40, 8), np.uint64), pool)
