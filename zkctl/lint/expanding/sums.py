"""Sums of bits that may pass p, in two limbs: sum of 2^i x_i = 2^size * high + low, each of them an integer below p.

`high` is at most that of the limit, and if it is that of the limit, `low` is at most that of the limit.  The second is kept as a bound of
`low` times all high bits that are 1 in the limit.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from zkctl.lint.expanding.cases import Run
from zkctl.lint.expanding.digits import read_off
from zkctl.lint.expanding.emission import Emitter, Parts, Poly, difference, scale, written
from zkctl.lint.expanding.forms import need
from zkctl.lint.expanding.world import World

ONE: Poly = {(): 1}


class Limbs:
    """The limbs of bits with a limit: variables, and the equations that define them."""

    def __init__(self, world: World, wires: Any, limit: int, flip: int) -> None:
        self.wires, self.limit, self.flip = wires, limit, flip
        self.size = len(wires) // 2
        emitter = world.emitter
        bits = [{(): flip, (world.variable(w),): 1 - 2 * flip} for w in wires]
        self.low, self.low_equation = self._sum(emitter, bits[: self.size])
        self.high, self.high_equation = self._sum(emitter, bits[self.size :])
        self.products: dict[int, tuple[int, int]] = {}  # by place: variable, equation
        last = self.low
        for i in range(self.size, len(wires)):
            if limit >> i & 1:
                product = {(*m, last): c for m, c in bits[i].items() if c}
                self.products[i] = emitter.define(product)
                last = self.products[i][0]
        self.high_limit = limit >> self.size

    def _sum(self, emitter: Emitter, bits: list[Poly]) -> tuple[int, int]:
        total: Poly = {}
        for i, bit in enumerate(bits):
            for m, c in bit.items():
                total[m] = total.get(m, 0) + (c << i)
        v, equation = emitter.define(total)
        emitter.bound([(equation, ONE)], v)
        return v, equation

    def at_limit(self, world: World, inside: Emitter, order: int) -> None:
        """Bound `low` of an assignment whose `high` is that of the limit."""
        for i in reversed(range(self.size, len(self.wires))):
            if world.fixed(self.wires[i]) is None:
                inside.bound(
                    [(self.high_equation ^ order, ONE)], world.variable(self.wires[i]) ^ order
                )
        places = sorted(self.products, reverse=True)
        following = [self.products[i][0] for i in places[1:]] + [self.low]
        for i, v in zip(places, following, strict=True):
            inside.bound([(self.products[i][1] ^ order, ONE)], v ^ order)


def at_most(world: World, run: Run, wires: Any, limit: Any, flip: Any, places: Any) -> None:
    """Bound the number that bits spell: at the highest place where it would exceed the limit, no assignment is left."""
    n, flip = len(wires), int(flip == 1)
    need(type(limit) is int and 0 <= limit < 2**n - 1 and len(set(map(world.wire, wires))) == n)
    need(all(world.is_bit(w) for w in wires))
    need(len(places) <= n)
    limbs = Limbs(world, wires, limit, flip)
    walk = world.copy()
    walk.is_single = True
    walk.emitter.n_equations += 2
    _walk(walk, run, limbs, places, 0)
    # in a case, the other being impossible, so that other facts of the walk do not stay
    top = limbs.products[max(limbs.products)][0] if limbs.products else limbs.low
    cases = [written([]), written(walk.emitter.steps)]
    world.emitter.split((limbs.low, -1), cases, [], [limbs.high, top])
    low, high = world.sums.get(tuple(wires), (0, 2**n - 1))
    low, high = (max(low, 2**n - 1 - limit), high) if flip else (low, min(high, limit))
    world.sums[tuple(wires)] = low, high
    world.limbs[(*wires, -flip)] = limbs


def _walk(walk: World, run: Run, limbs: Limbs, places: Any, place: int) -> None:
    """Write the steps from a place on, where the higher bits are those of the limit."""
    emitter, flip, n = walk.emitter, limbs.flip, len(limbs.wires)
    if walk.impossible:
        return
    if n - place == limbs.size:
        emitter.bound([(limbs.high_equation, ONE)], limbs.high)
    if place == n:
        emitter.bound([(limbs.low_equation, ONE)], limbs.low)
        return
    above, below = places[place] if place < len(places) else ([], [])
    i = n - 1 - place
    w, bit = limbs.wires[i], limbs.limit >> i & 1
    v = walk.variable(w)
    other = walk.copy()
    other.emitter.n_equations += 2
    if not bit:
        other.meet(w, 1 - flip, 1 - flip)
        run(other, above)
        need(other.impossible)
        cases = [written([]), written(other.emitter.steps)]
        emitter.split((v, 0), cases[::-1] if flip else cases)
        walk.meet(w, flip, flip)
        run(walk, below)
        _walk(walk, run, limbs, places, place + 1)
        return
    need(not above)
    other.meet(w, 1 ^ flip, 1 ^ flip)
    run(other, below)
    _walk(other, run, limbs, places, place + 1)
    if i >= limbs.size:
        product, equation = limbs.products[i]
        kept = [limbs.high, product]
        smaller = [(limbs.high_equation, limbs.high), (equation, product)]
        if not other.impossible:
            other.emitter.bound([(equation, ONE)], product)
    else:
        kept, smaller = [limbs.low], [(limbs.low_equation, limbs.low)]
    less = emitter.fork()
    for equation, variable in smaller:
        less.bound([(equation, ONE)], variable)
    cases = [written(less.steps), written(other.emitter.steps)]
    emitter.split((v, 0), cases[::-1] if flip else cases, [], kept)


def bits(world: World, k: Any, m: Any, wires: Any) -> None:
    """Read bits off a sum whose range is shorter than p."""
    _, high = world.sums[tuple(wires)]
    form = world.scaled(world.open(k), world.factor(m))
    need(high < world.p and world.loose(form) <= set(wires))
    for i, w in enumerate(wires):
        need(w in world.unique or form.get(w) == pow(2, i, world.p))
    if not world.is_single:
        limbs = world.limbs[(*wires, 0)]
        _one_sum(world, limbs, scale(difference(world.open_parts(k)), m))
    world.unique |= set(wires)


def _one_sum(world: World, limbs: Limbs, parts: Parts) -> None:
    """Write that bits are the same, of parts that are sum of 2^i (w_i - w_i')."""
    emitter, weight = world.emitter, 2**limbs.size
    high, low = limbs.high, limbs.low
    named_high, named_low = [(limbs.high_equation, ONE)], [(limbs.low_equation, ONE)]
    d, named = emitter.define({(high,): 1, (high ^ 1,): -1})
    emitter.bound([(named, ONE)], d)
    parts = parts + scale(difference(named_high), -weight) + scale(difference(named_low), -1)
    parts = [(emitter.zero([*parts, (named, {(): -weight})]), ONE)]  # weight * d + low - low'

    def differs(inside: Emitter, _equation: int, order: int) -> None:
        inside.bound(parts, d)
        inside.bound([(named, ONE)], high ^ order)
        limbs.at_limit(world, inside, order)
        inside.bound(parts, low ^ 1 ^ order)

    emitter.split((d, -1), [partial(differs, order=1), written([])])
    emitter.split((d, 0), [written([]), partial(differs, order=0)])
    emitter.learn(parts)
    emitter.learn([(named, ONE)])
    digits = [((1 - 2 * limbs.flip) << i, world.variable(w)) for i, w in enumerate(limbs.wires)]
    read_off(emitter, difference([(limbs.low_equation, ONE)]), digits[: limbs.size])
    high_digits = [(c >> limbs.size, v) for c, v in digits[limbs.size :]]
    read_off(emitter, difference([(limbs.high_equation, ONE)]), high_digits)


def range_of_bits(world: World, k: Any, m: Any, w: Any, wires: Any) -> None:
    """Bound a wire that is a sum of bits with a range."""
    low, high = world.sums[tuple(wires)]
    a, b, c = world.row(k)
    need(not set(a) - {0} or not set(b) - {0})
    factor, other = (b.get(0, 0), a) if not set(a) - {0} else (a.get(0, 0), b)
    found = world.scaled(world.added(c, other, -factor), world.factor(m))
    expected = {v: -pow(2, i, world.p) % world.p for i, v in enumerate(wires)}
    need(high - low < world.p and w not in expected and found == {**expected, w: 1})
    limbs: Limbs = world.limbs[(*wires, 0)]
    mirrored: Any = world.limbs.get((*wires, -1))
    weight, emitter, v = 2**limbs.size, world.emitter, world.variable(world.wire(w))
    high_parts, low_parts = [(limbs.high_equation, ONE)], [(limbs.low_equation, ONE)]
    shifted, named = emitter.define({(limbs.high,): weight})
    direct = world.row_parts(k, -m) + scale(high_parts, weight) + low_parts  # w - weight high - low
    parts = [*direct, (named, ONE)]  # w - shifted - low

    def less(inside: Emitter, _equation: int) -> None:
        inside.bound([(named, ONE)], shifted)
        inside.bound(parts, v)

    def equal(inside: Emitter, _equation: int) -> None:
        limbs.at_limit(world, inside, 0)
        inside.bound(parts, v)

    def split(inside: Emitter, _equation: int = 0) -> None:
        if mirrored:
            inside.bound([*high_parts, (mirrored.high_equation, ONE)], limbs.high)
        inside.bound([(named, ONE)], shifted)
        inside.split((limbs.high, limbs.high_limit - 1), [less, equal], [], [v])

    def least(inside: Emitter, _equation: int) -> None:
        mirrored.at_limit(world, inside, 0)
        inside.bound(high_parts, limbs.high)
        inside.bound([*low_parts, (mirrored.low_equation, ONE)], limbs.low)
        inside.bound(direct, v)

    if mirrored:
        emitter.split((mirrored.high, mirrored.high_limit - 1), [split, least], [], [v])
    else:
        split(emitter)
    world.meet(world.wire(w), low, high)
