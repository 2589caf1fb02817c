"""Every step that the checker accepts is right: random steps on small systems, each fact compared with all assignments.

A world begins with facts that happen to be true, so that steps are tried that need many.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pytest
from zkctl.lint.checking.world import World

from tests.support.random_steps import Step, StepMaker
from tests.support.small_systems import (
    SmallSystem,
    TooManyAssignments,
    Values,
    mutant,
    random_system,
    satisfying,
    unique_of,
)
from zkctl.errors import CheckFailed
from zkctl.lint.checker import run
from zkctl.lint.system import Row, System

SEED = 20261128


def world_of(small: SmallSystem) -> World:
    rows = [Row(*row) for row in small.rows]
    return World(System(small.modulus, small.n_wires, rows, small.inputs, small.outputs))


def accepted(world: World, step: Step) -> World | None:
    """The world after a step; None if it is refused."""
    tried = world.copy()
    try:
        run(tried, [step])
    except CheckFailed:
        return None
    return tried


def add_true_facts(world: World, small: SmallSystem, found: Values, random: Random) -> None:
    """Add facts that all assignments confirm."""
    if not len(found):
        return
    p, wires = small.modulus, range(1, small.n_wires)
    world.unique |= {w for w in unique_of(small, found, wires) if random.random() < 0.4}
    for w in wires:
        values = set(found[:, w].tolist())
        if random.random() < 0.5 and len(values) < p:
            shift = random.choice([0, 0, random.randrange(p)])
            ends = [(v + shift) % p - shift for v in values]
            world.meet(w, min(ends), max(ends))
        if random.random() < 0.3 and len(values) <= 3:
            world.take(w, values)
    bits = [w for w in wires if found[:, w].max() <= 1]
    if bits:
        chosen = random.sample(bits, random.randint(1, len(bits)))
        total = found[:, chosen] @ (1 << np.arange(len(chosen)))
        world.sums[tuple(chosen)] = int(total.min()), int(total.max())
    for row in small.rows:
        for side in map(world.fold, row):
            if set(side) - {0} and random.random() < 0.5:
                normal = world.normal(side)
                is_zero = value(normal, found, p) == 0
                if is_zero.all() or not is_zero.any():
                    (world.zero if is_zero.all() else world.nonzero).add(normal)


def value(form: tuple[tuple[int, int], ...], found: Values, p: int) -> Values:
    total = np.zeros(len(found), np.int64)
    for wire, coefficient in form:
        total += coefficient * found[:, wire]
    return total % p


def false_facts(world: World, small: SmallSystem, found: Values) -> list[object]:
    """The facts of a world that some assignment, or pair of assignments, contradicts."""
    p, n = small.modulus, small.n_wires
    if world.impossible:
        return ["impossible"] if len(found) else []
    wrong: list[object] = [
        (wire, low, high)
        for wire, (low, high) in world.ranges.items()
        if wire < n and ((found[:, wire] - low) % p > high - low).any()
    ]
    wrong += [
        (wire, values)
        for wire, values in world.roots.items()
        if wire < n and not np.isin(found[:, wire], list(values)).all()
    ]
    known = [(form, True) for form in world.zero] + [(form, False) for form in world.nonzero]
    wrong += [
        (form, is_zero)
        for form, is_zero in known
        if form[-1][0] < n and not ((value(form, found, p) == 0) == is_zero).all()
    ]
    for wires, (low, high) in world.sums.items():
        bits = found[:, list(wires)]
        total = bits @ (1 << np.arange(len(wires)))
        if not ((bits <= 1).all() and (total >= low).all() and (total <= high).all()):
            wrong.append((wires, low, high))
    unique = unique_of(small, found, range(n))
    return wrong + sorted(wire for wire in world.unique - unique if wire < n)


def try_steps(n_systems: int, seed: int) -> Counter[str]:
    """Apply random steps to small systems.  Returns how often each step was accepted and changed the world."""
    random, counts = Random(seed), Counter[str]()
    for _ in range(n_systems):
        small = random_system(random)
        if random.random() < 0.3:
            small = mutant(small, random)
        if not small.rows:
            continue
        try:
            found = satisfying(small)
        except TooManyAssignments:
            continue
        world, maker = world_of(small), StepMaker(small, random)
        add_true_facts(world, small, found, random)
        assert not false_facts(world, small, found)
        for _ in range(100):
            step = maker.step()
            after = accepted(world, step)
            if after is None or is_same(world, after) or len(after.more) > 4:
                continue
            wrong = false_facts(after, small, found)
            assert not wrong, f"seed {seed}: {step} claims {wrong} of {small}"
            counts[step[0]] += 1
            world = after
            if world.impossible:
                break
    return counts


def is_same(x: World, y: World) -> bool:
    """Return whether a step added nothing."""
    names = ("unique", "ranges", "roots", "zero", "nonzero", "sums", "impossible", "more")
    return all(getattr(x, name) == getattr(y, name) for name in names)


def test_accepted_steps_are_right() -> None:
    counts = try_steps(120, SEED)
    assert len(counts) > 12  # steps of most kinds are accepted at times


@pytest.mark.slow
def test_accepted_steps_of_many_systems_are_right() -> None:
    print(try_steps(3000, SEED + 1))
