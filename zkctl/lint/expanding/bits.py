"""Functions of bits: the identities that say so, in place of a case for each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from zkctl.lint.expanding.emission import Poly, add, times
from zkctl.lint.expanding.splitting import each_value
from zkctl.lint.expanding.world import World

MOST_BITS = 5  # of a function: as many cases as 2 to their number
Shape = tuple[tuple[tuple[int, int], ...], ...]  # of a row: the wires of its sides by their places


class BitFunction(NamedTuple):
    """A function f of bits with the values 0 and 1; variable 0 is its result w, the others are the bits.

    w - f is `inverse` times the row, plus the sum of quotients times v^2 - v over the bits v; f^2 - f is such a sum of `squares`.
    """

    f: Poly
    inverse: Poly
    quotients: tuple[Poly, ...]
    squares: tuple[Poly, ...]


def define_by_bits(world: World, k: int, w: int, others: Sequence[int]) -> bool:
    """Write that w = f(bits), as a row says, and that it is a bit; return whether the row says so.

    Both equations are kept: (w - f) (w + f - 1) + f^2 - f is w^2 - w.
    """
    if len(others) > MOST_BITS or not all(w in world.ranges and world.is_bit(w) for w in others):
        return False
    places = {wire: place for place, wire in enumerate([w, *others], 1)} | {0: 0}
    sides = (sorted((places[wire], c) for wire, c in side.items()) for side in world.folded(k))
    found = function_of(tuple(map(tuple, sides)), len(others), world.p)
    if found is None:
        return False
    variables = [world.variable(wire) for wire in (w, *others)]
    bits = [_bit_equation(world, other) for other in others]
    own = world.row_parts(k, _renamed(found.inverse, variables))
    parts = [(bit, _renamed(q, variables)) for bit, q in zip(bits, found.quotients, strict=True)]
    equation = world.emitter.zero(own + parts)
    factor = add(found.f, {(0,): 1, (): -1})
    parts = [(bit, _renamed(q, variables)) for bit, q in zip(bits, found.squares, strict=True)]
    if k < len(world.rows):  # the number of an appended row may be that of another later
        world.functions[k] = equation
    world.root_equations[w] = world.emitter.zero([(equation, _renamed(factor, variables)), *parts]), [0, 1]  # fmt: skip
    return True


@lru_cache(maxsize=1000)
def function_of(shape: Shape, n_bits: int, p: int) -> BitFunction | None:
    """Return the function that a row is, None if it is none with the values 0 and 1; in the sides place 1 is w, and 2 is the first bit."""
    a, b, c = ({_local(place): value for place, value in side} for side in shape)
    row = add(times(a, b), {m: -value for m, value in c.items()})
    if any(m.count(0) > 1 for m in row):
        return None
    values: list[dict[int, int]] = [{}, {}]  # of the inverse and of f, by sets of bits
    for bits in range(1 << n_bits):
        rest, factor = 0, 0
        for m, value in row.items():
            if all(v == 0 or bits >> (v - 1) & 1 for v in m):
                rest, factor = (rest, factor + value) if 0 in m else (rest + value, factor)
        if factor % p == 0:
            return None
        values[0][bits] = pow(factor, -1, p)
        values[1][bits] = -rest * values[0][bits] % p
    if set(values[1].values()) != {0, 1}:
        return None
    inverse, f = (_multilinear(each, n_bits, p) for each in values)
    product = {m: -value for m, value in times(inverse, row).items()}
    linear = add({(0,): 1}, {m: -value for m, value in f.items()}, product)
    square = add(times(f, f), {m: -value for m, value in f.items()})
    return BitFunction(f, inverse, _quotients(linear, n_bits, p), _quotients(square, n_bits, p))


def _local(place: int) -> tuple[int, ...]:
    return (place - 1,) if place else ()


def _multilinear(values: Mapping[int, int], n_bits: int, p: int) -> Poly:
    """Return the polynomial in bits with these values: a coefficient is the alternating sum over the bits inside it."""
    found: Poly = {}
    for n in range(n_bits + 1):
        for chosen in combinations(range(n_bits), n):
            inside = [0]
            for bit in chosen:
                inside += [bits | 1 << bit for bits in inside]
            signs = (-1 if (n - bits.bit_count()) % 2 else 1 for bits in inside)
            value = sum(s * values[bits] for s, bits in zip(signs, inside, strict=True)) % p
            if value:
                found[tuple(bit + 1 for bit in chosen)] = value
    return found


def _quotients(f: Poly, n_bits: int, p: int) -> tuple[Poly, ...]:
    """Return the quotients of f by v^2 - v for each bit v; f is 0 for all bits."""
    found = []
    for v in range(1, n_bits + 1):
        quotient, f = _divided(f, v)
        found.append({m: x % p for m, x in quotient.items() if x % p})
    assert not any(x % p for x in f.values())
    return tuple(found)


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


def _renamed(f: Poly, variables: Sequence[int]) -> Poly:
    return {tuple(sorted(variables[v] for v in m)): x for m, x in f.items()}


def _bit_equation(world: World, w: int) -> Any:
    """Return the equation w^2 - w = 0 of a bit."""
    if w not in world.root_equations or sorted(world.root_equations[w][1]) != [0, 1]:
        v = world.variable(w)
        bit = {(v, v): 1, (v,): -1}
        found = each_value(world, world.emitter, w, lambda *_: None, [bit], [])
        world.root_equations[w] = found, [0, 1]
    return world.root_equations[w][0]
