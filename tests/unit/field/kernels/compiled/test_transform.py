"""Compiled transforms beside the numpy kernels and the definition: all lengths, vectors, scalings, threads, extreme values."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.support.emulated_kernels import EmulatedTransforms
from zkctl.errors import ShapeError
from zkctl.field import BLS12_381_FR, BN254_FR, FieldArray, PrimeField, powers
from zkctl.field.kernels.compiled import transform_plan
from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.interface import NO_SCALING, Scaling
from zkctl.field.kernels.numpy.field import NumpyFieldKernels
from zkctl.runtime.settings import using

EACH_FIELD = pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)
SCALINGS = [NO_SCALING, Scaling(before=7), Scaling(after=11, factor=5), Scaling(3, 4, 5)]
PATTERNS: dict[str, Callable[[int, int], list[int]]] = {
    "random": lambda n, p: [random.Random(n + k).randrange(p) for k in range(n)],
    "mixed": lambda n, p: random.Random(n).choices([0, 1, p - 1, p >> 1], k=n),
    "zero": lambda n, _: [0] * n,
    "largest": lambda n, p: [p - 1] * n,
    "alternating": lambda n, p: [0 if k % 2 else p - 1 for k in range(n)],
    "first": lambda n, p: [p - 1] + [0] * (n - 1),
    "last": lambda n, p: [0] * (n - 1) + [p - 1],
}


def rows(field: PrimeField, log_n: int, pattern: str = "mixed") -> np.ndarray:
    """Montgomery words of 2^log_n elements."""
    return FieldArray.from_ints(field, PATTERNS[pattern](1 << log_n, field.modulus)).data


def check(
    kernels: Any, field: PrimeField, log_n: int, pattern: str, scaling: Scaling = NO_SCALING
) -> None:
    """Both transforms equal those of numpy, and do not change their input."""
    x, reference = rows(field, log_n, pattern), NumpyFieldKernels(field)
    before, root = x.copy(), field.root_of_unity(log_n)
    expected = reference.transform(x, root, scaling)
    assert (kernels.transform(x, root, scaling) == expected).all()
    assert (kernels.coset_transform(x, root, 9) == reference.coset_transform(x, root, 9)).all()
    assert (x == before).all()


@EACH_FIELD
@pytest.mark.parametrize("log_n", range(13))
def test_every_length_on_every_vector(field: PrimeField, log_n: int, width: Any) -> None:
    kernels = CompiledFieldKernels(field)
    assert kernels.width == width
    check(kernels, field, log_n, "mixed", SCALINGS[log_n % 4])


@EACH_FIELD
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("log_n", [3, 8])
def test_extreme_values(field: PrimeField, log_n: int, pattern: str) -> None:
    for scaling in SCALINGS:
        check(CompiledFieldKernels(field), field, log_n, pattern, scaling)


@EACH_FIELD
def test_52_bit_limbs_of_eight_lanes(field: PrimeField) -> None:
    """The same kernels as for AVX-512 IFMA, whose two instructions are emulated."""
    kernels = EmulatedTransforms(field)
    for log_n, pattern in [(6, "largest"), (7, "alternating"), (9, "mixed")]:
        check(kernels, field, log_n, pattern, SCALINGS[log_n % 4])
    for pattern in PATTERNS:
        check(kernels, field, 8, pattern)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("most_bits", [4, 7])
def test_digits_and_threads(monkeypatch: pytest.MonkeyPatch, threads: int, most_bits: int) -> None:
    """Two to four digits, divided over threads."""
    monkeypatch.setattr(transform_plan, "MOST_BITS", most_bits)
    monkeypatch.setattr("zkctl.field.kernels.compiled.transform_passes.DIVIDED_ROWS", 1 << 9)
    kernels = CompiledFieldKernels(BN254_FR)  # its own: plans are kept per kernels
    with using(threads=threads):
        for log_n in (9, 12):
            check(kernels, BN254_FR, log_n, "mixed", Scaling(3, 4, 5))


@pytest.mark.parametrize("cached_rows", [1, 1 << 9])
def test_groups_of_sub_transforms(monkeypatch: pytest.MonkeyPatch, cached_rows: int) -> None:
    """One sub-transform at a time, and several."""
    monkeypatch.setattr(transform_plan, "MOST_BITS", 3)
    monkeypatch.setattr("zkctl.field.kernels.compiled.transform.CACHED_ROWS", cached_rows)
    kernels = CompiledFieldKernels(BLS12_381_FR)
    for log_n in (9, 12):  # digits of three bits, each as long as eight lanes
        check(kernels, BLS12_381_FR, log_n, "mixed", Scaling(factor=5))


def test_rows_apart_from_each_other() -> None:
    """Every second row, rows from the end, and rows whose words are apart."""
    field, kernels, reference = (
        BN254_FR,
        CompiledFieldKernels(BN254_FR),
        NumpyFieldKernels(BN254_FR),
    )
    x, root = rows(field, 9), field.root_of_unity(8)
    wide = np.zeros((256, 8), np.uint64)
    wide[:, ::2] = x[:256]
    for part in (x[::2], x[1::2], x[255::-1], wide[:, ::2]):
        expected = reference.transform(np.ascontiguousarray(part), root)
        assert (kernels.transform(part, root) == expected).all()
        moved = reference.coset_transform(np.ascontiguousarray(part), root, 3)
        assert (kernels.coset_transform(part, root, 3) == moved).all()


@pytest.mark.parametrize("shape", [(3, 4), (0, 4), (8, 5)])
def test_wrong_shapes(shape: tuple[int, int]) -> None:
    kernels, message = (
        CompiledFieldKernels(BN254_FR),
        "rows of a transform have a wrong shape: expected \\(2\\^k, 4\\) uint64, got",
    )
    for run in (lambda x: kernels.transform(x, 1), lambda x: kernels.coset_transform(x, 1, 2)):
        with pytest.raises(ShapeError, match=message):
            run(np.zeros(shape, np.uint64))


@EACH_FIELD
@pytest.mark.parametrize("log_n", [15, pytest.param(18, marks=pytest.mark.slow)])
@pytest.mark.parametrize("threads", [1, 2])
def test_large_transforms(field: PrimeField, log_n: int, threads: int) -> None:
    against_known_sums(field, log_n, threads)


@pytest.mark.slow
@EACH_FIELD
@pytest.mark.parametrize("log_n", [14, 16, 17, 19, 20, 21, 22])
def test_every_large_length(field: PrimeField, log_n: int) -> None:
    against_known_sums(field, log_n, 2)


def against_known_sums(field: PrimeField, log_n: int, threads: int) -> None:
    """Of the powers of c: sum over j of c^j root^(i j) is (c^n - 1) / (c root^i - 1)."""
    n, p, c, shift = 1 << log_n, field.modulus, 0x1234567, 25
    root, kernels = field.root_of_unity(log_n), CompiledFieldKernels(field)
    x = powers(c, n, field)

    def at(points: list[int], ratio: int) -> list[int]:
        return [(pow(ratio, n, p) - 1) * pow(ratio * z - 1, -1, p) % p for z in points]

    some = [0, 1, 2, n // 2 - 1, n // 2, n - 1, *random.Random(n).sample(range(n), 20)]
    points = [pow(root, i, p) for i in some]
    with using(threads=threads):
        on_domain = kernels.transform(x.data, root)
        on_coset = kernels.coset_transform(on_domain, root, shift)
        scaled = kernels.transform(x.data, root, Scaling(before=shift))
        back = kernels.transform(on_domain, pow(root, -1, p), Scaling(factor=pow(n, -1, p)))
        largest = kernels.transform((FieldArray.zeros(field, n) - 1).data, root)
    assert FieldArray(field, on_domain)[np.array(some)].to_ints() == at(points, c)
    assert FieldArray(field, on_coset)[np.array(some)].to_ints() == at(points, c * shift)
    assert (scaled == on_coset).all()
    assert (back == x.data).all()
    assert FieldArray(field, largest[:1]).to_ints() == [(p - 1) * n % p]
    assert not largest[1:].any()
