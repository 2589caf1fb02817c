"""Multi-scalar multiplication against the known discrete logarithm: every size, window and kind of input."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from tests.support import points as integer_points
from zkctl.curve import BLS12_381, BN254, PointArray, msm, msm_lists, msm_words
from zkctl.curve.backend import group_kernels
from zkctl.curve.curves.parameters import Group
from zkctl.curve.sums.msm import horner
from zkctl.errors import ShapeError
from zkctl.field import FieldArray, words_from_ints
from zkctl.runtime.settings import using

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]


def logarithms(n: Any, kind: Any):
    """Discrete logarithms of the points: 'structured' ones collide, cancel and repeat."""
    rng = random.Random(n)
    if kind == "structured":
        return [rng.choice([0, 1, 1, 2, -1, -2, 3]) for _ in range(n)]
    return [rng.randrange(1 << 200) for _ in range(n)]


def scalars(n: Any, kind: Any, r: Any):
    rng = random.Random(n + 1)
    choices = {
        "random": lambda: rng.randrange(r),
        "bits": lambda: rng.randrange(2),
        "extreme": lambda: rng.choice([0, 1, 2, r - 1, r - 2, r >> 1, (1 << 253) - 1]),
    }
    return [choices[kind]() for _ in range(n)]


def points_with(group: Any, logs: Any):
    from zkctl.curve import multiply_base

    generator = PointArray.generator(group)
    return multiply_base(generator, FieldArray.from_ints(group.scalar_field, logs))


def expected(group: Any, logs: Any, factors: Any):
    r = group.scalar_field.modulus
    total = sum(a * b for a, b in zip(logs, factors, strict=True)) % r
    return integer_points.multiply(group, group.generator, total)


@pytest.mark.parametrize("group", GROUPS, ids=str)
@pytest.mark.parametrize("n", [0, 1, 2, 3, 17, 600])
@pytest.mark.parametrize("points", ["random", "structured"])
@pytest.mark.parametrize("kind", ["random", "bits", "extreme"])
def test_against_the_known_logarithm(group: Group, n: int, points: str, kind: str) -> None:
    logs, factors = logarithms(n, points), scalars(n, kind, group.scalar_field.modulus)
    field = group.scalar_field
    got = msm(points_with(group, logs), FieldArray.from_ints(field, factors))
    assert got.to_ints()[0] == expected(group, logs, factors)


@pytest.mark.parametrize("group", [BN254.g1, BLS12_381.g2], ids=str)
@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("bits", [8, 9, 15])
def test_threads_share_windows_and_terms(
    group: Group, threads: int, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """256 bits have 32, 29 and 18 windows: some are left over for two, three and seven threads."""
    import sys

    module = sys.modules["zkctl.curve.sums.msm"]
    monkeypatch.setattr(module, "window_bits", lambda *_: bits)
    monkeypatch.setattr(module, "THREADS_FROM_POINTS", 1)
    logs, factors = logarithms(300, "structured"), scalars(300, "extreme", 1 << 254)
    with using(threads=threads):
        got = msm_words(points_with(group, logs), words_from_ints(factors, 4))
    assert got.to_ints()[0] == expected(group, logs, factors)


@pytest.mark.parametrize("bits", range(2, 17))
def test_every_window_gives_the_same_sum(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys.modules["zkctl.curve.sums.msm"], "window_bits", lambda *_: bits)
    group, n = BN254.g1, 300
    logs, factors = logarithms(n, "structured"), scalars(n, "extreme", group.scalar_field.modulus)
    got = msm(points_with(group, logs), FieldArray.from_ints(group.scalar_field, factors))
    assert got.to_ints()[0] == expected(group, logs, factors)


def test_scalars_need_not_be_reduced() -> None:
    group = BN254.g1
    factors = [(1 << 256) - 1, group.scalar_field.modulus, 5]
    got = msm_words(points_with(group, [1, 2, 3]), words_from_ints(factors, 4))
    assert got.to_ints()[0] == expected(group, [1, 2, 3], factors)


def test_many_parts_and_equal_points() -> None:
    group, n = BN254.g1, 350
    points = PointArray(group, np.tile(PointArray.generator(group).data, (n, 1)))
    factors = scalars(n, "random", group.scalar_field.modulus)
    words = FieldArray.from_ints(group.scalar_field, factors).to_words()
    got = msm_lists([(points, words)], most=100)
    assert got.to_ints()[0] == expected(group, [1] * n, factors)


def test_lengths_must_agree() -> None:
    group = BN254.g1
    with pytest.raises(ShapeError, match="scalars do not match the points: expected 2, got 3"):
        msm(points_with(group, [1, 2]), FieldArray.from_ints(group.scalar_field, [1, 2, 3]))


@pytest.mark.parametrize("splitting", [0, 1 << 10])
@pytest.mark.parametrize("n_large", [0, 1, 100])
def test_small_scalars_apart_from_large_ones(
    n_large: int, splitting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setattr(
        sys.modules["zkctl.curve.sums.terms"], "SPLIT_FROM_SMALL_SCALARS", splitting
    )
    group, n = BN254.g1, 400
    r, rng = group.scalar_field.modulus, random.Random(n_large)
    logs = logarithms(n, "structured")
    factors = [rng.choice([0, 1, 1, 2, 255]) for _ in range(n)]
    for k in rng.sample(range(n), n_large):
        factors[k] = rng.choice([256, r - 1, 1 << 64, rng.randrange(r)])
    got = msm(points_with(group, logs), FieldArray.from_ints(group.scalar_field, factors))
    assert got.to_ints()[0] == expected(group, logs, factors)


@pytest.mark.parametrize("group", GROUPS, ids=str)
@pytest.mark.parametrize("n", [1, 2, 13, 64, 65])
@pytest.mark.parametrize("points", ["random", "structured"])
def test_powers_of_two(group: Group, n: int, points: str) -> None:
    """The last step of every sum: few points at once, and in pairs."""
    logs = logarithms(n, points)
    got = PointArray(group, horner(group_kernels(group), points_with(group, logs).data))
    assert got.to_ints()[0] == expected(group, logs, [1 << k for k in range(n)])
