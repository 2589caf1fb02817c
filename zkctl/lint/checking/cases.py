"""Steps that look at all cases: docs/design/decisions/0040-lint.md defines the facts that stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zkctl.lint.checking.forms import need, without_one
from zkctl.lint.checking.world import World

MOST_CASES = 64
Run = Callable[[World, Any], None]  # runs a list of steps in a world


def zero_or_not(world: World, run: Run, pairs: Any, if_zero: Any, if_not: Any) -> None:
    """Split on a form: it is 0, or it is not."""
    form = world.fold(world.form(pairs))
    need(without_one(form))
    zero, other = world.copy(), world.copy()
    zero.set_zero(form)
    other.nonzero.add(world.normal(form))
    run(zero, if_zero)
    run(other, if_not)
    world.join([zero, other], joint=not world.loose(form))


def by_value(world: World, run: Run, w: Any, values: Any, steps: Any) -> None:
    """Split on the few values of a wire."""
    known = {next(iter(at.values())) for at in world.values([world.wire(w)], MOST_CASES)}
    need(all(type(value) is int and 0 <= value < world.p for value in values))  # 1.0 == 1
    need(known <= set(values) and len(values) == len(steps) <= MOST_CASES)
    cases = []
    for value, each in zip(values, steps, strict=True):
        case = world.copy()
        number = world.signed(value)
        case.meet(w, number, number)
        run(case, each)
        cases.append(case)
    world.join(cases, joint=w in world.unique)


def at_most(world: World, run: Run, wires: Any, limit: Any, flip: Any, places: Any) -> None:
    """Bound the number that bits spell: at the highest place where it would exceed the limit, no assignment is left."""
    n, flip = len(wires), int(flip == 1)
    need(type(limit) is int and 0 <= limit < 2**n - 1 and len(set(map(world.wire, wires))) == n)
    need(all(world.is_bit(w) for w in wires))
    need(len(places) <= n)
    walk = world.copy()
    for place, i in enumerate(reversed(range(n))):
        if walk.impossible:
            break
        above, below = places[place] if place < len(places) else ([], [])
        w, bit = wires[i], limit >> i & 1
        if not bit:
            larger = walk.copy()
            larger.meet(w, 1 - flip, 1 - flip)
            run(larger, above)
            need(larger.impossible)
        need(not (bit and above))
        walk.meet(w, bit ^ flip, bit ^ flip)
        run(walk, below)
    low, high = world.sums.get(tuple(wires), (0, 2**n - 1))
    low, high = (max(low, 2**n - 1 - limit), high) if flip else (low, min(high, limit))
    world.sums[tuple(wires)] = low, high
