"""Steps that show wires to be unique: docs/design/decisions/0040-lint.md has the conditions and the reasons."""

from __future__ import annotations

from itertools import pairwise
from math import gcd
from typing import Any

from zkctl.lint.checking.forms import Form, as_polynomial, need, without_one
from zkctl.lint.checking.world import World

MOST_ENUMERATED = 16_384


def solve(world: World, k: Any) -> None:
    """Solve a row for its one loose wire."""
    world.unique.add(world.only_loose(world.open(k)))


def combine(world: World, parts: Any) -> None:
    """Solve a combination of rows for its one loose wire."""
    total: Form = {}
    for k, m in parts:
        total = world.added(total, world.open(k), world.factor(m))
    world.unique.add(world.only_loose(total))


def divide(world: World, k: Any) -> None:
    """Solve S * T = C for a wire of T and C whose factor is not 0."""
    a, b, c = world.folded(k)
    known, other = (b, a) if world.loose(a) else (a, b)
    need(not world.loose(known))
    w = world.only_loose(other, c)
    factor = world.added(world.scaled(known, other.get(w, 0)), {0: c.get(w, 0)}, -1)
    need(world.is_nonzero(factor))
    world.unique.add(w)


def isolate(world: World, w: Any, pairs: Any, parts: Any) -> None:
    """Solve D * w + R = 0, D not being 0."""
    w, factor = world.wire(w), world.fold(world.form(pairs))
    need(w not in world.unique and not world.loose(factor) and world.is_nonzero(factor))
    product = world.times(as_polynomial(factor), {(w,): 1})
    rest = world.difference(world.combination(parts), product)
    need(not world.loose(*rest))
    world.unique.add(w)


def root(world: World, parts: Any, w: Any, exponent: Any) -> None:
    """Take the one root of c * w^e + R = 0."""
    w, p = world.wire(w), world.p
    rest = world.combination(parts)
    powers = [wires for wires in rest if set(wires) == {w}]
    need(w not in world.unique and len(powers) == 1 and len(powers[0]) == exponent)
    del rest[powers[0]]
    need(not world.loose(*rest))
    if gcd(exponent, p - 1) != 1:
        low, high = world.ranges[w]
        need(exponent == 2 and (2 * low) // p * p + p >= 2 * high)
    world.unique.add(w)


def digits(world: World, k: Any, m: Any) -> None:
    """Read the wires off a sum in which the larger weights exceed the smaller ones together."""
    form = world.scaled(world.open(k), world.factor(m))
    wires = world.loose(form)
    weights = []
    for w in wires:
        known = sorted(world.roots.get(w, ()))
        if len(known) == 2:
            step, count = known[1] - known[0], 1
        else:
            low, high = world.ranges[w]
            step, count = 1, high - low
        weights.append((abs(world.signed(form[w] * step)), count))
    total = 0
    for weight, count in sorted(weights):
        need(weight > total)
        total += weight * count
    need(total < world.p)
    world.unique |= wires


def bits(world: World, k: Any, m: Any, wires: Any) -> None:
    """Read bits off a sum whose range is shorter than p."""
    low, high = world.sums[tuple(wires)]
    form = world.scaled(world.open(k), world.factor(m))
    need(high - low < world.p and world.loose(form) <= set(wires))
    for i, w in enumerate(wires):
        need(w in world.unique or form.get(w) == pow(2, i, world.p))
    world.unique |= set(wires)


def one_hot(world: World, k: Any, parts: Any) -> None:
    """Show flags to be unique of which at most one is not 0, always the same one."""
    form = world.open(k)
    flags = [world.wire(w) for _, w in parts]
    need(len(set(flags)) == len(flags) and world.loose(form) == set(flags))
    rests, constants = set(), set()
    for j, w in parts:
        a, b, c = world.folded(j)
        other = b if set(a) == {w} else a
        need(not c and {w} in (set(a), set(b)))
        need(not world.loose(other) and without_one(other))
        normal = dict(world.normal(other))
        constants.add(normal.pop(0, 0))
        rests.add(tuple(sorted(normal.items())))
    need(len(rests) == 1 and len(constants) == len(flags))
    world.unique |= set(flags)


def quotient(world: World, k: Any, j: Any, r: Any, t: Any) -> None:
    """Read quotient and remainder off S * q + r, the remainder being below S."""
    a, b, c = world.folded(k)
    divisor, other = (b, a) if world.loose(a) else (a, b)
    need(not world.loose(divisor))
    q, p = world.only_loose(other), world.p
    need(world.only_loose(c) == r != q)
    need(world.signed(other[q] * pow(c[r], -1, p)) in (1, -1))
    (r_low, h), (t_low, u) = world.ranges[r], world.ranges[t]
    n = world.ranges[q][1] - world.ranges[q][0]
    need(r_low >= 0 and t_low >= 0 and (u + 1 + h) * n + h < p)
    remainder = world.added(world.fold({r: 1}), world.fold({t: 1}), 1)
    claimed = world.added(world.added(divisor, {0: 1}, -1), remainder, -1)
    found = world.linear(j)
    need(found and claimed and _are_multiples(world, found, claimed))
    world.unique |= {q, r}


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
    world.unique |= loose


def _are_multiples(world: World, x: Any, y: Any) -> bool:
    """Return whether two polynomials, neither 0, differ by a factor only."""
    if set(x) != set(y):
        return False
    key = next(iter(y))
    return all(x[w] * y[key] % world.p == x[key] * y[w] % world.p for w in y)


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
    for at in world.values(wires, MOST_ENUMERATED):
        sides = [[world.value(side, at) for side in row] for row in conditions]
        if all((a * b - c) % world.p == 0 for a, b, c in sides):
            found.setdefault(tuple(world.value(form, at) for form in forms), []).append(at)
    if not found:
        world.impossible = True
        return
    world.unique |= {
        w for w in wires if all(len({at[w] for at in group}) == 1 for group in found.values())
    }
