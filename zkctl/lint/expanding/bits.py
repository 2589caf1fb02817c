"""Functions of bits that are bits: the identity that says so, in place of a case for each value."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.lint.expanding.emission import Parts, Poly, add, scale, times
from zkctl.lint.expanding.splitting import each_value
from zkctl.lint.expanding.world import World

MOST_TERMS = 16  # of the function: its square is multiplied out


def bit_parts(world: World, k: int, w: int, others: Sequence[int]) -> Parts:
    """Return the parts whose sum is w^2 - w, of a row that says w = f(bits); none if the row is not such a one.

    With w - f = row / c it is (w - f) (w + f - 1) + f^2 - f, and f^2 - f is the sum of q_v * (v^2 - v) over the bits v.
    """
    p, v = world.p, world.variable(w)
    a, b, c = (world.of(side) for side in world.folded(k))
    row = {m: x % p for m, x in add(times(a, b), {m: -x for m, x in c.items()}).items() if x % p}
    lead = row.pop((v,), 0)
    if not lead or any(v in m for m in row) or len(row) > MOST_TERMS:
        return []
    inverse = pow(lead, -1, p)
    f: Poly = {m: -x * inverse % p for m, x in row.items()}
    equations = [_bit_equation(world, other) for other in others]
    square = add(times(f, f), {m: -x for m, x in f.items()})
    parts = world.row_parts(k, {m: x * inverse for m, x in add(f, {(v,): 1, (): -1}).items()})
    for other, equation in zip(others, equations, strict=True):
        if equation is None:
            return []
        quotient, square = _divided(square, world.variable(other))
        parts += scale([(equation, {(): 1})], quotient)
    return [] if any(x % p for x in square.values()) else parts


def _bit_equation(world: World, w: int) -> int | None:
    """Return the equation w^2 - w = 0, None if the wire is no bit."""
    if w in world.roots:
        equation, values = world.root_equations[w]
        return equation if sorted(values) == [0, 1] else None
    if world.ranges.get(w) != (0, 1):
        return None
    v = world.variable(w)
    bit = {(v, v): 1, (v,): -1}
    return each_value(world, world.emitter, w, lambda *_: None, [bit], [])


def _divided(f: Poly, v: int) -> tuple[Poly, Poly]:
    """Return the quotient of f by v^2 - v, and the rest, in which v occurs once at most."""
    quotient: Poly = {}
    rest = dict(f)
    while squares := [m for m in rest if m.count(v) > 1]:
        for m in squares:
            x, i = rest.pop(m), m.index(v)
            quotient = add(quotient, {m[:i] + m[i + 2 :]: x})
            rest = add(rest, {m[:i] + m[i + 1 :]: x})
    return quotient, rest
