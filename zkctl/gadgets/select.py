"""Choice between values by bits: the replacement of `if` and indexing in circuits.

The values may be signals, or structures, Arrays, lists or tuples of signals, chosen leaf by leaf.  A result lies where one of the values
may lie: a choice of two Uints is a Uint, of two Bits a Bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zkctl.dsl import AnyShape, Bit, Signal, dot, gadget, wire
from zkctl.dsl.bounds import Bounds, hull
from zkctl.dsl.nested_values import leaves, replace_leaves, shape_of, shown
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven


@gadget
def select(condition: Bit, if_one: AnyShape, if_zero: AnyShape) -> Any:
    """Return if_one where the condition is 1, else if_zero.

    Assumes:  nothing.
    Enforces: the result is if_zero + condition * (if_one - if_zero), for each element of arrays, lists and tuples.  The condition is 0
              or 1, so the result is one of the values, and its interval the hull of theirs.
    Cost:     1 constraint for each element, 0 where both values are constants.
    """
    return _in_pairs("select", if_one, if_zero, lambda one, zero: _chosen(condition, one, zero))


@gadget
def swap_if(condition: Bit, left: AnyShape, right: AnyShape) -> tuple[Any, Any]:
    """Return (right, left) where the condition is 1, else (left, right).

    Assumes:  nothing.
    Enforces: the results are left + d and right - d with d = condition * (right - left), for each element of arrays, lists and tuples:
              each is one of the two values, and its interval the hull of theirs.
    Cost:     1 constraint for each element.
    """
    differences: list[Signal] = []

    def first(one: Signal, other: Signal) -> Signal:
        differences.append(condition * (other - one))
        return proven(one + differences[-1], _hull(one, other))

    lefts = _in_pairs("swap_if", left, right, first)
    taken = iter(differences)
    rights = _in_pairs("swap_if", right, left, lambda x, y: proven(x - next(taken), _hull(x, y)))
    return lefts, rights


@gadget
def mux(bits: Sequence[Bit], values: Sequence[AnyShape]) -> Any:
    """Return values[k], where k is the number that the bits spell, lowest first.

    Assumes:  nothing.
    Enforces: the result equals the selected value, so its interval is the hull of all values'; structures, arrays, lists and
              tuples are chosen leaf by leaf.
    Cost:     2^n - 1 constraints for n bits and each leaf; for constants 0, 1, 2, 4 with n = 1, 2, 3, 4 and 2^(n-2) beyond.
    """
    if len(values) != 1 << len(bits):
        raise circuit_error(
            f"mux with {len(bits)} bits selects from {1 << len(bits)} values, got {len(values)}",
            hint="fill up with the value for unused numbers",
        )
    if not all(isinstance(value, Signal) for value in values):
        return _mux_leaf_by_leaf(bits, values)
    if len(bits) >= 2 and all(_constant(value) is not None for value in values):
        values, bits = _fold_constants(bits, [_constant(value) or 0 for value in values]), bits[2:]
    for bit in bits:
        pairs = zip(values[::2], values[1::2], strict=True)
        values = [select(bit, odd, even) for even, odd in pairs]
    return values[0]


def _mux_leaf_by_leaf(bits: Sequence[Bit], values: Sequence[AnyShape]) -> Any:
    """Return the structure of the values with each leaf selected alone, so that leaves that are constants cost less."""
    for value in values:
        _check_shapes("mux", values[0], value)
    columns = zip(*(leaves(value) for value in values), strict=True)
    return replace_leaves(values[0], lambda _leaf: mux(bits, next(columns)))


def _in_pairs(
    name: str, x: AnyShape, y: AnyShape, change: Callable[[Signal, Signal], Signal]
) -> Any:
    """Return the structure of x with each leaf changed together with the leaf of y at the same place."""
    _check_shapes(name, x, y)
    others = iter(list(leaves(y)))
    return replace_leaves(x, lambda leaf: change(leaf, next(others)))  # type: ignore[arg-type]  # integers became signals


def _check_shapes(name: str, x: AnyShape, y: AnyShape) -> None:
    if shape_of(x) != shape_of(y):
        raise circuit_error(
            f"{name} chooses between values of different shapes: {shown(x)} and {shown(y)}",
            hint="all must be single signals, or structures, arrays, lists or tuples of the same form",
        )


def _chosen(condition: Bit, if_one: Signal, if_zero: Signal) -> Signal:
    return proven(if_zero + condition * (if_one - if_zero), _hull(if_one, if_zero))


def _hull(x: Signal, y: Signal) -> Bounds | None:
    return hull(x.bounds, y.bounds, x.tracer.modulus)


def _hull_of(values: Sequence[int], modulus: int) -> Bounds | None:
    interval: Bounds | None = (values[0], values[0])
    for value in values[1:]:
        interval = hull(interval, (value, value), modulus)
    return interval


def _constant(value: AnyShape) -> int | None:
    return value.known_constant if isinstance(value, Signal) else None


def _fold_constants(bits: Sequence[Bit], values: Sequence[int]) -> list[Signal]:
    """Return each group of four constants as a combination of 1, b0, b1 and the one product b0 * b1.

    The combination is one of the four, so their hull is proven, which is narrower than the sum of the terms' intervals.
    """
    b0, b1 = bits[0], bits[1]
    both = wire(b0 * b1)
    modulus = b0.tracer.modulus
    folded = []
    for k in range(0, len(values), 4):
        v0, v1, v2, v3 = values[k : k + 4]
        mixed = dot((v1 - v0, v2 - v0, (v3 - v2 - v1 + v0) % modulus), (b0, b1, both), v0)
        folded.append(proven(mixed, _hull_of((v0, v1, v2, v3), modulus)))
    return folded
