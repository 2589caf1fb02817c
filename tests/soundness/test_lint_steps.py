"""Every step that the checker accepts is right: random steps on small systems, each fact compared with all pairs of assignments.

A world begins with facts that happen to be true, so that steps are tried that need many.
"""

from __future__ import annotations

from collections import Counter
from copy import copy, deepcopy
from random import Random
from typing import Any

import numpy as np
import pytest

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
from zkctl.lint.checker import MALFORMED, Poly, World
from zkctl.lint.system import Row, System

SEED = 20261128
MOST_PAIRS = 20_000


def world_of(small: SmallSystem) -> World:
    rows = [Row(*row) for row in small.rows]
    return World(System(small.modulus, small.n_wires, rows, small.inputs, small.outputs), {})


def accepted(world: World, step: Step) -> World | None:
    """The world after a step; None if it is refused."""
    tried = copy(world)
    tried.same, tried.range, tried.more = map(deepcopy, (world.same, world.range, world.more))
    try:
        tried.run([step])
    except (CheckFailed, *MALFORMED):
        return None
    return tried


def pairs_of(small: SmallSystem, found: Values) -> Values:
    """All pairs with the same inputs, a column for each variable.  Shapes: (n_pairs, 2 n_wires)."""
    inputs = sorted(small.inputs)
    groups: dict[tuple[int, ...], list[int]] = {}
    for k, key in enumerate(map(tuple, found[:, inputs].tolist())):
        groups.setdefault(key, []).append(k)
    left = [x for group in groups.values() for x in group for _ in group]
    right = [y for group in groups.values() for _ in group for y in group]
    pairs = np.zeros((len(left), 2 * small.n_wires), np.int64)
    pairs[:, ::2], pairs[:, 1::2] = found[left], found[right]
    return pairs


def add_true_facts(world: World, small: SmallSystem, found: Values, random: Random) -> None:
    """Add facts that all assignments confirm."""
    p, wires = small.modulus, range(1, small.n_wires)
    for w in unique_of(small, found, wires):
        if random.random() < 0.4:
            world.assume({(2 * w,): 1, (2 * w + 1,): p - 1})
    for w in wires:
        values = set(found[:, w].tolist())
        if random.random() < 0.5 and len(values) < p:
            shift = random.choice([0, 0, random.randrange(p)])
            ends = [(v + shift) % p - shift for v in values]
            world.limit(2 * w, min(ends), max(ends))


def value(q: Poly, pairs: Values, p: int) -> Values:
    total = np.zeros(len(pairs), np.int64)
    for m, c in q.items():
        term = np.full(len(pairs), c % p)
        for v in m:
            term = term * pairs[:, v] % p
        total += term
    return total % p


def false_facts(world: World, small: SmallSystem, pairs: Values) -> list[Any]:
    """The facts of a world about the system's wires that a pair contradicts."""
    p, n = small.modulus, 2 * small.n_wires
    if world.impossible:
        return ["impossible"] if len(pairs) else []
    wrong: list[Any] = [
        (v, low, high)
        for v, (low, high) in world.range.items()
        if v < n and ((pairs[:, v] - low) % p > high - low).any()
    ]
    wrong += [
        v
        for v in list(world.same)
        if world.same[v] and v < n and (pairs[:, v] != pairs[:, v ^ 1]).any()
    ]
    for equation, is_exchanged in world.more.values():
        q = {tuple(v ^ is_exchanged for v in m): c for m, c in equation.items()}
        if all(v < n for m in q for v in m) and value(q, pairs, p).any():
            wrong.append(q)
    return wrong


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
        if len(found) ** 2 > MOST_PAIRS * small.modulus:
            continue
        pairs = pairs_of(small, found)
        if len(pairs) > MOST_PAIRS:
            continue
        world, maker = world_of(small), StepMaker(small, random)
        if len(found):
            add_true_facts(world, small, found, random)
        assert not false_facts(world, small, pairs)
        for _ in range(100):
            step = maker.step(world)
            after = accepted(world, step)
            if after is None or len(after.more) > 30 or is_same(world, after):
                continue
            wrong = false_facts(after, small, pairs)
            assert not wrong, f"seed {seed}: {step} claims {wrong} of {small}"
            counts[step[0]] += 1
            world = after
            if world.impossible:
                break
    return counts


def is_same(x: World, y: World) -> bool:
    """Return whether a step added nothing."""
    names = ("same", "range", "impossible", "more")
    return all(getattr(x, name) == getattr(y, name) for name in names)


def test_accepted_steps_are_right() -> None:
    counts = try_steps(100, SEED)
    assert counts.keys() >= {"zero", "bound", "split", "define", "power"}


@pytest.mark.slow
def test_accepted_steps_of_many_systems_are_right() -> None:
    print(try_steps(3000, SEED + 1))
