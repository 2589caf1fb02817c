"""Order and permutations of lists.

A sorting network of switches, whose positions are advice, is a permutation whatever the prover says, and repeated values keep their
number.  A network costs less than a grand product with a hash of both lists as its challenge up to about 8,000 values, holds in every
field, and has no error of probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from zkctl.dsl import AnyShape, Array, Ints, Signal, Uint, advice, constrain, gadget
from zkctl.dsl.advice import copy, maximum, minimum, order, zeros
from zkctl.dsl.decomposition import enforce_bit
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.select import swap_if

STEPS = 1 << 24  # of one call of advice: lists of some 100,000 values


@gadget(stamped=True)
def sort(values: Sequence[Uint]) -> Array[Uint]:
    """Return the values in ascending order.

    Assumes:  the widths are proven (the type Uint).
    Enforces: the results are a permutation of the values, as often as these occur, and none is below the one before it.
    Cost:     2 constraints for each switch of Batcher's network of n values (1, 5, 19, 63, 191 for 2, 4, 8, 16, 32) and n - 1 times
              the width.
    """
    _check_some("sort", values)
    if len(values) == 1:
        return Array(values)
    ordered = _switched(list(values), _switches(Array(values)))
    _enforce_order(ordered, "sort")
    return Array(ordered)


@gadget(stamped=True)
def sort_by(keys: Sequence[Uint], rows: Sequence[AnyShape]) -> tuple[Array[Uint], list[AnyShape]]:
    """Return the keys in ascending order, and the rows, signals or structures of them, in the order of their keys.

    Assumes:  the widths of the keys are proven (the type Uint).
    Enforces: the pairs of key and row are a permutation of those given, and no key is below the one before it.  The prover chooses the
              order of rows with equal keys.
    Cost:     for each switch, as in sort, 2 constraints and one for each leaf of a row; n - 1 times the width.
    """
    _check_some("sort_by", keys)
    if len(keys) != len(rows):
        raise circuit_error(
            f"sort_by needs a row for each key: got {len(keys)} keys and {len(rows)} rows",
            hint="pass lists of the same length",
        )
    pairs = list(zip(keys, rows, strict=True))
    if len(keys) > 1:
        pairs = _switched(pairs, _switches(Array(keys)))
    ordered = [key for key, _row in pairs]
    _enforce_order(ordered, "sort_by")
    return Array(ordered), [row for _key, row in pairs]


@gadget
def enforce_sorted(values: Sequence[Uint]) -> None:
    """Enforce that the values are in ascending order; equal ones may follow each other.

    Assumes:  the widths are proven (the type Uint).
    Enforces: no value is below the one before it.
    Cost:     n - 1 times the width for n values.
    """
    _check_some("enforce_sorted", values)
    _enforce_order(values, "enforce_sorted")


@gadget(stamped=True)
def enforce_permutation(values: Sequence[Signal], others: Sequence[Signal]) -> None:
    """Enforce that two lists hold the same values, each as often, in whatever order.

    Assumes:  nothing.
    Enforces: switches of a network, in whatever positions, lead from the first list to the second.
    Cost:     2 constraints for each switch of Batcher's network (1, 5, 19, 63, 191 for 2, 4, 8, 16, 32 values) and at most one for each
              value.
    """
    _check_some("enforce_permutation", values)
    if len(values) != len(others):
        raise circuit_error(
            f"lists of different lengths are no permutations: got {len(values)} and {len(others)} values",
            hint="fill up the shorter one",
        )
    if len(values) == 1:
        constrain(values[0] == others[0], "the lists do not hold the same values")
        return
    found = _switched(list(values), _switches_between(Array(values), Array(others)))
    for value, other in zip(found, others, strict=True):
        constrain(value == other, "the lists do not hold the same values")


def _switched(values: list[Any], positions: Sequence[Signal]) -> list[Any]:
    """Return the values behind the network: each switch swaps two of them if its bit is 1."""
    for (i, j), position in zip(switches(len(values)), positions, strict=True):
        swapped = enforce_bit(position, "a switch is neither 0 nor 1")
        values[i], values[j] = swap_if(swapped, values[i], values[j])
    return values


def _enforce_order(values: Sequence[Uint], name: str) -> None:
    for k in range(len(values) - 1):
        constrain(values[k] <= values[k + 1], f"the values of {name} are not in order")


def switches(n: int) -> Iterator[tuple[int, int]]:
    """Yield the pairs that Batcher's merge exchange compares in a list of n.  Source: Knuth, TAOCP 3, algorithm 5.2.2M."""
    top = 1 << max(0, (n - 1).bit_length() - 1)
    part = top if n > 1 else 0
    while part:
        far, remainder, distance = top, 0, part
        while True:
            yield from ((i, i + distance) for i in range(n - distance) if i & part == remainder)
            if far == part:
                break
            distance, far, remainder = far - part, far // 2, part
        part //= 2


@advice(steps=STEPS)
def _switches(values: Ints) -> Ints:
    """Return the positions of the switches that sort the values."""
    numbers, positions = copy(values), []
    for i, j in switches(len(values)):
        x, y = numbers[i], numbers[j]
        positions.append(x > y)
        numbers[i], numbers[j] = minimum(x, y), maximum(x, y)
    return cast(Ints, positions)


@advice(steps=STEPS)
def _switches_between(values: Ints, others: Ints) -> Ints:
    """Return the positions of the switches that lead from one list to the other: they sort the places where the values have to go."""
    places, from_places, to_places = zeros(len(values)), order(values), order(others)
    for k in range(len(values)):
        places[from_places[k]] = to_places[k]
    return cast(Ints, _switches(places))


def _check_some(name: str, values: Sequence[Signal]) -> None:
    if len(values) == 0:
        raise circuit_error(f"{name} needs a value at least", hint="pass the values as a list")
