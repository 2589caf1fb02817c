"""Group and scheduling kernels: compiled against numpy, exceptional and adversarial pairs included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.points import first_curve_points, multiply, negate
from zkctl.curve import BLS12_381, BN254, Group, PointArray
from zkctl.curve.kernels.compiled import rounds as rounds_compiled
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.curve.kernels.numpy import NumpyGroupKernels
from zkctl.curve.sums import reference_sums
from zkctl.curve.sums.reference_sums import ReferenceSums
from zkctl.errors import ShapeError
from zkctl.field import words_from_ints
from zkctl.field.kernels.compiled.schedule import CompiledSchedule
from zkctl.field.kernels.limb_plan import plan_for
from zkctl.field.kernels.numpy import rounds as rounds_numpy
from zkctl.field.kernels.numpy.schedule import NumpySchedule

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
def test_add(group: Group, n: int) -> None:
    rng = np.random.default_rng(n)
    points = pool_points(group)
    x, y = (points[rng.integers(0, len(points), n)] for _ in range(2))
    compiled, reference = CompiledGroupKernels(group), NumpyGroupKernels(group)
    assert (compiled.add(x, y) == reference.add(x, y)).all()
    assert (compiled.add(x, x) == reference.add(x, x)).all()
    assert (compiled.double_repeatedly(x, 3) == reference.double_repeatedly(x, 3)).all()


@EACH_GROUP
@pytest.mark.parametrize("n", [1, 3, 4, 300])
def test_indexed(group: Group, n: int) -> None:
    rng = np.random.default_rng(n)
    points, results = pool_points(group), []
    left, right = (rng.integers(0, 2 * len(points), n).astype(np.int32) for _ in range(2))
    for kernels in (CompiledGroupKernels(group), NumpyGroupKernels(group)):
        pool = kernels.new_pool(len(points) + 2 * n + kernels.width)
        kernels.to_pool(points, pool)
        padding = np.zeros(kernels.padding, np.int32)
        lefts, rights = (np.concatenate([refs, padding]) for refs in (left, right))
        start = len(points)
        kernels.add_indexed(pool, lefts, rights, n, start)
        kernels.double_indexed(pool, lefts, n, start + n)
        results.append(kernels.from_pool(pool[: start + 2 * n]))
        signs = np.arange(len(points), dtype=np.int32) & 1
        results[-1] = np.concatenate(
            [results[-1], kernels.signed_points(pool[: len(points)], signs)]
        )
    assert (results[0] == results[1]).all()


@EACH_GROUP
@pytest.mark.parametrize("word", [0, 2**64 - 1], ids=["zero", "ones"])
def test_low_words_that_look_exceptional(group: Group, word: int) -> None:
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


@pytest.mark.parametrize("n_words", [1, 4, 6])
@pytest.mark.parametrize("small_bits", [1, 8, 63])
@pytest.mark.parametrize("n", [0, 300])
def test_kinds_of_scalars(n_words: int, small_bits: int, n: int) -> None:
    """Every word decides, and every bit near the bound."""
    rng = np.random.default_rng(small_bits)
    values = [0, 1, (1 << small_bits) - 1, 1 << small_bits, (1 << 64 * n_words) - 1]
    values += [1 << (64 * k + j) for k in range(n_words) for j in (0, 1, 62, 63)]
    chosen = [values[k] for k in rng.integers(0, len(values), n)]
    scalars = words_from_ints(chosen, n_words)
    want = [0 if not v else 1 if v < 1 << small_bits else 2 for v in chosen]
    assert CompiledSchedule().kinds(scalars, small_bits).tolist() == want
    assert NumpySchedule().kinds(scalars, small_bits).tolist() == want


@pytest.mark.parametrize("n_words", [4, 6])
@pytest.mark.parametrize("bits", [1, 2, 3, 8, 13, 16])
def test_signed_digits(n_words: int, bits: int) -> None:
    rng = np.random.default_rng(bits)
    scalars = rng.integers(0, 2**64, (50, n_words), dtype=np.uint64)
    scalars[:4] = np.array([[0], [2**64 - 1], [1], [0x8000800080008000]], np.uint64)
    n_windows = -(-(64 * n_words + 1) // bits)
    ours = CompiledSchedule().signed_digits(scalars, bits, n_windows)
    assert (ours == NumpySchedule().signed_digits(scalars, bits, n_windows)).all()
    values = [sum(int(w) << (64 * k) for k, w in enumerate(row)) for row in scalars]
    totals = [sum(int(d) << (bits * w) for w, d in enumerate(ours[:, i])) for i in range(50)]
    assert totals == values


@pytest.mark.parametrize("n_windows", [1, 3])
@pytest.mark.parametrize("n", [0, 1, 5, 1000])
def test_sort_by_digit(n: int, n_windows: int) -> None:
    digits = np.random.default_rng(n).integers(-7, 9, (n_windows, n)).astype(np.int32)
    ours, other = (s.sort_by_digit(digits, 8) for s in (CompiledSchedule(), NumpySchedule()))
    assert all(np.array_equal(a, b) for a, b in zip(ours, other, strict=True))
    for w in range(n_windows):
        for b in range(8):
            first, last = other[1][8 * w + b : 8 * w + b + 2]
            want = [2 * i + int(d < 0) for i, d in enumerate(digits[w]) if abs(d) == b + 1]
            assert other[0][first:last].tolist() == want


LENGTHS = [[], [0], [1], [2], [3, 0, 1, 8, 5, 0], [1] * 40, [1000, 3], [40, 7, 0, 33, 1] * 30]


@EACH_GROUP
@pytest.mark.parametrize("chunk", [7, 1 << 15])
@pytest.mark.parametrize("lengths", LENGTHS, ids=lambda lengths: f"{len(lengths)}x{sum(lengths)}")
def test_sums_of_segments(
    group: Group, lengths: Any, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same references and points, with exceptional pairs in every round: the driver stops and goes on."""
    for module in (rounds_compiled, rounds_numpy, reference_sums):
        monkeypatch.setattr(module, "CHUNK", chunk)
    points, n = pool_points(group), len(lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    rng = np.random.default_rng(n)
    refs = rng.integers(0, 2 * len(points), starts[-1]).astype(np.int32)
    results = []
    for kernels in (CompiledGroupKernels(group), NumpyGroupKernels(group)):
        out, longest = len(points), max([1, *lengths])
        temporary = out + n
        needed = ReferenceSums.rows_needed(longest, kernels.width)
        pool = kernels.new_pool(temporary + needed)
        kernels.to_pool(points, pool)
        found = ReferenceSums(kernels, pool, temporary, longest).run(refs, starts, out)
        rows = kernels.signed_points(pool[np.maximum(found, 0) >> 1], found & 1)
        results.append((found, rows[found >= 0]))
    for ours, other in zip(*results, strict=True):
        assert np.array_equal(ours, other)


@EACH_GROUP
@pytest.mark.parametrize("shape", [(1, 2), (3, 8), (2, 64)])
@pytest.mark.parametrize("empty", [0.0, 0.5, 1.0])
def test_halving(group: Group, shape: tuple[Any, ...], empty: float) -> None:
    points, rng = pool_points(group), np.random.default_rng(shape[1])
    buckets = rng.integers(0, 2 * len(points), shape).astype(np.int32)
    buckets[rng.random(shape) < empty] = -1
    results = []
    for kernels in (CompiledGroupKernels(group), NumpyGroupKernels(group)):
        pool = kernels.new_pool(len(points) + buckets.size + 64 * kernels.width)
        kernels.to_pool(points, pool)
        odd, starts = kernels.halve(pool, buckets, len(points))
        results.append((starts, kernels.signed_points(pool[odd >> 1], odd & 1)))
    for ours, other in zip(*results, strict=True):
        assert np.array_equal(ours, other)


def test_sums_that_would_leave_the_pool_are_refused() -> None:
    kernels = CompiledGroupKernels(BN254.g1)
    pool = kernels.new_pool(reference_sums.CHUNK + 64 * kernels.width + 20)
    sums = ReferenceSums(kernels, pool, 20, 2)
    starts = np.array([0, 2], np.int32)
    with pytest.raises(ShapeError, match="segments do not fit: expected at most"):
        sums.run(np.zeros(1, np.int32), starts, 5)
    with pytest.raises(
        ShapeError, match="reference is outside the points: expected a row below 5, got"
    ):
        sums.run(np.array([0, 10], np.int32), starts, 5)
    with pytest.raises(ShapeError, match="reference is outside the points: expected a row below 5"):
        sums.run(np.array([0, -2], np.int32), starts, 5)
    late = ReferenceSums(kernels, pool, len(pool) - 1, 2)
    with pytest.raises(
        ShapeError, match="pool is too small for sums of 2 references: expected at least"
    ):
        late.run(np.zeros(2, np.int32), starts, 5)
    with pytest.raises(ShapeError, match="buckets: expected at least"):
        kernels.halve(pool, np.zeros((1, 8), np.int32), len(pool) - 2)
