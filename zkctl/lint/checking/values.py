"""Steps that bound single wires, and that show forms to be 0 or not: docs/design/decisions/0040-lint.md has the reasons."""

from __future__ import annotations

from typing import Any

from zkctl.lint.checking.forms import Polynomial, need, without_one
from zkctl.lint.checking.world import World

MOST_TABLE = 1024


def roots(world: World, parts: Any, w: Any, values: Any) -> None:
    """Take the roots of a polynomial with one wire."""
    w = world.wire(w)
    need(values and all(type(v) is int and 0 <= v < world.p for v in values))
    expected: Polynomial = {(): 1}
    for v in values:
        expected = world.times(expected, world.reduced([((w,), 1), ((), -v)]))
    found = world.combination(parts)
    lead = found.get((w,) * len(values), 0)
    need(lead and not world.difference(found, expected, lead))
    world.take(w, values)


def range_of_sum(world: World, k: Any, m: Any, w: Any) -> None:
    """Bound one wire of a sum."""
    form = world.scaled(world.linear(k) or {}, world.factor(m))
    s, p = world.signed(form.pop(world.wire(w))), world.p
    low, high = world.interval(form)
    if s in (1, -1):
        world.meet(w, *sorted((-s * low, -s * high)))
        return
    whole = world.interval({**form, w: s % p})
    need(-p < whole[0] and whole[1] < p)
    ends = sorted((-high, -low)) if s > 0 else sorted((low, high))
    world.meet(w, -(-ends[0] // abs(s)), ends[1] // abs(s))


def range_of_product(world: World, k: Any, m: Any, w: Any) -> None:
    """Bound a wire that is a product of sums, less other wires."""
    a, b, c = world.folded(k)
    a, c = world.scaled(a, world.factor(m)), world.scaled(c, m)
    need(c.pop(world.wire(w)) == 1 and w not in a and w not in b)
    ends = [x * y for x in world.interval(a) for y in world.interval(b)]
    low, high = world.interval(c)
    world.meet(w, min(ends) - high, max(ends) - low)


def table(world: World, k: Any, w: Any) -> None:
    """List the values of a wire, linear in a row, for all values of the others."""
    row = world.folded(k)
    w = world.wire(w)
    need(w not in row[0] or w not in row[1])
    others = {other for side in row for other in without_one(side)} - {w}
    found = []
    for at in world.values(others, MOST_TABLE):
        rest, with_one = (
            a * b - c
            for a, b, c in ([world.value(side, {**at, w: x}) for side in row] for x in (0, 1))
        )
        factor = (with_one - rest) % world.p
        need(factor)
        found.append(-rest * pow(factor, -1, world.p) % world.p)
    world.take(w, found)


def range_of_bits(world: World, k: Any, m: Any, w: Any, wires: Any) -> None:
    """Bound a wire that is a sum of bits with a range."""
    low, high = world.sums[tuple(wires)]
    a, b, c = world.row(k)
    need(not without_one(a) or not without_one(b))
    factor, other = (b.get(0, 0), a) if without_one(a) else (a.get(0, 0), b)
    found = world.scaled(world.added(c, other, -factor), world.factor(m))
    expected = {v: -pow(2, i, world.p) % world.p for i, v in enumerate(wires)}
    need(high - low < world.p and w not in expected and found == {**expected, w: 1})
    world.meet(world.wire(w), low, high)


def nonzero(world: World, k: Any, side: Any) -> None:
    """Add that a factor of a product that is not 0 is not 0, or such a product."""
    row = world.folded(k)
    needed = {0: (2,), 1: (2,), 2: (0, 1)}[side]
    need(all(world.is_nonzero(row[s]) for s in needed) and without_one(row[side]))
    world.nonzero.add(world.normal(row[side]))


def apart(world: World, pairs: Any, m: Any) -> None:
    """Add that a form is not 0 whose range has no multiple of p."""
    form = world.fold(world.form(pairs))
    low, high = world.interval(world.scaled(form, world.factor(m)))
    need(0 < low <= high < world.p or -world.p < low <= high < 0)
    need(without_one(form))
    world.nonzero.add(world.normal(form))


def cancel(world: World, k: Any, side: Any) -> None:
    """Set the other factor of a product that is 0 to 0, or such a product."""
    a, b, c = row = world.folded(k)
    if side == 2:
        need(world.is_zero(a) or world.is_zero(b))
    else:
        need(world.is_zero(c) and world.is_nonzero({0: b, 1: a}[side]))
    world.set_zero(row[side])


def contradiction(world: World, k: Any) -> None:
    """Refute all assignments by a row."""
    a, b, c = world.folded(k)
    need(
        (world.is_nonzero(a) and world.is_nonzero(b) and world.is_zero(c))
        or ((world.is_zero(a) or world.is_zero(b)) and world.is_nonzero(c))
        or world.is_nonzero(world.linear(k) or {})
    )
    world.impossible = True


def absurd(world: World, parts: Any) -> None:
    """Refute all assignments by a constant that is not 0 and is 0."""
    need(set(world.combination(parts)) == {()})
    world.impossible = True


def nonsquare(world: World, parts: Any, polynomial: Any, c: Any) -> None:
    """Refute all assignments by a square equal to a number that is not a square."""
    root = world.reduced(world.polynomial(polynomial).items())
    rest = world.difference(world.combination(parts), world.times(root, root), world.factor(c))
    need(set(rest) == {()})
    value = -rest[()] * pow(c, -1, world.p)
    need(pow(value, (world.p - 1) // 2, world.p) == world.p - 1)
    world.impossible = True


def define(world: World, a: Any, b: Any) -> None:
    """Add a wire for a product."""
    sides = world.form(a), world.form(b)
    world.n_wires += 1
    world.more.append((*sides, {world.n_wires - 1: 1}))


def derive(world: World, a: Any, b: Any, c: Any, parts: Any) -> None:
    """Add a row that follows from others."""
    sides = world.form(a), world.form(b), world.form(c)
    need(world.residue(sides) == world.combination(parts))
    world.more.append(sides)
