"""A case for each value of a wire, as the checker accepts it."""

from __future__ import annotations

from tests.support.lint_worlds import checked, row, world_of
from zkctl.lint.expanding.expand import run
from zkctl.lint.expanding.splitting import each_value

ROOTS = row({2: 1, 0: -7}, {2: 1, 0: -90}, {})


def test_each_integer_of_a_range() -> None:
    world, seen = world_of([ROOTS], {2: (-1, 3)}), []
    each_value(world, world.emitter, 2, lambda _, value: seen.append(value), [], [4])
    assert seen == [100, 0, 1, 2, 3]
    found = checked([ROOTS], world.emitter.steps, {2: (-1, 3)})
    assert found.range[4] == (-1, 3)


def test_each_root_of_an_equation() -> None:
    world, seen = world_of([ROOTS]), []
    run(world, [["roots", [[0, [[[], 1]]]], 2, [7, 90]]])
    each_value(world, world.emitter, 2, lambda _, value: seen.append(value), [], [4])
    assert sorted(seen) == [7, 90]
    found = checked([ROOTS], world.emitter.steps)
    assert found.range[4] == (-11, 7)
