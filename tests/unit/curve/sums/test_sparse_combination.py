"""Sparse combinations of points, against sums of exponents."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from zkctl.curve import CURVES, G1Array, G2Array, Group, PointArray, multiply_base
from zkctl.curve.sums import sparse_combination as module
from zkctl.curve.sums.sparse_combination import SparseCombination
from zkctl.errors import ShapeError
from zkctl.field import FieldArray, words_from_ints

GROUPS = [group for curve in CURVES for group in (curve.g1, curve.g2)]


def points(group: Group, exponents: list[int]) -> PointArray:
    generator = (G1Array if group.degree == 1 else G2Array).generator(group)
    return multiply_base(generator, FieldArray.from_ints(group.scalar_field, exponents))


def exponents(group: Group) -> list[int]:
    """With repetitions, opposites, zero."""
    rng, r = Random(3), group.scalar_field.modulus
    return [*(rng.randrange(r) for _ in range(5)), 1, 1, r - 1, 0, 2]


@pytest.mark.parametrize("block", [3, 1 << 14])
@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_sparse_combination(group: Group, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TERMS_PER_BLOCK", block)
    rng, r, k = Random(5), group.scalar_field.modulus, exponents(group)
    odd = [0, 1, r - 1, 2, 7, 8, 9, 15, 16, 17, r - 8, r - 9, 2**64, 2**128 - 1, r // 2, r // 2 + 1]
    terms = [
        (rng.randrange(len(k)), rng.choice([0, 1, 3, 4]), coefficient)
        for coefficient in [*odd, *(rng.randrange(r) for _ in range(8))]
    ]
    sources, targets, coefficients = zip(*terms, strict=True)
    words = words_from_ints(coefficients, group.scalar_field.n_words)
    combination = SparseCombination(
        np.array(sources), np.array(targets), FieldArray(group.scalar_field, words), 6
    )
    expected = [0] * 6
    for source, target, coefficient in terms:
        expected[target] += coefficient * k[source]
    assert (combination.apply(points(group, k)) == points(group, expected)).all()


@pytest.mark.parametrize("group", [GROUPS[0], GROUPS[3]], ids=str)
def test_sum_of_combinations(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part has points of its own; on several threads."""
    monkeypatch.setattr(module, "TERMS_PER_BLOCK", 4)
    monkeypatch.setenv("ZKCTL_THREADS", "3")
    rng, r, n = Random(6), group.scalar_field.modulus, 10
    vectors = [[rng.randrange(r) for _ in range(n)] for _ in range(3)]
    parts, expected = [], [0] * 4
    for vector in vectors:
        sources, targets = ([rng.randrange(m) for _ in range(9)] for m in (n, 4))
        factors = [rng.choice([1, r - 1, 3, rng.randrange(r)]) for _ in range(9)]
        words = words_from_ints(factors, group.scalar_field.n_words)
        coefficients = FieldArray(group.scalar_field, words)
        parts.append(SparseCombination(np.array(sources), np.array(targets), coefficients, 4))
        for source, target, factor in zip(sources, targets, factors, strict=True):
            expected[target] += factor * vector[source]
    got = SparseCombination.added(parts, n).apply(*(points(group, v) for v in vectors))
    assert (got == points(group, [value % r for value in expected])).all()


def test_combination_without_terms_and_with_a_missing_point() -> None:
    group = GROUPS[0]
    field, none = group.scalar_field, np.zeros(0, np.int64)
    empty = SparseCombination(none, none, FieldArray.zeros(field, 0), 2)
    assert empty.apply(points(group, [5])).is_infinity().all()
    one = SparseCombination(np.array([7]), np.array([0]), FieldArray.zeros(field, 1), 2)
    with pytest.raises(ShapeError, match="source is outside the points: expected at most 2, got 7"):
        one.apply(points(group, [1, 2, 3]))
