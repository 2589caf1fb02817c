"""The compiled field kernels against Python integers, on every vector width this machine has."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest

from zkctl.errors import ShapeError
from zkctl.field import (
    BLS12_381_FQ,
    BLS12_381_FR,
    BN254_FQ,
    BN254_FR,
    PrimeField,
    ints_from_words,
    words_from_ints,
)
from zkctl.field.kernels.compiled import field as compiled_field
from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.limb_plan import plan_for
from zkctl.runtime.settings import using

FIELDS = [BN254_FR, BN254_FQ, BLS12_381_FR, BLS12_381_FQ]


def boundary_values(field: Any):
    """0, 1, p-1, R, and numbers beside the powers of two where limbs and words meet."""
    p, bits = field.modulus, plan_for(field).bits
    edges = {0, 1, 2, p - 1, p - 2, p >> 1, (p >> 1) + 1, field.montgomery_r}
    for k in (bits, 2 * bits, 64, 128, 192, field.n_bits - 1):
        edges |= {(1 << k) - 1, 1 << k, (1 << k) + 1, p - (1 << k) if 1 << k < p else 0}
    return sorted(value % p for value in edges)


def pairs(field: Any, n: Any = 3001):
    rng = random.Random(field.name)
    edges, p = boundary_values(field), field.modulus
    xs = [x for x in edges for _ in edges] + [rng.randrange(p) for _ in range(n)]
    ys = [y for _ in edges for y in edges] + [
        rng.choice([*edges, rng.randrange(p)]) for _ in range(n)
    ]
    return xs, ys


@pytest.mark.parametrize("n", [1, 7, 16, 100])
def test_threads_share_the_blocks(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_field, "THREADS_FROM_ROWS", 1)
    kernels, p = CompiledFieldKernels(BN254_FR), BN254_FR.modulus
    xs = [random.Random(n).randrange(1, p) for _ in range(n)]
    x = words_from_ints(xs, 4)
    r_squared = BN254_FR.montgomery_r**2
    with using(threads=3):
        assert ints_from_words(kernels.add(x, x)) == [2 * value % p for value in xs]
        assert ints_from_words(kernels.inverse(x)) == [
            pow(value, -1, p) * r_squared % p for value in xs
        ]


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_arithmetic(field: PrimeField, width: Any) -> None:
    kernels, p = CompiledFieldKernels(field), field.modulus
    assert kernels.width == width
    xs, ys = pairs(field)
    x, y = (words_from_ints(v, field.n_words) for v in (xs, ys))
    r_inverse = field.montgomery_r_inverse
    both = list(zip(xs, ys, strict=True))
    assert ints_from_words(kernels.multiply(x, y)) == [a * b * r_inverse % p for a, b in both]
    assert ints_from_words(kernels.add(x, y)) == [(a + b) % p for a, b in both]
    assert ints_from_words(kernels.subtract(x, y)) == [(a - b) % p for a, b in both]
    for c in boundary_values(field)[:6]:
        constant = words_from_ints([c], field.n_words)[0]
        assert ints_from_words(kernels.scale(x, constant)) == [a * c * r_inverse % p for a in xs]


@pytest.mark.parametrize("field", FIELDS, ids=str)
@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 1500])
def test_inverse(field: PrimeField, n: int, width: Any) -> None:
    p, r = field.modulus, field.montgomery_r
    rng = random.Random(n)
    xs = [rng.choice([0, 1, p - 1, rng.randrange(p)]) for _ in range(n)]
    got = CompiledFieldKernels(field).inverse(words_from_ints(xs, field.n_words))
    assert ints_from_words(got) == [pow(x, -1, p) * r * r % p if x else 0 for x in xs]


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_segment_sums(field: PrimeField, width: Any) -> None:
    rng, p = random.Random(7), field.modulus
    xs = [rng.choice([0, p - 1, rng.randrange(p)]) for _ in range(1000)]
    starts = np.array([0, 0, 1, 3, 3, 700, 1000])
    got = CompiledFieldKernels(field).segment_sums(words_from_ints(xs, field.n_words), starts)
    assert ints_from_words(got) == [sum(xs[a:b]) % p for a, b in itertools.pairwise(starts)]


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)
@pytest.mark.parametrize("log_n", range(10))
def test_transform(field: PrimeField, log_n: int, width: Any) -> None:
    """Against the definition; sizes below four vectors take the small path."""
    n, p, rng = 1 << log_n, field.modulus, random.Random(log_n)
    root = field.root_of_unity(log_n)
    xs = [rng.choice([0, 1, p - 1, rng.randrange(p)]) for _ in range(n)]
    got = CompiledFieldKernels(field).transform(words_from_ints(xs, field.n_words), root)
    powers = [pow(root, k, p) for k in range(n)]
    rows = range(n) if n <= 64 else [0, 1, n // 2, n - 1]
    found = ints_from_words(got)
    for i in rows:
        assert found[i] == sum(x * powers[i * j % n] for j, x in enumerate(xs)) % p


def test_a_large_transform_is_undone_by_its_inverse() -> None:
    """Larger than the cached part, so that the depth-first split is taken; odd and even log2 n."""
    kernels, field = CompiledFieldKernels(BN254_FR), BN254_FR
    for log_n in (15, 16):
        n, root = 1 << log_n, field.root_of_unity(log_n)
        x = words_from_ints([k * k for k in range(n)], 4)
        there = kernels.transform(x, root)
        back = ints_from_words(kernels.transform(there, pow(root, -1, field.modulus)))
        assert back == [k * k * n for k in range(n)]


def test_shapes_are_checked_before_a_kernel_runs() -> None:
    kernels = CompiledFieldKernels(BN254_FR)
    four, five = np.zeros((4, 4), np.uint64), np.zeros((5, 4), np.uint64)
    with pytest.raises(
        ShapeError, match=r"operands have wrong shapes: expected \(4, 4\) each, got"
    ):
        kernels.multiply(four, five)
    with pytest.raises(
        ShapeError, match="segments do not fit the rows: expected ascending starts up to "
    ):
        kernels.segment_sums(four, np.array([0, 5]))
    with pytest.raises(
        ShapeError, match="segments do not fit the rows: expected ascending starts up to "
    ):
        kernels.segment_sums(four, np.array([3, 1]))
