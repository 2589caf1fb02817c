"""Steps that bound single wires, and that show forms to be 0 or not: docs/design/decisions/0040-lint.md has the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zkctl.lint.expanding.bits import define_by_bits
from zkctl.lint.expanding.emission import Emitter, Parts, Poly, add, scale, times
from zkctl.lint.expanding.forms import Form, Polynomial, need, without_one
from zkctl.lint.expanding.splitting import each_value
from zkctl.lint.expanding.world import World

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
    equation = world.emitter.zero(scale(world.combination_parts(parts), pow(lead, -1, world.p)))
    _take_roots(world, w, values, equation)


def named_bit(world: World, k: Any, named: Any, w: Any) -> None:
    """Take 0 and 1 as the values of a wire that is defined as a form, of a row that multiplies the form with itself less 1.

    The definition is F - w = 0, the row r F * s (F - 1) = 0.  With E = -(F - w) / s the checker adds what s (F - 1) multiplies in
    (r s)^-1 * row + E * s (F - 1): that is w / s, so that no long forms are multiplied.  Then w (F - 1) - w (F - w) = w^2 - w.
    """
    w, p = world.wire(w), world.p
    form, (a, b, _) = world.folded(named).a, world.folded(k)
    last = max(form)
    r, s = (side[last] * pow(form[last], -1, p) % p for side in (a, b))
    definition, emitter = world.row_parts(named), world.emitter
    scaled_definition = emitter.zero(scale(definition, -pow(s, -1, p)))
    parts = [*world.row_parts(k, pow(r * s, -1, p)), (scaled_definition, world.of(b))]
    parts += scale(definition, {(world.variable(w),): -1})
    _take_roots(world, w, [0, 1], emitter.zero(parts))


def _take_roots(world: World, w: int, values: Sequence[int], equation: int) -> None:
    """Add the values of a wire, of an equation that says that the product of w - value is 0."""
    old, before = world.roots.get(w), world.root_equations.get(w)
    world.take(w, values)
    world.root_equations[w] = equation, list(values)
    if len(set(values)) == 1 == len(values):
        return  # the checker knows
    v, kept = world.variable(w), sorted(world.roots[w])
    zeros = [] if len(kept) == len(values) else [_product(v, kept)]

    def leaf(inside: Emitter, value: int) -> None:
        if old is not None and value not in old and before:
            inside.learn([(before[0], {(): 1})])

    first = each_value(world, world.emitter, w, leaf, zeros, [v])
    if zeros:
        world.root_equations[w] = first, kept


def _product(v: int, values: Sequence[int]) -> Poly:
    found: Poly = {(): 1}
    for value in values:
        found = times(found, {(v,): 1, (): -value})
    return found


def range_of_sum(world: World, k: Any, m: Any, w: Any) -> None:
    """Bound one wire of a sum."""
    form = world.scaled(world.linear(k) or {}, world.factor(m))
    s, p = world.signed(form.pop(world.wire(w))), world.p
    low, high = world.interval(form)
    world.emitter.bound(scale(world.linear_parts(k), m), world.variable(w))
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
    emitter = world.emitter
    first, first_parts = _named(world, a)
    _, second_parts = _named(world, b)
    # m A B = a b + a (B - b) + (m A - a) B
    parts = world.row_parts(k, m)
    parts += scale(second_parts, times({(): -1}, first))
    parts += scale(first_parts, times({(): -1}, world.of(b)))
    emitter.bound(parts, world.variable(w))
    world.meet(w, min(ends) - high, max(ends) - low)


def _named(world: World, form: Form) -> tuple[Poly, Parts]:
    """Return a variable with the range of a form, and the parts that are the form less the variable."""
    q = world.of(form)
    if len(q) == 1:
        return q, []
    v, equation = world.emitter.define(q)
    world.emitter.bound([(equation, {(): 1})], v)
    return {(v,): 1}, [(equation, {(): 1})]


def table(world: World, k: Any, w: Any) -> None:
    """List the values of a wire, linear in a row, for all values of the others."""
    row = world.folded(k)
    w = world.wire(w)
    need(w not in row[0] or w not in row[1])
    others = sorted({other for side in row for other in without_one(side)} - {w})
    if w not in world.roots and define_by_bits(world, k, w, others):
        _take_roots(world, w, [0, 1], world.root_equations[w][0])
        return
    found = []
    for at in world.values(others, MOST_TABLE):
        rest, with_one = (
            a * b - c
            for a, b, c in ([world.value(side, {**at, w: x}) for side in row] for x in (0, 1))
        )
        factor = (with_one - rest) % world.p
        need(factor)
        found.append(-rest * pow(factor, -1, world.p) % world.p)
    old, before = world.roots.get(w), world.root_equations.get(w)
    world.take(w, found)
    v, kept = world.variable(w), sorted(world.roots.get(w, set(found)))
    zeros = [_product(v, kept)]
    last: list[int] = []

    def cases(inside: Emitter, position: int) -> None:
        if position == len(others):
            inside.learn(world.row_parts(k))
            if old is not None and before and not old.issuperset(found):
                inside.learn([(before[0], {(): 1})])
            return
        last[:] = [each_value(world, inside, others[position], lambda inner, _: cases(inner, position + 1), zeros, [v])]  # fmt: skip

    cases(world.emitter, 0)
    if last and not world.impossible:
        world.root_equations[w] = last[0], kept
    elif not world.impossible:
        world.root_equations[w] = world.emitter.zero(world.row_parts(k)), kept


def nonzero(world: World, k: Any, side: Any) -> None:
    """Add that a factor of a product that is not 0 is not 0, or a product of such factors."""
    row = world.folded(k)
    needed = {0: (2,), 1: (2,), 2: (0, 1)}[side]
    need(all(world.is_nonzero(row[s]) for s in needed) and without_one(row[side]))
    a, b, _ = map(world.of, row)
    if side == 2:  # C I J - 1 = (A I - 1) B J + (B J - 1) - (A B - C) I J
        (one, first), (two, second) = world.inverse(row[0]), world.inverse(row[1])
        inverse = times(one, two)
        parts = scale(first, times(b, two)) + second
        parts += world.row_parts(k, times({(): -1}, inverse))
    else:  # A B I - 1 = (C I - 1) + (A B - C) I
        found, parts = world.inverse(row[2])
        inverse = times(b if side == 0 else a, found)
        parts = parts + world.row_parts(k, found)
    v, equation = world.emitter.define(inverse)
    parts = [*parts, (equation, times({(): -1}, world.of(row[side])))]
    world.set_nonzero(row[side], world.emitter.zero(parts), {(v,): 1})


def apart(world: World, pairs: Any, m: Any) -> None:
    """Add that a form is not 0 whose range has no multiple of p."""
    form = world.fold(world.form(pairs))
    low, high = world.interval(world.scaled(form, world.factor(m)))
    need(0 < low <= high < world.p or -world.p < low <= high < 0)
    need(without_one(form))
    v = world.variable(max(form))
    inverse = world.emitter.n_variables

    def when_zero(inside: Emitter, equation: int) -> None:
        inside.bound([(equation, {(): m})], v)

    equation, _ = world.emitter.split(world.of(form), [when_zero, lambda *_: None])
    world.set_nonzero(form, equation, {(inverse,): 1})


def cancel(world: World, k: Any, side: Any) -> None:
    """Set the other factor of a product that is 0 to 0, or such a product."""
    a, b, c = row = world.folded(k)
    if side == 2:
        need(world.is_zero(a) or world.is_zero(b))
        parts = scale(world.linear_parts(k), -1)
    else:
        other = {0: b, 1: a}[side]
        need(world.is_zero(c) and world.is_nonzero(other))
        inverse, known = world.inverse(other)
        parts = scale(world.row_parts(k) + world.zero_parts(c), inverse)
        parts += scale(known, times({(): -1}, world.of(row[side])))
    world.set_zero(row[side], world.emitter.zero(parts))


def contradiction(world: World, k: Any) -> None:
    """Refute all assignments by a row."""
    a, b, c = world.folded(k)
    form = world.linear(k) or {}
    if world.is_nonzero(a) and world.is_nonzero(b) and world.is_zero(c):
        (one, first), (two, second) = world.inverse(a), world.inverse(b)
        parts = scale(world.row_parts(k) + world.zero_parts(c), times(one, two))
        parts += scale(first, times({(): -1}, times(world.of(b), two))) + scale(second, -1)
    else:
        if not world.is_nonzero(form):
            need((world.is_zero(a) or world.is_zero(b)) and world.is_nonzero(c))
            form = world.scaled(c, -1)
        inverse, known = world.inverse(form)
        parts = scale(world.linear_parts(k), inverse) + scale(known, -1)
    world.emitter.learn(parts)
    world.impossible = True


def absurd(world: World, parts: Any) -> None:
    """Refute all assignments by a constant that is not 0 and is 0."""
    need(set(world.combination(parts)) == {()})
    world.emitter.learn(world.combination_parts(parts))
    world.impossible = True


def nonsquare(world: World, parts: Any, polynomial: Any, c: Any) -> None:
    """Refute all assignments by a square equal to a number that is not a square."""
    root = world.reduced(world.polynomial(polynomial).items())
    rest = world.difference(world.combination(parts), world.times(root, root), world.factor(c))
    need(set(rest) == {()})
    value = -rest[()] * pow(c, -1, world.p)
    need(pow(value, (world.p - 1) // 2, world.p) == world.p - 1)
    q = world.of_polynomial(root.items())
    v, equation = world.emitter.define(q)  # q^2 = v^2 + (q + v) (q - v)
    found = world.combination_parts(parts)
    found.append((equation, times({(): -c}, add(q, {(v,): 1}))))
    world.emitter.steps.append(["power", world.emitter.parts(found), v, v, 2])
    world.impossible = True


def define(world: World, a: Any, b: Any) -> None:
    """Add a wire for a product."""
    sides = world.form(a), world.form(b)
    v, equation = world.emitter.define(times(world.of(sides[0]), world.of(sides[1])))
    w = world.n_wires
    world.n_wires += 1
    world.variables[w] = v
    world.more.append((*sides, {w: 1}))
    world.equations.append((equation, 1))


def derive(world: World, a: Any, b: Any, c: Any, parts: Any) -> None:
    """Add a row that follows from others."""
    sides = world.form(a), world.form(b), world.form(c)
    need(world.residue(sides) == world.combination(parts))
    world.more.append(sides)
    world.equations.append((world.emitter.zero(world.combination_parts(parts)), 1))
