"""Worlds of the checker modulo 101, for tests of single steps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tests.support import lint_rows
from zkctl.lint import checker
from zkctl.lint.expanding.expand import run
from zkctl.lint.expanding.explicit import ExplicitWorld
from zkctl.lint.expanding.world import World
from zkctl.lint.system import Row, System

P = 101


def row(a: Mapping[int, int], b: Mapping[int, int], c: Mapping[int, int]) -> Row:
    """A row of integers, negative ones too."""
    return lint_rows.row(a, b, c, P)


def system_of(rows: Sequence[Row]) -> System:
    """A system with the one input 1."""
    n_wires = 1 + max(wire for each in rows for side in each for wire in (1, *side))
    return System(P, n_wires, rows, frozenset({1}), ())


def world_of(
    rows: Sequence[Row],
    ranges: Mapping[int, tuple[int, int]] | None = None,
    unique: Collection[int] = (),
) -> World:
    """The world of rows with the one input 1, in which some facts are known."""
    world = World(system_of(rows))
    for wire, (low, high) in (ranges or {}).items():
        world.meet(wire, low, high)
    world.unique.update(unique)
    return world


def shown(
    rows: Sequence[Row],
    ranges: Mapping[int, tuple[int, int]],
    unique: Collection[int],
    steps: Sequence[Any],
) -> checker.World:
    """The checker's world after the prover's steps, in which it begins with the same facts."""
    world = world_of(rows, ranges, unique)
    run(world, steps)
    return checked(rows, world.emitter.steps, ranges, unique)


def checked(
    rows: Sequence[Row],
    steps: Sequence[Any],
    ranges: Mapping[int, tuple[int, int]] | None = None,
    unique: Collection[int] = (),
) -> checker.World:
    """The checker's world after steps of an emitter; it begins with some facts."""
    written = ExplicitWorld(system_of(rows), {})
    found = checker.World(system_of(rows), {})
    for wire, (low, high) in (ranges or {}).items():
        written.limit(2 * wire, low, high)
        found.limit(2 * wire, low, high)
    for wire in unique:
        written.same[2 * wire + 1] = True
        found.point[2 * wire + 1] = found.point[2 * wire]
    written.run(steps)
    found.run(written.steps)
    return found


def is_same(world: checker.World, wire: int) -> bool:
    """Return whether the checker knows that a wire is unique."""
    return world.is_same([[[2 * wire], 1]])
