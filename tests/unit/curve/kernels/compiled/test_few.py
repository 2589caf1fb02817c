"""Kernels on points that are bytes: the answers of arrays, for every number of points."""

from __future__ import annotations

import random

import pytest

from tests.support import points as integer_points
from zkctl.curve import BLS12_381, BN254, AffinePoint, Group, PointArray
from zkctl.curve.backend import group_kernels
from zkctl.curve.kernels.compiled.few import FewPointKernels
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.curve.kernels.numpy import NumpyGroupKernels

EACH_GROUP = pytest.mark.parametrize(
    "group", [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2], ids=str
)
SIZES = (1, 2, 3, 4, 5, 7, 8, 9, 40)


def multiples(group: Group, n: int) -> PointArray:
    """The points 1 G, 2 G .. n G, made without kernels: those of the process have one width."""
    found: list[AffinePoint | None] = [group.generator]
    while len(found) < n:
        found.append(integer_points.add(group, found[-1], group.generator))
    return PointArray.from_ints(group, found)


@pytest.fixture(params=SIZES)
def n(request: pytest.FixtureRequest) -> int:
    size: int = request.param
    return size


@EACH_GROUP
def test_sums_doublings_and_members(group: Group, n: int, width: int) -> None:
    kernels, points = CompiledGroupKernels(group), multiples(group, n + 1)
    raw, size = points.to_bytes(), group.point_bytes
    for part in ("sums", "doublings", "members"):
        kernels.programs[part].get()
    sums = kernels.few_sums(raw[size:], raw[:size] * n)
    assert sums is not None
    exact = multiples(group, n + 2).to_bytes()
    # 2 G .. (n + 1) G and G: none equal
    assert sums == exact[2 * size :]
    doubled = kernels.few_doubled(raw, 3)
    assert doubled == kernels.double_repeatedly(points.data, 3).tobytes()
    assert kernels.few_members(raw) == [True] * (n + 1)


@EACH_GROUP
@pytest.mark.parametrize("place", [0, 2, 5])
def test_points_that_meet_are_left_to_arrays(group: Group, place: int) -> None:
    """Equal, opposite and infinite points: None, and operators on points give the complete sum."""
    kernels, points = group_kernels(group), multiples(group, 6)
    group_kernels(group).add(points.data, points.data)  # compiled by now
    points, infinity = multiples(group, 6), PointArray.infinity(group, 1).to_bytes()
    rows, size = points.rows(), group.point_bytes
    for other in (rows[place], (-points).rows()[place], infinity):
        y = [multiples(group, 20).rows()[10 + k] for k in range(6)]
        y[place] = other
        assert kernels.few_sums(points.to_bytes(), b"".join(y)) is None
        total = PointArray.from_bytes(group, points.to_bytes()) + PointArray.from_bytes(
            group, b"".join(y)
        )
        exact = NumpyGroupKernels(group).add(
            multiples(group, 6).data, PointArray.from_bytes(group, b"".join(y)).data
        )
        assert total.to_bytes() == exact.tobytes()
    assert kernels.few_doubled(infinity + rows[0], 1) is None
    assert (PointArray.from_bytes(group, infinity + rows[0]).doubled().rows()) == [
        bytes(size),
        rows[1],
    ]


@EACH_GROUP
def test_strangers_are_no_members(group: Group, width: int) -> None:
    kernels = CompiledGroupKernels(group)
    kernels.programs["members"].get()
    kinds = integer_points.strangers(group).values() if group.cofactor != 1 else []
    strange = [point for kind in kinds for point in kind[:4]]
    points = PointArray.concatenate(
        [multiples(group, 3), PointArray.from_ints(group, strange), PointArray.infinity(group, 2)]
    )
    off = bytearray(points.to_bytes())
    off[group.point_bytes] ^= 1  # the second point
    found = kernels.few_members(bytes(off))
    assert found == kernels.members(PointArray.from_bytes(group, bytes(off)).data).tolist()
    assert found is not None and found[:3] == [True, False, True] and found[-2:] == [True, True]
    assert not any(found[3:-2])


def test_a_program_that_is_not_ready_is_not_waited_for(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path))
    kernels, raw = CompiledGroupKernels(BN254.g1), multiples(BN254.g1, 2).to_bytes()
    assert isinstance(kernels, FewPointKernels)
    assert kernels.few_members(raw) is None and kernels.few_doubled(raw, 1) is None
    assert kernels.few_sums(raw[:64], raw[64:]) is None
    assert kernels.few_horner(raw) is None
    numpy = NumpyGroupKernels(BN254.g1)
    assert numpy.few_members(raw) is None and numpy.few_doubled(raw, 1) is None  # type: ignore[func-returns-value]
    assert numpy.few_sums(raw[:64], raw[64:]) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("group", [BN254.g1, BLS12_381.g1], ids=str)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 9, 31, 254])
def test_horner_takes_any_points(group: Group, n: int, width: int) -> None:
    """Infinite, equal and opposite ones, and sums that vanish on the way."""
    kernels = CompiledGroupKernels(group)
    kernels.programs["combination"].get()
    rng, r = random.Random(n), group.scalar_field.modulus
    numbers = [rng.choice((0, 1, -1, 2, -2, rng.randrange(r))) for _ in range(n)]
    points = [integer_points.multiply(group, group.generator, k % r) for k in numbers]
    total = sum(k << place for place, k in enumerate(numbers)) % r
    expected = integer_points.multiply(group, group.generator, total)
    found = kernels.few_horner(PointArray.from_ints(group, points).to_bytes())
    assert found == PointArray.from_ints(group, [expected]).to_bytes()
