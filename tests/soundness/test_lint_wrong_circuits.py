"""Certificates of right circuits for wrong ones over the real field: what the checker accepts, no two witnesses contradict.

A circuit loses a row or an input, or has another coefficient.  Each step of the certificate of the right circuit that holds is kept, a
changed one too; those that do not hold are left out.  The search, which knows nothing of the certificate, finds the witnesses.
"""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.soundness.test_lint_judge import change_number
from tests.soundness.test_lint_mutants import right_circuits
from zkctl.lint.certificate import REFUSALS
from zkctl.lint.checker import Facts, World
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import prove
from zkctl.lint.search.counterexample import Counterexample
from zkctl.lint.search.search import search
from zkctl.lint.system import Row, System
from zkctl.lint.verdict import Judgement, OutputVerdict, Verdict

SEARCH_STEPS = 30_000
PARTS_CHANGED = 0.3  # of the steps that are tried changed first
NOTHING = Row({}, {}, {})


@cache
def certificates(data: Path) -> list[tuple[System, list[Any]]]:
    systems = [system for system in right_circuits(data) if len(system.rows) <= 40]
    return [(each, expanded(each, prove(each).certificate)) for each in systems]


def wrong(system: System, random: Random) -> System:
    """Return the system with one fault; the rows keep their numbers, and uniqueness of all wires is asked."""
    rows, inputs, kind = list(system.rows), set(system.inputs), random.random()
    k = random.randrange(len(rows))
    if kind < 0.2 and len(inputs) > 1:
        inputs.remove(random.choice(sorted(inputs)))
    elif kind < 0.6:
        rows[k] = NOTHING
    else:
        sides = [dict(side) for side in rows[k]]
        side = random.choice([side for side in sides if side])
        wire, p = random.choice(sorted(side)), system.modulus
        side[wire] = random.choice([1, 2, p - 1, side[wire] + 1, 2 * side[wire]]) % p or 1
        rows[k] = Row(*sides)
    wires = tuple(w for w in range(1, system.n_wires) if w not in inputs)
    return replace(system, rows=rows, inputs=frozenset(inputs), outputs=wires)


def witnesses_of(system: System, outputs: tuple[int, ...]) -> Counterexample | None:
    asked = tuple(OutputVerdict(w, Verdict.UNKNOWN) for w in outputs)
    nothing = Judgement(asked, [], system.inputs | {0}, {}, ())
    return search(replace(system, outputs=outputs), nothing, steps=SEARCH_STEPS)


def after(world: World, step: Any) -> World | None:
    """The world after a step; None if it is refused."""
    tried = copy(world)
    for name in ("point", "range", "equations"):
        facts = Facts(None)
        facts.update(getattr(world, name))
        setattr(tried, name, facts)
    try:
        tried.run([step])
    except REFUSALS:
        return None
    return tried


def kept_steps(system: System, certificate: list[Any], random: Random) -> tuple[World, int, int]:
    """The world after all steps that hold, how many do, and how many of those are changed."""
    world, n_kept, n_changed = World(system, {}), 0, 0
    for step in certificate:
        changed = deepcopy(step)
        if random.random() < PARTS_CHANGED:
            change_number(changed, random)
        for tried in (changed, step) if changed != step else (step,):
            found = after(world, tried)
            if found is not None:
                world, n_kept, n_changed = found, n_kept + 1, n_changed + (tried is changed)
                break
    return world, n_kept, n_changed


def contradicted(world: World, pair: Counterexample) -> list[Any]:
    """The facts of a world that two witnesses contradict."""
    if world.impossible:
        return ["impossible"]
    p, wrong_facts = world.p, list[Any]()
    for w, values in enumerate(zip(pair.first, pair.second, strict=True)):
        if world.is_same([[[2 * w], 1]]) and values[0] != values[1]:
            wrong_facts.append(w)
        for v, value in zip((2 * w, 2 * w + 1), values, strict=True):
            low, high = world.range[v] or (0, p)
            if (value - low) % p > high - low:
                wrong_facts.append((v, low, high))
    return wrong_facts


def attack(data: Path, seed: int, count: int) -> tuple[int, int, int]:
    """Returns the numbers of steps that were kept, of changed ones among them, and of pairs of witnesses."""
    random, totals = Random(seed), [0, 0, 0]
    for _ in range(count):
        right, certificate = random.choice(certificates(data))
        system = wrong(right, random)
        world, n_kept, n_changed = kept_steps(system, certificate, random)
        pairs = [witnesses_of(system, outputs) for outputs in (system.outputs, right.outputs)]
        claimed = tuple(w for w in system.outputs if world.is_same([[[2 * w], 1]]))
        pairs += [witnesses_of(system, claimed)] if claimed else []
        for pair in pairs:
            facts = [] if pair is None else contradicted(world, pair)
            assert not facts, f"seed {seed}: {facts} of {system.rows} by {certificate}"
        found = (n_kept, n_changed, sum(pair is not None for pair in pairs))
        totals = [x + y for x, y in zip(totals, found, strict=True)]
    return totals[0], totals[1], totals[2]


def test_no_two_witnesses_contradict_what_is_accepted(data: Path) -> None:
    n_kept, n_changed, n_pairs = attack(data, seed=20261128, count=25)
    assert n_kept > 100
    assert n_changed > 5
    assert n_pairs > 15


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_no_two_witnesses_contradict_what_is_accepted_of_many(data: Path) -> None:
    print(attack(data, seed=20261129, count=600))
