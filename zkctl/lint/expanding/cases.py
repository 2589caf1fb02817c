"""Steps that look at all cases: docs/design/decisions/0040-lint.md defines the facts that stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from zkctl.lint.expanding.emission import Emitter, written
from zkctl.lint.expanding.forms import need, without_one
from zkctl.lint.expanding.splitting import each_value
from zkctl.lint.expanding.world import Key, World

MOST_CASES = 64
Run = Callable[[World, Any], None]  # runs a list of steps in a world


def zero_or_not(world: World, run: Run, pairs: Any, if_zero: Any, if_not: Any) -> None:
    """Split on a form: it is 0, or it is not."""
    form = world.fold(world.form(pairs))
    need(without_one(form))
    inverse = {(world.emitter.n_variables,): 1}
    joint = not world.loose(form)

    def when_zero(case: World, equation: int) -> None:
        case.set_zero(form, equation)
        run(case, if_zero)

    def when_not(case: World, equation: int) -> None:
        case.set_nonzero(form, equation, inverse)
        run(case, if_not)

    world.emitter.n_variables += 2
    found = []
    for begin in (when_zero, when_not):
        case = _case(world, joint=joint)
        case.emitter.n_equations += 2
        begin(case, world.emitter.n_equations)
        found.append(case)
    world.emitter.n_variables -= 2
    equation = _join(world, found, world.of(form), joint=joint)
    live = [
        begin
        for begin, case in zip((when_zero, when_not), found, strict=True)
        if not case.impossible
    ]
    if len(live) == 1:
        _again(world, lambda: live[0](world, equation), joint=joint)


def _case(world: World, *, joint: bool) -> World:
    case = world.copy()
    case.is_single = world.is_single or not joint
    return case


def _again(world: World, steps: Callable[[], None], *, joint: bool) -> None:
    """Take over the facts of the only case that is left, but for the rows and wires that it defined."""
    unique, n_rows, n_wires = world.unique.copy(), len(world.more), world.n_wires
    by_wire: Sequence[dict[int, Any]] = (world.ranges, world.roots, world.root_equations)
    by_form: Sequence[dict[Key, Any]] = (world.zero, world.nonzero)
    sizes = [*map(len, by_wire), *map(len, by_form)]
    steps()
    world.impossible = False
    world.n_wires = n_wires
    del world.more[n_rows:], world.equations[n_rows:]
    world.unique -= {
        w
        for w in world.unique - unique
        if w >= n_wires or not (joint or world.fixed(w) is not None)
    }
    for facts, size in zip(by_wire, sizes, strict=False):
        for w in _added(facts, size):
            if w >= n_wires:
                del facts[w]
    for forms, size in zip(by_form, sizes[len(by_wire) :], strict=True):
        for form in _added(forms, size):
            if form[-1][0] >= n_wires:
                del forms[form]


def _added(facts: Mapping[Any, Any], size: int) -> list[Any]:
    """Return the keys that were added since there were so many."""
    return list(islice(reversed(facts), len(facts) - size))


def _join(world: World, cases: Sequence[World], reason: Any, *, joint: bool) -> int:
    """Write the split, and keep what holds in every case.  Returns the equation of the case, if one is left."""
    live = [case for case in cases if not case.impossible]
    zeros, variables = _kept(world, live, joint=joint)
    emitter = world.emitter

    first = emitter.split(
        reason,
        [written(case.emitter.steps) for case in cases],
        [world.difference_of(w) for w in zeros],
        [world.variable(w) for w in variables],
    )[0]
    if not live:
        world.impossible = True
    elif len(live) > 1:
        world.join(live, joint=joint)
    return first


def _kept(world: World, live: Sequence[World], *, joint: bool) -> tuple[list[int], list[int]]:
    """Return the wires that are unique in all cases, and those with a new range, if there are several cases."""
    if len(live) < 2:
        return [], []
    common = set.intersection(*(case.unique for case in live)) if joint else set()
    new = sorted(w for w in common - world.unique if w < world.n_wires)
    return ([] if world.is_single else new), sorted(world.hulls(live))


def by_value(world: World, run: Run, w: Any, values: Any, steps: Any) -> None:
    """Split on the few values of a wire."""
    known = {next(iter(at.values())) for at in world.values([world.wire(w)], MOST_CASES)}
    need(all(type(value) is int and 0 <= value < world.p for value in values))  # 1.0 == 1
    need(known <= set(values) and len(values) == len(steps) <= MOST_CASES)
    joint = w in world.unique
    listed = dict(zip(values, steps, strict=True))

    def run_all(kept: tuple[list[int], list[int]]) -> tuple[list[World], list[int]]:
        found: list[World] = []
        lone: list[int] = []

        def leaf(inside: Emitter, value: int) -> None:
            case = _case(world, joint=joint)
            number = world.signed(value)
            case.meet(w, number, number)
            case.emitter.n_equations = inside.n_equations
            case.emitter.n_variables = inside.n_variables
            run(case, listed[value])
            inside.steps += case.emitter.steps
            found.append(case)
            lone.append(value)

        emitter = world.emitter.fork()
        zeros, variables = kept
        each_value(world, emitter, w, leaf, [world.difference_of(u) for u in zeros], [world.variable(u) for u in variables])  # fmt: skip
        emitters.append(emitter)
        return found, lone

    emitters: list[Emitter] = []
    found, lone = run_all(([], [w]))
    live = [case for case in found if not case.impossible]
    kept = _kept(world, live, joint=joint)
    if kept != ([], []):
        run_all((kept[0], sorted({w, *kept[1]})))
    own = world.emitter
    own.steps += emitters[-1].steps
    own.n_equations, own.n_variables = emitters[-1].n_equations, emitters[-1].n_variables
    if not live:
        world.impossible = True
    elif len(live) == 1:
        value = lone[found.index(live[0])]

        def again() -> None:
            world.meet(w, world.signed(value), world.signed(value))
            run(world, listed[value])

        _again(world, again, joint=joint)
    else:
        world.join(live, joint=joint)
