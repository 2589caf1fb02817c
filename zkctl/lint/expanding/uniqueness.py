"""Steps that show wires to be unique: docs/design/decisions/0040-lint.md has the conditions and the reasons."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from math import gcd
from typing import Any

from zkctl.lint.expanding.digits import read_off
from zkctl.lint.expanding.emission import (
    Emitter,
    Parts,
    Poly,
    difference,
    exchanged,
    scale,
    times,
)
from zkctl.lint.expanding.forms import Form, as_polynomial, need, without_one
from zkctl.lint.expanding.splitting import each_value
from zkctl.lint.expanding.world import World


def solve(world: World, k: Any) -> None:
    """Solve a row for its one loose wire."""
    form = world.open(k)
    w = world.only_loose(form)
    world.make_unique(w, form[w], world.open_parts(k))


def combine(world: World, parts: Any) -> None:
    """Solve a combination of rows for its one loose wire."""
    total: Form = {}
    found: Parts = []
    for k, m in parts:
        total = world.added(total, world.open(k), world.factor(m))
        found += scale(world.open_parts(k), m)
    w = world.only_loose(total)
    world.make_unique(w, total[w], found)


def divide(world: World, k: Any) -> None:
    """Solve S * T = C for a wire of T and C whose factor is not 0."""
    a, b, c = world.folded(k)
    known, other = (b, a) if world.loose(a) else (a, b)
    need(not world.loose(known))
    w = world.only_loose(other, c)
    if k in world.functions:
        world.make_unique(w, 1, [(world.functions[k], {(): 1})])
        return
    if c and not without_one(
        c
    ):  # S * T = c: the parts' difference S * t * (w - w') times T / (c t)
        if not world.is_single:
            inverse, parts = (
                world.scaled(other, pow(c[0] * other[w], -1, world.p)),
                world.row_parts(k),
            )
            rest = times({(): -pow(c[0], -1, world.p)}, world.difference_of(w))
            parts = scale(difference(parts), world.of(inverse)) + scale(parts, rest)
            world.emitter.same(world.variable(w), 1, parts)
        world.unique.add(w)
        return
    factor = world.added(world.scaled(known, other.get(w, 0)), {0: c.get(w, 0)}, -1)
    need(world.is_nonzero(factor))
    _cancel(world, w, factor, world.row_parts(k))


def isolate(world: World, w: Any, pairs: Any, parts: Any) -> None:
    """Solve D * w + R = 0, D not being 0."""
    w, factor = world.wire(w), world.fold(world.form(pairs))
    need(w not in world.unique and not world.loose(factor) and world.is_nonzero(factor))
    product = world.times(as_polynomial(factor), {(w,): 1})
    rest = world.difference(world.combination(parts), product)
    need(not world.loose(*rest))
    _cancel(world, w, factor, world.combination_parts(parts))


def _cancel(world: World, w: int, factor: Form, parts: Parts) -> None:
    """Make w unique, of parts whose difference is factor * (w - w')."""
    if not world.is_single:
        inverse, known = world.inverse(factor)
        rest = scale(known, times({(): -1}, world.difference_of(w)))
        world.emitter.same(world.variable(w), 1, scale(difference(parts), inverse) + rest)
    world.unique.add(w)


def root(world: World, parts: Any, w: Any, exponent: Any) -> None:
    """Take the one root of c * w^e + R = 0."""
    w, p = world.wire(w), world.p
    rest = world.combination(parts)
    powers = [wires for wires in rest if set(wires) == {w}]
    need(w not in world.unique and len(powers) == 1 and len(powers[0]) == exponent)
    lead = rest.pop(powers[0])
    need(not world.loose(*rest))
    v, found = world.variable(w), difference(world.combination_parts(parts))
    if gcd(exponent, p - 1) == 1:
        if not world.is_single:
            world.emitter.steps.append(["power", world.emitter.parts(found), v, v ^ 1, exponent])
    else:
        low, high = world.ranges[w]
        need(exponent == 2 and (2 * low) // p * p + p >= 2 * high)
        if not world.is_single:
            scaled = scale(found, pow(lead, -1, p))
            _one_sign(world, v, scaled, (2 * low) // p if low >= 0 else -1)
    world.unique.add(w)


def _one_sign(world: World, v: int, parts: Parts, shift: int) -> None:
    """Write that v = v', of v^2 - v'^2 = 0; v + v' has no multiple of p but at its ends."""
    emitter, p = world.emitter, world.p
    inverse = emitter.n_variables
    opposite: Poly = {(v,): 1, (v ^ 1,): 1}

    def when_other(inside: Emitter, equation: int) -> None:
        found = [*scale(parts, {(inverse,): 1}), (equation, times({(): -1}, opposite))]
        total = inside.zero(found)
        first, second = v, v ^ 1
        if shift > 0:  # the same value as an integer between -p / 2 and 0
            for constant in (-(p // 2), -(p // 2), -1):
                moved, equation = inside.define({(first,): 1, (): constant})
                inside.bound([(equation, {(): 1})], moved)
                inside.bound([(equation ^ 1, {(): 1})], moved ^ 1)
                total = inside.zero(
                    [(total, {(): 1}), (equation, {(): -1}), (equation ^ 1, {(): -1})]
                )
                first, second = moved, moved ^ 1
        inside.bound([(total, {(): 1})], first)
        inside.bound([(total, {(): 1})], second)

    emitter.split({(v,): 1, (v ^ 1,): -1}, [_nothing, when_other], [{(v,): 1, (v ^ 1,): -1}])


def _nothing(_inside: Emitter, _equation: int) -> None:
    """Write no step."""


def digits(world: World, k: Any, m: Any) -> None:
    """Read the wires off a sum in which the larger weights exceed the smaller ones together."""
    form = world.scaled(world.open(k), world.factor(m))
    wires = world.loose(form)
    parts, defined = scale(world.open_parts(k), m), []
    weights, variables = [], []
    for w in sorted(wires):
        known = sorted(world.roots.get(w, ()))
        step, count = 1, 0
        if len(known) == 2:
            step, count = known[1] - known[0], 1
        else:
            low, high = world.ranges[w]
            count = high - low
        low, high = world.ranges[w]
        is_range = len(known) != 2 or (abs(world.signed(step)) == 1 == high - low)
        weight, v = form[w], world.variable(w)
        if not is_range and not world.is_single:
            weight *= step
            v, equation = _bit(world, w, known[0], step)
            parts.append((equation, {(): -weight}))
            defined.append(equation)
        variables.append((world.signed(weight), v))
        weights.append((abs(world.signed(form[w] * step)), count))
    total = 0
    for weight, count in sorted(weights):
        need(weight > total)
        total += weight * count
    need(total < world.p)
    if not world.is_single:
        read_off(world.emitter, difference(parts), variables)
        for equation in defined:
            world.emitter.learn(difference([(equation, {(): 1})]))
    world.unique |= wires


def _bit(world: World, w: int, value: int, step: int) -> tuple[int, int]:
    """Define (w - value) / step, of a wire with the values `value` and value + step; return variable and equation."""
    inverse = pow(step, -1, world.p)
    bit, equation = world.emitter.define({(world.variable(w),): inverse, (): -value * inverse})

    def leaf(inside: Emitter, _value: int) -> None:
        inside.learn([(equation, {(): 1})])

    each_value(world, world.emitter, w, leaf, [], [bit])
    return bit, equation


def one_hot(world: World, k: Any, parts: Any) -> None:
    """Show flags to be unique of which at most one is not 0, always the same one."""
    form = world.open(k)
    flags = [world.wire(w) for _, w in parts]
    need(len(set(flags)) == len(flags) and world.loose(form) == set(flags))
    rests, constants, others = set(), set(), []
    for j, w in parts:
        a, b, c = world.folded(j)
        other, own = (b, a) if set(a) == {w} else (a, b)
        need(not c and {w} in (set(a), set(b)))
        need(not world.loose(other) and without_one(other))
        normal = dict(world.normal(other))
        constants.add(normal.pop(0, 0))
        rests.add(tuple(sorted(normal.items())))
        others.append((j, w, other, own[w]))
    need(len(rests) == 1 and len(constants) == len(flags))
    if not world.is_single:
        for flag in others:
            _one_flag(world, flag, others, world.open_parts(k))
    world.unique |= set(flags)


def _one_flag(world: World, flag: Any, flags: Any, total: Parts) -> None:
    j, w, other, own = flag
    v, inverse = world.variable(w), world.emitter.n_variables

    def when_zero(inside: Emitter, equation: int) -> None:
        for i, u, side, factor in flags:
            if i != j or u != w:
                ratio = side[max(side)] * pow(other[max(other)], -1, world.p)
                rest = {(world.variable(u),): -factor * ratio}
                inside.learn([*world.row_parts(i), (equation, rest)])
        inside.learn(difference(total))

    def when_not(inside: Emitter, equation: int) -> None:
        parts = scale(world.row_parts(j), {(inverse,): 1})
        inside.learn([*parts, (equation, {(v,): -own})])

    world.emitter.split(world.of(other), [when_zero, when_not], [world.difference_of(w)])


def quotient(world: World, k: Any, j: Any, r: Any, t: Any) -> None:
    """Read quotient and remainder off S * q + r, the remainder being below S."""
    a, b, c = world.folded(k)
    divisor, other = (b, a) if world.loose(a) else (a, b)
    need(not world.loose(divisor))
    q, p = world.only_loose(other), world.p
    need(world.only_loose(c) == r != q)
    sign = world.signed(other[q] * pow(c[r], -1, p))
    need(sign in (1, -1))
    (r_low, h), (t_low, u) = world.ranges[r], world.ranges[t]
    n = world.ranges[q][1] - world.ranges[q][0]
    need(r_low >= 0 and t_low >= 0 and (u + 1 + h) * n + h < p)
    remainder = world.added(world.fold({r: 1}), world.fold({t: 1}), 1)
    claimed = world.added(world.added(divisor, {0: 1}, -1), remainder, -1)
    found = world.linear(j)
    need(found and claimed and _are_multiples(world, found, claimed))
    if not world.is_single:
        key = next(iter(claimed))
        ratio = claimed[key] * pow((found or {})[key], -1, p)
        # sign * S * (q - q') - (r - r') = 0, and S = 1 + r + t + claimed
        rows = scale(difference(world.row_parts(k)), pow(c[r], -1, p))
        sums = scale(world.linear_parts(j), ratio)
        _one_quotient(world, (q, r), sign, world.of(divisor), rows, sums)
    world.unique |= {q, r}


def _one_quotient(
    world: World, wires: tuple[int, int], sign: int, divisor: Poly, rows: Parts, sums: Parts
) -> None:
    emitter = world.emitter
    q, r = map(world.variable, wires)
    d, named = emitter.define({(q,): sign, (q ^ 1,): -sign})  # sign * (q - q') = d
    emitter.bound([(named, {(): 1})], d)
    rows = [*rows, (named, times({(): -1}, divisor))]  # S * d - (r - r')

    def differs(inside: Emitter, _equation: int, above: int) -> None:
        """Refute d > 0, of S = 1 + r + t; or d < 0, of S = 1 + r' + t'."""
        e, less = inside.define({(d,): above, (): -1})  # d = above * (e + 1 + less)
        inside.bound([(less, {(): 1})], e)
        own = sums if above > 0 else exchanged(sums)
        found = scale(rows, above) + scale(own, times({(): -1}, {(e,): 1, (): 1}))
        found.append((less, times({(): -1}, divisor)))
        inside.bound(found, r ^ (above > 0))

    emitter.split((d, -1), [partial(differs, above=-1), _nothing])
    emitter.split((d, 0), [_nothing, partial(differs, above=1)])
    emitter.learn([(named, {(): 1})])
    emitter.learn(rows)


def staircase(world: World, k: Any, wires: Any, rows: Any) -> None:
    """Show bits to be unique that never rise along a list, their number being the same."""
    form = world.open(k)
    need(2 <= len(wires) == len(set(wires)) < world.p and len(rows) == len(wires) - 1)
    need(all(world.is_bit(w) for w in wires))
    loose = world.loose(wires)
    need(world.loose(form) <= set(wires) and len({form.get(w, 0) for w in loose}) <= 1)
    need(all(form.get(w) for w in loose))
    for (v, w), j in zip(pairwise(wires), rows, strict=True):
        found = world.residue(world.folded(j))
        expected = world.reduced([((w,), 1), ((v, w), -1)])
        need(not expected or _are_multiples(world, found, expected))
    if loose and not world.is_single:
        factor = pow(next(form[w] for w in loose), -1, world.p)
        total = scale(difference(world.open_parts(k)), factor)
        for i, w in enumerate(wires):
            if w in loose:
                later = [world.variable(u) for u in wires[i + 1 :] if u in loose]
                open_one = later[0] if later else None
                steps = [world.row_parts(j) for j in rows], total, open_one
                _one_stair(world, i, world.variable(w), *steps)
    world.unique |= loose


def _one_stair(
    world: World, i: int, v: int, rows: list[Parts], total: Parts, open_one: int | None
) -> None:  # fmt: skip
    """Write that a bit is the same, as those before it; `open_one` is one that has no value if this bit is 1 and its copy 0."""

    def rises(inside: Emitter, _equation: int, flip: int) -> None:
        """Refute 1 at place i of one assignment and 0 in the other."""
        for row in rows[i:]:
            inside.learn(row if flip else exchanged(row))
        if open_one is None:
            inside.learn(total)
        else:
            inside.bound(total, open_one ^ flip)

    same: list[Poly] = [{(v,): 1, (v ^ 1,): -1}]

    def other(inside: Emitter, _equation: int, value: int) -> None:
        cases: list[Any] = [_nothing, partial(rises, flip=1)]
        if value:
            cases = [partial(rises, flip=0), _nothing]
        inside.split((v ^ 1, 0), cases, same)

    world.emitter.split((v, 0), [partial(other, value=0), partial(other, value=1)], same)


def _are_multiples(world: World, x: Any, y: Any) -> bool:
    """Return whether two polynomials, neither 0, differ by a factor only."""
    if set(x) != set(y):
        return False
    key = next(iter(y))
    return all(x[w] * y[key] % world.p == x[key] * y[w] % world.p for w in y)
