"""The called operations, as the membership kernel uses them: short code, right on members and strangers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.points import strangers
from zkctl.curve import BLS12_381, BN254, PointArray
from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.called_coordinates import CalledCoordinates
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.curve.kernels.coordinates import CoordinateField
from zkctl.curve.kernels.numpy import NumpyGroupKernels
from zkctl.field.kernels.language import I64, POINTER, Int, Pointer, Program
from zkctl.field.kernels.limbs import KernelField

GROUPS = [BN254.g2, BLS12_381.g1, BLS12_381.g2]


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_a_routine_is_emitted_once_however_often_it_is_called(group: Group) -> None:
    program = Program("test", 4, "x86_64-unknown-linux-gnu", x86=True)
    base = KernelField(program, group.base_field)
    called = CalledCoordinates(program, group, CoordinateField(base, group.degree))

    @program.kernel("twice", POINTER, POINTER, returns=I64)
    def twice(x: Pointer, y: Pointer) -> Int:
        first = called.product(x, y)
        return called.zero_lanes(called.difference(called.product(first, y), first))

    names = [function.name.rpartition("_")[2] for function in program.module.functions]
    assert (names.count("product"), names.count("difference"), names.count("zero")) == (1, 1, 1)
    assert "conjugate" not in names


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_memberships_equal_those_of_arrays(group: Group) -> None:
    values = [point for kind in strangers(group).values() for point in kind[:3]]
    rows = PointArray.from_ints(group, [None, group.generator, *values]).data
    found = CompiledGroupKernels(group).members(rows)
    assert np.array_equal(found, NumpyGroupKernels(group).members(rows))
    assert found[:2].all()
