"""Point arrays, scalar multiplication and MSM against py_ecc, exceptional additions included."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import py_ecc.optimized_bls12_381 as ecc_bls12_381
import py_ecc.optimized_bn128 as ecc_bn254
import pytest

from tests.support.points import first_curve_points
from zkctl.curve import (
    BLS12_381,
    BN254,
    G1Array,
    G2Array,
    Group,
    PointArray,
    msm,
    msm_words,
    multiply_base,
    multiply_each,
)
from zkctl.field import FieldArray, words_from_ints

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]
EACH_GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)


class Oracle:
    """py_ecc on our affine points (None is infinity)."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.ecc = ecc_bn254 if group.curve_name == "bn254" else ecc_bls12_381
        self.kind = self.ecc.FQ if group.degree == 1 else self.ecc.FQ2
        self.degree = group.degree
        self.infinity = (self.kind.one(), self.kind.one(), self.kind.zero())

    def _in(self, point: Any):
        if point is None:
            return self.infinity
        x, y = ((c[0],) if self.degree == 1 else (c,) for c in point)
        return self.kind(*x), self.kind(*y), self.kind.one()

    def _out(self, point: Any):
        if self.ecc.is_inf(point):
            return None
        x, y = self.ecc.normalize(point)
        return tuple((int(c),) if self.degree == 1 else tuple(map(int, c.coeffs)) for c in (x, y))

    def add(self, p: Any, q: Any):
        return self._out(self.ecc.add(self._in(p), self._in(q)))

    def product(self, p: Any, k: int):
        return self.ecc.multiply(self._in(p), k)

    def multiply(self, p: Any, k: int):
        return self._out(product(self.group, p, k))

    def combination(self, points: Any, scalars: Any):
        total = self.infinity
        for point, scalar in zip(points, scalars, strict=True):
            total = self.ecc.add(total, product(self.group, point, scalar))
        return self._out(total)


@cache
def product(group: Group, p: Any, k: int) -> Any:
    """k P in py_ecc, computed once for all tests: they use the same points and scalars again and again."""
    return Oracle(group).product(p, k)


def array(group: Group, points: Any) -> PointArray:
    return (G1Array if group.degree == 1 else G2Array).from_ints(group, points)


def pool(group: Group) -> list:
    """Infinity, small multiples and their opposites, and points outside the prime-order group."""
    oracle, r = Oracle(group), group.scalar_field.modulus
    multiples = [oracle.multiply(group.generator, k) for k in (1, 2, 3, 4, r - 1, r - 2, r - 3)]
    return [None, *multiples, *first_curve_points(group, 2)]


def scalars(group: Group) -> list[int]:
    """Zero, one, r - 1, the limits of windows, words and halves, and random ones."""
    r, rng = group.scalar_field.modulus, random.Random(5)
    edges = [0, 1, 2, 3, r - 1, r - 2, r // 2, r // 2 + 1, 2**64 - 1, 2**64, 2**128 - 1, 2**128]
    edges += [2**k + d for k in (8, 13, 16, 127, 192, 252) for d in (-1, 0, 1)]
    return edges + [rng.randrange(r) for _ in range(6)] + [rng.randrange(256) for _ in range(6)]


@EACH_GROUP
def test_addition_of_every_pair(group: Group) -> None:
    oracle, points = Oracle(group), pool(group)
    left = [p for p in points for _ in points]
    right = [q for _ in points for q in points]
    ours = array(group, left) + array(group, right)
    assert ours.to_ints() == [oracle.add(p, q) for p, q in zip(left, right, strict=True)]
    assert not (array(group, left) - array(group, left)).data.any()


@EACH_GROUP
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 17, 100])
def test_sum_of_all(group: Group, n: int) -> None:
    points = (pool(group) * 10)[:n]
    assert array(group, points).sum().to_ints() == [
        Oracle(group).combination(points, [1] * len(points))
    ]


@EACH_GROUP
def test_multiply_base(group: Group) -> None:
    oracle, values = Oracle(group), scalars(group)
    base = array(group, [group.generator])[0]
    ours = multiply_base(base, FieldArray.from_ints(group.scalar_field, values))
    assert ours.to_ints() == [oracle.multiply(group.generator, k) for k in values]


@EACH_GROUP
def test_multiply_base_at_infinity(group: Group) -> None:
    base = array(group, [None])[0]
    ours = multiply_base(base, FieldArray.from_ints(group.scalar_field, [0, 1, 5]))
    assert ours.to_ints() == [None] * 3


@EACH_GROUP
def test_multiply_each(group: Group) -> None:
    oracle, values = Oracle(group), scalars(group)
    points = (pool(group) * 10)[: len(values)]
    ours = multiply_each(array(group, points), FieldArray.from_ints(group.scalar_field, values))
    assert ours.to_ints() == [oracle.multiply(p, k) for p, k in zip(points, values, strict=True)]
    one = FieldArray.from_ints(group.scalar_field, values[-1:])[0]
    ours = multiply_each(array(group, pool(group)), one)
    assert ours.to_ints() == [oracle.multiply(p, values[-1]) for p in pool(group)]


def msm_cases(group: Group) -> dict[str, tuple[list, list[int]]]:
    """Points and scalars by name."""
    values, points, r = scalars(group), pool(group), group.scalar_field.modulus
    g = group.generator
    mixed = (points * 10)[: len(values)]
    return {
        "empty": ([], []),
        "one": ([g], [5]),
        "only infinities": ([None] * 5, [1, 2, 3, 4, 5]),
        "only zeros": ([g] * 5, [0] * 5),
        "only ones": (points, [1] * len(points)),
        "mixed": (mixed, values),
        "same point": ([g] * len(values), values),
        "same point, same scalar": ([g] * 64, [r - 1] * 64),
        "opposite pairs": ([points[1], points[5]] * 20, [k for k in values[:20] for _ in (0, 1)]),
        "cancels": ([g, g, points[2]], [7, r - 9, 1]),
        "colliding sums": ([*points[1:5]] * 8, [3] * 32),
        "bits": (mixed, [k % 2 for k in values]),
    }


CASES = list(msm_cases(BN254.g1))


@EACH_GROUP
@pytest.mark.parametrize("name", CASES)
def test_msm(group: Group, name: Any) -> None:
    points, values = msm_cases(group)[name]
    ours = msm(array(group, points), FieldArray.from_ints(group.scalar_field, values))
    assert ours.to_ints() == [Oracle(group).combination(points, values)]


@EACH_GROUP
def test_msm_of_known_logarithms(group: Group) -> None:
    """Many random points k G and scalars s: the sum is (sum k s) G."""
    rng, r, n = random.Random(3), group.scalar_field.modulus, 700
    logs, values = ([rng.randrange(r) for _ in range(n)] for _ in (0, 1))
    base = array(group, [group.generator])[0]
    points = multiply_base(base, FieldArray.from_ints(group.scalar_field, logs))
    ours = msm(points, FieldArray.from_ints(group.scalar_field, values))
    total = sum(k * s for k, s in zip(logs, values, strict=True)) % r
    assert ours.to_ints() == [Oracle(group).multiply(group.generator, total)]


@EACH_GROUP
def test_msm_words_need_not_be_reduced(group: Group) -> None:
    limit = 1 << (64 * group.scalar_field.n_words)
    values = [limit - 1, group.scalar_field.modulus, group.scalar_field.modulus + 1, limit // 2]
    points = [group.generator, *first_curve_points(group, 3)]
    ours = msm_words(array(group, points), words_from_ints(values, group.scalar_field.n_words))
    assert ours.to_ints() == [Oracle(group).combination(points, values)]
