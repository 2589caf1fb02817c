"""The sum of a few scaled points: known logarithms, adversarial structure, every vector width, both ways."""

from __future__ import annotations

import random

import pytest

from zkctl.curve import CURVES, Curve, G1Array, multiply_base
from zkctl.curve.backend import group_kernels
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.curve.kernels.numpy import NumpyGroupKernels
from zkctl.curve.sums import combination as module
from zkctl.curve.sums.combination import Combination
from zkctl.errors import ShapeError
from zkctl.field import FieldArray
from zkctl.field.words import bytes_from_ints

EACH_CURVE = pytest.mark.parametrize("curve", CURVES, ids=lambda c: c.name)


def multiples(curve: Curve, logs: list[int]) -> G1Array:
    """These multiples of the generator."""
    return multiply_base(
        G1Array.generator(curve.g1), FieldArray.from_ints(curve.scalar_field, logs)
    )


def structured(curve: Curve, n: int) -> tuple[list[int], list[int]]:
    """Logarithms and scalars among which equal, opposite, infinite and vanishing terms are frequent."""
    rng, r = random.Random(n), curve.scalar_field.modulus
    few = [0, 1, 2, 3, r - 1, r - 2, (r + 1) // 2]
    logs = [rng.choice([*few, rng.randrange(r)]) for _ in range(n)]
    scalars = [rng.choice([*few, 15, 16, 2**64 - 1, 2**64, 2**256 - 1]) for _ in range(n)]
    return logs, [rng.choice([s, rng.randrange(r)]) for s in scalars]


def dot(curve: Curve, logs: list[int], scalars: list[int]) -> G1Array:
    """The sum by its logarithm."""
    return multiples(curve, [sum(a * b for a, b in zip(logs, scalars, strict=True))])[0]


@EACH_CURVE
@pytest.mark.parametrize("parts", [1, 4])
@pytest.mark.parametrize("n", [*range(1, 10), 16, 17, 40])
def test_sum_has_the_known_logarithm(curve: Curve, n: int, parts: int) -> None:
    logs, scalars = structured(curve, n)
    total = Combination(multiples(curve, logs), parts=parts).of(scalars)
    assert total == dot(curve, logs, scalars)


@EACH_CURVE
def test_every_vector_width(curve: Curve, width: int) -> None:
    logs, scalars = structured(curve, 11)
    kernels = CompiledGroupKernels(curve.g1)
    table = kernels.multiples(multiples(curve, logs).to_bytes())
    total = kernels.combination(table, bytes_from_ints(scalars, 4), 4)
    assert total == dot(curve, logs, scalars).to_bytes()


@EACH_CURVE
@pytest.mark.parametrize(
    ("logs", "scalars"),
    [
        ([5, 5], [1, 1]),
        ([5, -5], [1, 1]),
        ([5, -5], [7, 7]),
        ([1, 2, 4, 8, -15], [1] * 5),
        ([0, 0, 0], [1, 2, 3]),
        ([3, 4], [0, 0]),
        ([1, 1, 1, 1, 1, 1, 1, 1], [15, 16, 17, 0, 1, 2, 240, 255]),
    ],
)
def test_terms_that_meet(curve: Curve, logs: list[int], scalars: list[int]) -> None:
    for parts in (1, 4):
        combination = Combination(multiples(curve, logs), parts=parts)
        assert combination.of(scalars) == dot(curve, logs, scalars)


def test_many_points_go_the_way_of_many() -> None:
    curve = CURVES[0]
    scalars = list(range(group_kernels(curve.g1).few_fixed_terms + 1))
    combination = Combination(multiples(curve, scalars))
    assert combination.table is None
    assert combination.of(scalars) == dot(curve, scalars, scalars)


def test_without_compiled_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numpy kernels say that they are never quicker for a few terms: the sum goes through buckets."""
    monkeypatch.setattr(module, "group_kernels", NumpyGroupKernels)
    logs, scalars = structured(CURVES[0], 5)
    combination = Combination(multiples(CURVES[0], logs), parts=4)
    assert combination.table is None
    assert combination.of(scalars) == dot(CURVES[0], logs, scalars)


@pytest.mark.parametrize("n", [0, 2, 4])
def test_number_of_scalars_is_checked(n: int) -> None:
    with pytest.raises(ShapeError, match=f"scalars do not match the points: expected 3, got {n}"):
        Combination(multiples(CURVES[0], [1, 2, 3])).of([1] * n)


def test_kernel_refuses_scalars_that_do_not_fit_the_table() -> None:
    kernels = CompiledGroupKernels(CURVES[0].g1)
    table = kernels.multiples(multiples(CURVES[0], [1]).to_bytes())
    with pytest.raises(
        ShapeError,
        match="scalars do not match the table: expected 1 blocks of points, got 40 scalars",
    ):
        kernels.combination(table, bytes_from_ints([1] * 40, 4), 4)


@pytest.mark.parametrize("kind", [CompiledGroupKernels, NumpyGroupKernels])
def test_every_kernel_combines_a_few_terms(
    kind: type[CompiledGroupKernels] | type[NumpyGroupKernels],
) -> None:
    curve = CURVES[0]
    kernels = kind(curve.g1)
    for logs, scalars in [([1, 2, 3], [5, 0, 7]), ([4, -4], [9, 9]), ([0, 1], [3, 0]), ([], [])]:
        table = kernels.multiples(multiples(curve, logs).to_bytes())
        total = kernels.combination(table, bytes_from_ints(scalars, 4), 4)
        assert total == dot(curve, logs, scalars).to_bytes()


def test_numpy_kernel_refuses_scalars_that_do_not_fit_the_table() -> None:
    kernels = NumpyGroupKernels(CURVES[0].g1)
    table = kernels.multiples(multiples(CURVES[0], [1]).to_bytes())
    with pytest.raises(ShapeError, match="scalars do not match the table: expected 1, got 4"):
        kernels.combination(table, bytes_from_ints([1] * 4, 4), 4)
