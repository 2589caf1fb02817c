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

from tests.soundness.test_lint_judge import change_number
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
from zkctl.lint.certificate import REFUSALS as MALFORMED
from zkctl.lint.checker import Facts, World
from zkctl.lint.expanding.explicit import ExplicitWorld
from zkctl.lint.system import Row, System

SEED = 20261128
MOST_PAIRS = 20_000
MOST_EQUATIONS = 60


def system_of(small: SmallSystem) -> System:
    rows = [Row(*row) for row in small.rows]
    return System(small.modulus, small.n_wires, rows, small.inputs, small.outputs)


def written(world: ExplicitWorld, step: Step) -> ExplicitWorld | None:
    """The world after a step, with the checker's steps for it; None if it has no result."""
    tried = world.case(world.symmetric)
    for name in ("same", "range", "more"):
        facts = getattr(tried, name)
        facts.update((k, v) for k, v in facts.below.items() if v is not None)
        facts.below = None
    try:
        tried.run([step])
    except (CheckFailed, *MALFORMED):
        return None
    return tried


def accepted(world: World, steps: list[Step]) -> World | None:
    """The checker's world after steps; None if it refuses them."""
    tried = copy(world)
    tried.point, tried.range, tried.equations = map(
        Facts, (world.point, world.range, world.equations)
    )
    try:
        tried.run(steps)
    except MALFORMED:
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


def add_true_facts(
    world: World, explicit: ExplicitWorld, small: SmallSystem, found: Values, random: Random
) -> None:
    """Add facts that all assignments confirm."""
    p, wires = small.modulus, range(1, small.n_wires)
    for w in unique_of(small, found, wires):
        if random.random() < 0.4:
            world.point[2 * w + 1] = world.point[2 * w]
            explicit.same[2 * w + 1] = True
    for w in wires:
        values = set(found[:, w].tolist())
        if random.random() < 0.5 and len(values) < p:
            shift = random.choice([0, 0, random.randrange(p)])
            ends = [(v + shift) % p - shift for v in values]
            world.limit(2 * w, min(ends), max(ends))
            explicit.limit(2 * w, min(ends), max(ends))


def value(terms: Any, flip: int, pairs: Values, p: int) -> Values:
    total = np.zeros(len(pairs), np.int64)
    for m, c in terms:
        term = np.full(len(pairs), c % p)
        for v in m:
            term = term * pairs[:, v ^ flip] % p
        total += term
    return total % p


def false_facts(world: World, small: SmallSystem, pairs: Values) -> list[Any]:
    """The facts of a world about the system's wires that a pair contradicts."""
    p, n = small.modulus, 2 * small.n_wires
    if world.impossible:
        return ["impossible"] if len(pairs) else []
    wrong: list[Any] = []
    for v in range(n):
        low, high = world.range[v] or (0, p)
        if ((pairs[:, v] - low) % p > high - low).any():
            wrong.append((v, low, high))
        if world.is_same([[[v], 1]]) and (pairs[:, v] != pairs[:, v ^ 1]).any():
            wrong.append(v)
    for k in range(2 * len(small.rows), world.n_equations):
        terms, flip = world.equations[k]
        if all(v < n for m, _ in terms for v in m) and value(terms, flip, pairs, p).any():
            wrong.append(terms)
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
        world, explicit = World(system_of(small), {}), ExplicitWorld(system_of(small), {})
        maker = StepMaker(small, random)
        if len(found):
            add_true_facts(world, explicit, small, found, random)
        assert not false_facts(world, small, pairs)
        for _ in range(100):
            following = written(explicit, maker.step(explicit))
            if following is None or not following.steps or following.n_equations > MOST_EQUATIONS:
                continue
            steps = following.steps
            changed = changed_steps(steps, random)
            for tried in (changed, steps):
                after = accepted(world, tried)
                if after is not None:
                    wrong = false_facts(after, small, pairs)
                    assert not wrong, f"seed {seed}: {tried} claims {wrong} of {small}"
                    counts.update(each[0] for each in tried)
                    counts["changed"] += tried is changed
            if after is None or after.impossible:
                break
            world, explicit = after, following
    return counts


def changed_steps(steps: list[Step], random: Random) -> list[Step]:
    """Return steps with one number changed, most of them wrong."""
    changed = deepcopy(steps)
    change_number(random.choice(changed), random)
    return changed


def test_accepted_steps_are_right() -> None:
    counts = try_steps(100, SEED)
    assert counts.keys() >= {"zero", "bound", "split", "define", "same", "changed"}


@pytest.mark.slow
def test_accepted_steps_of_many_systems_are_right() -> None:
    print(try_steps(3000, SEED + 1))
