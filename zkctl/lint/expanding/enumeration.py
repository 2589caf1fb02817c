"""Wires of few values, of which all combinations with the same sums agree."""

from __future__ import annotations

from typing import Any

from zkctl.lint.expanding.emission import Emitter, Parts, difference, exchanged
from zkctl.lint.expanding.forms import need, without_one
from zkctl.lint.expanding.splitting import each_value
from zkctl.lint.expanding.world import World

MOST_COMBINATIONS = 16_384
MOST_PAIRS = 50_000


def enumerate_values(world: World, wires: Any, targets: Any, filters: Any) -> None:
    """Try all values of wires: those that the targets determine are unique."""
    wires = [world.wire(w) for w in wires]
    conditions = [world.folded(k) for k in filters]
    need(all(without_one(side) <= set(wires) for row in conditions for side in row))
    forms = []
    for k in targets:
        form = world.open(k)
        need(world.loose(form) <= set(wires))
        forms.append({w: c for w, c in form.items() if w in wires})
    found: dict[tuple[int, ...], list[dict[int, int]]] = {}
    for at in world.values(wires, MOST_COMBINATIONS):
        sides = [[world.value(side, at) for side in row] for row in conditions]
        if all((a * b - c) % world.p == 0 for a, b, c in sides):
            found.setdefault(tuple(world.value(form, at) for form in forms), []).append(at)
    same = {w for w in wires if all(len({at[w] for at in group}) == 1 for group in found.values())}
    if found and world.is_single:
        world.unique |= same
        return
    search = _Pairs(world, wires, same, targets, filters)
    search.write(world.emitter, 0, {}, {})
    if found:
        world.unique |= same
    else:
        world.impossible = True


class _Pairs:
    """The cases of pairs of combinations: a value of each wire in both assignments, until a row or a sum is refuted."""

    def __init__(
        self, world: World, wires: list[int], same: set[int], targets: Any, filters: Any
    ) -> None:
        self.world = world
        self.p = world.p
        weight = {w: c for k in targets for w, c in world.open(k).items()}
        self.order = sorted(wires, key=lambda w: -abs(world.signed(weight.get(w, 0))))
        self.zeros = [world.difference_of(w) for w in same if w not in world.unique]
        self.filters = [(world.folded(k), world.row_parts(k)) for k in filters]
        self.targets = []
        for k in targets:
            form = {w: c for w, c in world.open(k).items() if w not in world.unique}
            self.targets.append((form, difference(world.open_parts(k))))
        self.kept: list[int] = []
        if not targets:  # one assignment will do: a wire that is the same in all has one value
            self.zeros, self.kept = [], [world.variable(w) for w in sorted(same)]
        self.n_pairs = 0
        self.ranges = {w: self._range(w) for w in wires}

    def _range(self, w: int) -> tuple[int, int]:
        if w in self.world.ranges:
            return self.world.ranges[w]
        ends = [self.world.signed(value) for value in self.world.roots[w]]
        return min(ends), max(ends)

    def refutation(self, x: dict[int, int], y: dict[int, int]) -> Parts | None:
        """Return parts that are a constant that is not 0, None if no row is refuted."""
        both = (
            (row, at, own)
            for row, parts in self.filters
            for at, own in ((x, parts), (y, exchanged(parts)))
        )
        for row, at, own in both:
            if {w for side in row for w in without_one(side)} <= at.keys():
                a, b, c = (self.world.value(side, at) for side in row)
                if (a * b - c) % self.p:
                    return own
        return None

    def open_wire_apart(self, form: dict[int, int], x: dict[int, int], y: dict[int, int]) -> int:
        """Return a wire that is open in y, if the sums of a form cannot be the same; 0 if they can."""
        low = high = 0
        last = 0
        for w, c in form.items():
            weight = self.world.signed(c)
            for at, sign in ((x, 1), (y, -1)):
                if w in at:
                    low, high = low + sign * weight * at[w], high + sign * weight * at[w]
                else:
                    ends = [sign * weight * end for end in self.ranges[w]]
                    low, high = low + min(ends), high + max(ends)
                    last = w
        return last if high // self.p * self.p < low else 0

    def write(self, emitter: Emitter, position: int, x: dict[int, int], y: dict[int, int]) -> None:
        """Write the cases of the wires from a position on."""
        self.n_pairs += 1
        need(self.n_pairs < MOST_PAIRS)
        parts = self.refutation(x, y)
        if parts is not None:
            emitter.learn(parts)
            return
        for form, sums in self.targets:
            last = self.open_wire_apart(form, x, y)
            if last:
                emitter.bound(sums, self.world.variable(last) ^ 1)
                return
        if position == len(self.order):
            for form, sums in self.targets:
                if sum(c * (x[w] - y[w]) for w, c in form.items()) % self.p:
                    emitter.learn(sums)
                    return
            return
        w = self.order[position]
        is_same = w in self.world.unique or not self.targets

        def first(inside: Emitter, value: int) -> None:
            at = {**x, w: value}
            if is_same:
                self.write(inside, position + 1, at, {**y, w: value})
            else:
                self.second(inside, position, at, y)

        each_value(self.world, emitter, w, first, self.zeros, self.kept)

    def second(
        self, emitter: Emitter, position: int, x: dict[int, int], y: dict[int, int]
    ) -> None:  # fmt: skip
        """Write the cases of the wire at a position in the second assignment."""
        w = self.order[position]

        def leaf(inside: Emitter, value: int) -> None:
            self.write(inside, position + 1, x, {**y, w: value})

        each_value(_Swapped(self.world), emitter, w, leaf, self.zeros, [])


class _Swapped:
    """The facts of wires in the second assignment, for `each_value`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.roots, self.ranges = world.roots, world.ranges
        self.root_equations = {
            w: (equation ^ 1, values) for w, (equation, values) in world.root_equations.items()
        }

    def variable(self, w: int) -> int:
        return self._world.variable(w) ^ 1
