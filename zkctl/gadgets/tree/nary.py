"""Poseidon Merkle trees whose nodes have 2 to 16 children: a node is poseidon(child 0, child 1, ...)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import Bit, Signal, Uint, constrain, gadget, wire
from zkctl.dsl.numbers.spelled import zero_bit
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.hash.poseidon import MAX_INPUTS, poseidon
from zkctl.gadgets.select import swap_if


@gadget
def nary_root(
    leaf: Signal, siblings: Sequence[Sequence[Signal]], positions: Sequence[Uint]
) -> Signal:
    """Return the root above a leaf in a tree where every node has as many children as a level of siblings, and one more.

    positions[k] is our node's place among the children at level k, counted from the leaf; siblings[k] are the others, in their order.
    Assumes:  as merkle_root.
    Enforces: each position is below the number of children; the result is the hash of the path.
    Cost:     for each level of n children n - 1 constraints, poseidon of n, and the positions' bits where they were not made before;
              from 3 children on also 1, 4 or 11 products of 2, 3 or 4 bits, and 1 more if n is no power of two.
    """
    if len(siblings) != len(positions):
        raise circuit_error(
            f"{len(siblings)} levels of siblings do not fit {len(positions)} positions"
        )
    node = leaf
    for others, position in zip(siblings, positions, strict=True):
        node = poseidon(*_children(node, others, position))
    return node


def _children(node: Signal, others: Sequence[Signal], position: Uint) -> list[Signal]:
    """Return the children: the node is swapped with the one behind it as long as its position is higher."""
    arity = len(others) + 1
    if not 2 <= arity <= MAX_INPUTS:
        raise circuit_error(
            f"a node has 2 to {MAX_INPUTS} children, got {arity}",
            hint="each level of siblings is the list of all children but our own",
        )
    children, carried = [], node
    for is_higher, other in zip(_moves(position, arity), others, strict=True):
        first, carried = swap_if(is_higher, carried, other)
        children.append(first)
    return [*children, carried]


def _moves(position: Uint, arity: int) -> list[Bit]:
    """Return for each k below the last whether the position is higher than k, and enforce that it is below the arity."""
    n_bits = (arity - 1).bit_length()
    marks: list[Signal] = [zero_bit(position) + 1]  # one mark for each number of the bits so far
    for bit in to_bits(position, n_bits):
        both = [wire(bit * mark) for mark in marks[1:]]
        ones = [bit - sum(both, zero_bit(bit)), *both]
        marks = [mark - one for mark, one in zip(marks, ones, strict=True)] + ones
    unused = marks[arity:]
    if unused:
        message = "the position is not below the number of children"
        constrain(sum(unused[1:], unused[0]) == 0, message)
    # exactly one mark is 1, so each sum of several is 0 or 1
    sums = [sum(marks[k + 1 : arity], zero_bit(position)) for k in range(arity - 1)]
    return [cast(Bit, proven(each, (0, 1))) for each in sums]
