"""Cases for each value of a wire, as splits of the checker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zkctl.lint.expanding.emission import Emitter, Poly, times

Leaf = Callable[[Emitter, int], None]


def each_value(
    world: Any, emitter: Emitter, w: int, leaf: Leaf, zeros: Sequence[Poly], variables: Sequence[int]
) -> int:  # fmt: skip
    """Write a case for each value of a wire: with `leaf`, which gets the value.  Returns the first equation of `zeros`."""
    v = world.variable(w)
    if w in world.roots:
        equation, values = world.root_equations[w]
        return _each_root(emitter, v, equation, values, leaf, (zeros, variables))
    low, high = world.ranges[w]
    return _each_integer(emitter, v, low, high, leaf, (zeros, variables))


def _each_root(
    emitter: Emitter, v: int, equation: int, values: Sequence[int], leaf: Leaf, kept: Any
) -> int:  # fmt: skip
    """Write the cases of an equation that is a product of v - value."""
    if len(values) == 1:  # v is the last value, as the equation says
        leaf(emitter, values[0])
        return emitter.n_equations
    rest: Poly = {(): 1}
    for value in values[1:]:
        rest = times(rest, {(v,): 1, (): -value})
    inverse = emitter.n_variables

    def when_value(inside: Emitter, _equation: int) -> None:
        leaf(inside, values[0])

    def when_not(inside: Emitter, own: int) -> None:
        parts = [(equation, {(inverse,): 1}), (own, times({(): -1}, rest))]
        found = inside.zero(parts)
        _each_root(inside, v, found, values[1:], leaf, kept)

    return emitter.split({(v,): 1, (): -values[0]}, [when_value, when_not], *kept)[1]


def _each_integer(emitter: Emitter, v: int, low: int, high: int, leaf: Leaf, kept: Any) -> int:
    if low == high:
        leaf(emitter, low % emitter.p)
        return emitter.n_equations
    middle = (low + high) // 2

    def below(inside: Emitter, _equation: int) -> None:
        _each_integer(inside, v, low, middle, leaf, kept)

    def above(inside: Emitter, _equation: int) -> None:
        _each_integer(inside, v, middle + 1, high, leaf, kept)

    return emitter.split((v, middle), [below, above], *kept)[1]
