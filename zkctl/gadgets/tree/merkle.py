"""Poseidon Merkle trees: a node is poseidon(left child, right child)."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.dsl import Bit, Signal, constrain, gadget
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.select import swap_if


@gadget
def merkle_root(leaf: Signal, siblings: Sequence[Signal], path: Sequence[Bit]) -> Signal:
    """Return the root above a leaf.

    path[k] is 1 where our node is the right-hand child at level k, counted from the leaf.
    Assumes:  the tree has a fixed depth (the length of both lists); leaves cannot be mistaken for nodes, because leaves are hashes with
              a domain tag or because only the depth is accepted.
    Enforces: the result is the hash of the path.
    Cost:     241 constraints per level.
    """
    if len(siblings) != len(path):
        raise circuit_error(f"{len(siblings)} siblings do not fit {len(path)} path bits")
    node = leaf
    for sibling, is_right in zip(siblings, path, strict=True):
        node = poseidon(*swap_if(is_right, node, sibling))
    return node


@gadget
def constrain_membership(
    root: Signal, leaf: Signal, siblings: Sequence[Signal], path: Sequence[Bit]
) -> None:
    """Enforce that a leaf lies under a root.

    Assumes:  as merkle_root.
    Enforces: merkle_root(leaf, siblings, path) == root.
    Cost:     241 constraints per level and 1 (linear) for the comparison.
    """
    constrain(merkle_root(leaf, siblings, path) == root, "leaf is not under root")
