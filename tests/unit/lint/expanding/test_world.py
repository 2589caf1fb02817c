"""Facts of a world: forms, ranges, and what joins cases."""

from __future__ import annotations

import pytest

from tests.support.lint_worlds import row, world_of
from zkctl.errors import CheckFailed

ROW = row({1: 1, 2: 2}, {0: 3}, {3: 1, 4: 1, 5: 1})


def test_signed_values() -> None:
    world = world_of([ROW])
    assert [world.signed(value) for value in (0, 50, 51, 100, -60)] == [0, 50, -50, -1, 41]


def test_a_fixed_wire_folds_into_the_constant() -> None:
    world = world_of([ROW], {2: (-4, -4)})
    assert world.fold({0: 1, 1: 5, 2: 3}) == {0: 90, 1: 5}
    assert 2 in world.unique


def test_linear_forms() -> None:
    world = world_of([ROW, row({1: 1}, {2: 1}, {3: 1}), row({}, {2: 1}, {3: 1})])
    assert world.linear(0) == {1: 3, 2: 6, 3: 100, 4: 100, 5: 100}
    assert world.linear(1) is None
    assert world.linear(2) == {3: 100}


def test_ranges_near_each_other_meet() -> None:
    world = world_of([ROW], {2: (-3, 50)})
    world.meet(2, 20, 60)
    assert world.ranges[2] == (20, 50)
    world.meet(2, 60, 70)
    assert world.impossible


def test_ranges_that_lie_apart_do_not_meet() -> None:
    world = world_of([ROW], {2: (0, 50)})
    world.meet(2, 80, 120)
    assert world.ranges[2] == (80, 120)  # the narrower one
    world.meet(2, 0, 100)
    world.meet(2, 0, 101)
    assert world.ranges[2] == (80, 120)


def test_values_that_contradict_each_other() -> None:
    world = world_of([ROW])
    world.take(2, [1, 2, 3])
    world.take(2, [2, 3, 100])
    assert world.roots[2] == {2, 3}
    assert world.ranges[2] == (2, 3)
    world.take(2, [5])
    assert world.impossible


def test_a_form_set_to_zero_is_known_with_its_multiples() -> None:
    world = world_of([ROW])
    world.set_zero({1: 2, 2: 4}, 8)
    assert world.is_zero({1: 1, 2: 2})
    assert not world.is_zero({1: 1, 2: 3})
    assert world.row(1) == ({}, {}, {1: 2, 2: 4})


def test_cases_are_joined() -> None:
    world = world_of([ROW])
    first, second = world.copy(), world.copy()
    first.meet(2, 1, 1)
    second.meet(2, 4, 4)
    first.unique.add(3)
    second.unique.add(3)
    world.join([first, second], joint=False)
    assert world.ranges[2] == (1, 4)
    assert 3 not in world.unique
    world.join([first, second], joint=True)
    assert 3 in world.unique


@pytest.mark.parametrize("wire", [0, 6, -1, "2", 2.0])
def test_numbers_of_wires(wire: object) -> None:
    with pytest.raises(CheckFailed):
        world_of([ROW]).wire(wire)


@pytest.mark.parametrize("row_number", [-1, 1, "0"])
def test_numbers_of_rows(row_number: object) -> None:
    with pytest.raises(CheckFailed):
        world_of([ROW]).row(row_number)
