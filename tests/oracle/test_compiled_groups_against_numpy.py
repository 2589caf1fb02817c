"""Group and scheduling kernels: compiled against numpy, exceptional and adversarial pairs included."""

from __future__ import annotations

import numpy as np
import pytest

from tests.points import first_curve_points, multiply, negate
from zkctl.curve import BLS12_381, BN254, Group, PointArray
from zkctl.curve.kernels_compiled import CompiledGroupKernels
from zkctl.curve.kernels_numpy import NumpyGroupKernels
from zkctl.field.limb_plan import plan_for
from zkctl.field.schedule import CompiledSchedule
from zkctl.field.schedule_numpy import NumpySchedule

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]
EACH_GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)


def pool_points(group: Group) -> np.ndarray:
    """Infinity, small multiples, their opposites, and points outside the prime-order group."""
    points = [multiply(group, group.generator, k) for k in range(12)]
    points += first_curve_points(group, 12)
    points += [negate(group, p) for p in points]
    return PointArray.from_ints(group, points).data


def with_low_word(group: Group, n: int, word: int) -> list[tuple[int, ...]]:
    """Coordinates whose lowest word in the compiled kernels' own form is `word`."""
    q = group.base_field.modulus
    radix_inverse = pow(1 << plan_for(group.base_field).radix_bits, -1, q)
    values = [((k << 64) + word) * radix_inverse % q for k in range(1, 2 * n + 1)]
    return [tuple(values[group.degree * k : group.degree * (k + 1)]) for k in range(n)]


def shifted(group: Group, x: tuple[int, ...], by: tuple[int, ...]) -> tuple[int, ...]:
    return tuple((a + b) % group.base_field.modulus for a, b in zip(x, by, strict=True))


@EACH_GROUP
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 9, 2500])
def test_add(group, n) -> None:
    rng = np.random.default_rng(n)
    points = pool_points(group)
    x, y = (points[rng.integers(0, len(points), n)] for _ in range(2))
    compiled, reference = CompiledGroupKernels(group), NumpyGroupKernels(group)
    assert (compiled.add(x, y) == reference.add(x, y)).all()
    assert (compiled.add(x, x) == reference.add(x, x)).all()
    assert (compiled.double_repeatedly(x, 3) == reference.double_repeatedly(x, 3)).all()


@EACH_GROUP
@pytest.mark.parametrize("n", [1, 3, 4, 300])
def test_indexed(group, n) -> None:
    rng = np.random.default_rng(n)
    points, results = pool_points(group), []
    left, right = (rng.integers(0, 2 * len(points), n).astype(np.int32) for _ in range(2))
    for kernels in (CompiledGroupKernels(group), NumpyGroupKernels(group)):
        pool = kernels.new_pool(len(points) + 2 * n + kernels.width)
        kernels.to_pool(points, pool)
        padding = np.zeros(kernels.padding, np.int32)
        lists = [np.concatenate([refs, padding]) for refs in (left, right)]
        start = len(points)
        kernels.add_indexed(pool, *lists, n, start)
        kernels.double_indexed(pool, lists[0], n, start + n)
        results.append(kernels.from_pool(pool[: start + 2 * n]))
        signs = np.arange(len(points), dtype=np.int32) & 1
        results[-1] = np.concatenate(
            [results[-1], kernels.signed_points(pool[: len(points)], signs)]
        )
    assert (results[0] == results[1]).all()


@EACH_GROUP
@pytest.mark.parametrize("word", [0, 2**64 - 1], ids=["zero", "ones"])
def test_low_words_that_look_exceptional(group, word) -> None:
    """The compiled addition suspects pairs by their lowest words: someone may choose such points."""
    x, y = group.generator
    special = with_low_word(group, 8, word)
    steps = with_low_word(group, 8, 0)
    left = [(x, s) for s in special] + [(s, y) for s in special] + [(x, y)] * 8
    right = [(y, x)] * 16 + [(shifted(group, x, s), y) for s in steps]
    compiled, reference = CompiledGroupKernels(group), NumpyGroupKernels(group)
    a, b = (PointArray.from_ints(group, points).data for points in (left, right))
    assert (compiled.add(a, b) == reference.add(a, b)).all()
    assert (compiled.add(a, a) == reference.add(a, a)).all()
    assert (compiled.double_repeatedly(a, 2) == reference.double_repeatedly(a, 2)).all()
    pool = compiled.new_pool(len(a))
    compiled.to_pool(a, pool)
    assert (compiled.from_pool(pool[: len(a)]) == a).all()


@pytest.mark.parametrize("n_words", [4, 6])
@pytest.mark.parametrize("bits", [1, 2, 3, 8, 13, 16])
def test_signed_digits(n_words, bits) -> None:
    rng = np.random.default_rng(bits)
    scalars = rng.integers(0, 2**64, (50, n_words), dtype=np.uint64)
    scalars[:4] = np.array([[0], [2**64 - 1], [1], [0x8000800080008000]], np.uint64)
    n_windows = -(-(64 * n_words + 1) // bits)
    ours = CompiledSchedule().signed_digits(scalars, bits, n_windows)
    assert (ours == NumpySchedule().signed_digits(scalars, bits, n_windows)).all()
    values = [sum(int(w) << (64 * k) for k, w in enumerate(row)) for row in scalars]
    totals = [sum(int(d) << (bits * w) for w, d in enumerate(ours[:, i])) for i in range(50)]
    assert totals == values


@pytest.mark.parametrize("n", [0, 1, 5, 1000])
def test_sort_by_digit(n) -> None:
    digits = np.random.default_rng(n).integers(-7, 9, n).astype(np.int32)
    compiled, reference = CompiledSchedule(), NumpySchedule()
    (starts, refs), (other_starts, other_refs) = (
        schedule.sort_by_digit(digits, 8) for schedule in (compiled, reference)
    )
    assert (starts == other_starts).all()
    assert (refs[: starts[-1]] == other_refs[: starts[-1]]).all()


@pytest.mark.parametrize("lengths", [[], [0], [1], [2], [3, 0, 1, 8, 5, 0], [1] * 40, [1000, 3]])
def test_pair_up(lengths) -> None:
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    n = int(starts[-1])
    refs = (3 * np.arange(n) + 1).astype(np.int32)
    results = []
    for schedule in (CompiledSchedule(), NumpySchedule()):
        left, right, target = (np.zeros(n + 1, np.int32) for _ in range(3))
        n_pairs, new_starts = schedule.pair_up(refs, starts, left, right, target, 7000)
        kept = target[: new_starts[-1]]
        results.append((n_pairs, new_starts, left[:n_pairs], right[:n_pairs], kept))
    for ours, other in zip(*results, strict=True):
        assert np.array_equal(ours, other)
