"""The levels of a path in a sparse tree: the nodes above its end, the parting of two keys, and the hash along it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import Array, Bit, Int, Ints, Signal, advice, constrain, gadget
from zkctl.dsl.advice import select as choose
from zkctl.dsl.decomposition import enforce_bit
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.select import select, swap_if


@advice
def depth_marks(siblings: Ints) -> Ints:
    """Return one 1, at the number of levels up to the last sibling that is not 0, for all numbers below that of the siblings."""
    n = len(siblings)
    marks, found = [], siblings[0] != siblings[0]
    for k in reversed(range(n)):
        ends = choose(found, 0, siblings[k] != 0)
        marks.append(ends)  # the depth is k + 1
        found = found | ends
    return cast(Ints, [1 - found, *marks[::-1]][:n])


@advice
def first_parting(wanted: Int, x: Ints, y: Ints) -> Ints:
    """Return 1 at the first place where x and y differ, 0 elsewhere; 0 everywhere if `wanted` is 0 and not 1."""
    marks, found = [], 1 - wanted
    for k in range(len(x)):
        parts = choose(found, 0, x[k] != y[k])
        marks.append(parts)
        found = found | parts
    return cast(Ints, marks)


def inner_levels(siblings: Sequence[Signal]) -> list[Bit]:
    """Return for each level whether it is a node above the end of the path: a run of ones, then zeros; the prover chooses how long.

    No gadget, because only the hash along the path says which depth it is.  Of the depths from 0 to the number of siblings one is marked,
    by bits that sum to 1; a level is inner where the mark lies below it.  Cost: 1 constraint per level and 1.
    """
    if len(siblings) == 0:
        raise circuit_error("a path in a sparse tree has one sibling at least, got none")
    marks = [enforce_bit(mark, "") for mark in depth_marks(Array(siblings))]
    left: Signal = siblings[0] * 0 + 1
    inner = []
    for mark in marks:
        left = left - mark
        inner.append(cast(Bit, proven(left, (0, 1))))
    enforce_bit(left, "")  # all sums before it are 0 or 1 too: the marks are bits
    return inner


@gadget
def parting_level(push: Bit, x: Sequence[Bit], y: Sequence[Bit]) -> list[Bit]:
    """Return a mark for the level where two paths part, where push is 1; no mark where it is 0.

    Assumes:  nothing.
    Enforces: the marks are bits with the sum push; before the marked level x and y are equal, there they differ.
    Cost:     3 constraints per level, and 1 (linear).
    """
    _check_levels("parting_level", x, y)
    marks = [enforce_bit(mark, "") for mark in first_parting(push, Array(x), Array(y))]
    constrain(
        sum(marks[1:], marks[0]) == push, "the paths of both keys do not part within the levels"
    )
    behind: Signal = push
    for mark, a, b in zip(marks, x, y, strict=True):
        behind = behind - mark  # does the marked level lie below this one?
        constrain(behind * (a - b) == 0, "the paths of both keys part above")
        constrain(mark * (a + b - 1) == 0, "the paths of both keys do not part")
    return marks


@gadget
def chain(
    end: Signal, siblings: Sequence[Signal], path: Sequence[Bit], inner: Sequence[Bit]
) -> Signal:
    """Return the hash of a path from the root down, where the first level that is not inner holds the end.

    Assumes:  nothing.
    Enforces: the result is the hash of the inner levels above the first other one, with the end below them.
    Cost:     242 constraints per level.
    """
    _check_levels("chain", siblings, path, inner)
    node = end
    for sibling, is_right, is_inner in reversed(list(zip(siblings, path, inner, strict=True))):
        node = select(is_inner, poseidon(*swap_if(is_right, node, sibling)), end)
    return node


def _check_levels(name: str, *lists: Sequence[Signal]) -> None:
    lengths = [len(each) for each in lists]
    if lengths[0] == 0 or len(set(lengths)) > 1:
        raise circuit_error(
            f"{name} needs one element for each level in every list: got {lengths} elements",
            hint="pass lists of the same length, of one element at least",
        )
