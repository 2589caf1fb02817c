"""Poseidon Merkle trees: a node is poseidon(left child, right child), an empty leaf is 0.

For a leaf at a number, `path` is the number's bits: `index.bits` of a Uint as wide as the tree is deep.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from zkctl.dsl import Bit, Signal, constrain, gadget
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.trace import field_in_use
from zkctl.field import PrimeField
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.select import swap_if
from zkctl.gadgets.sizes import as_text

EMPTY_LEAF = 0
HIGHEST = 254  # of a subtree, in levels


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


@gadget
def merkle_update(
    old_root: Signal,
    old_leaf: Signal,
    new_leaf: Signal,
    siblings: Sequence[Signal],
    path: Sequence[Bit],
) -> Signal:
    """Return the root after one leaf is replaced.

    Assumes:  as merkle_root.
    Enforces: merkle_root(old_leaf, siblings, path) == old_root; the result is merkle_root(new_leaf, siblings, path) with the same
              siblings and path, so no other leaf changes.
    Cost:     482 constraints per level and 1 (linear) for the comparison.
    """
    constrain_membership(old_root, old_leaf, siblings, path)
    return merkle_root(new_leaf, siblings, path)


@gadget
def subtree_root(leaves: Sequence[Signal], height: int) -> Signal:
    """Return the root of a tree of 2^height leaves: the given ones, and 0 behind them.

    Assumes:  nothing; a leaf 0 and an empty place have the same root.
    Enforces: the result is the hash of the tree.
    Cost:     240 constraints for each node above a given leaf, 237 for the last of a level with nothing but empty places at its right.
    """
    _check_height(height)
    if not 0 < len(leaves) <= 1 << height:
        raise circuit_error(
            f"a subtree of height {height} has 1 to {1 << height} leaves, got {len(leaves)}",
            hint="choose a larger height: places behind the leaves stay empty",
        )
    level = list(leaves)
    for k in range(height):
        if len(level) % 2:
            level.append(leaves[0] * 0 + empty_root(k))
        level = [poseidon(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


@gadget
def append_subtree(
    old_root: Signal,
    leaves: Sequence[Signal],
    siblings: Sequence[Signal],
    path: Sequence[Bit],
    *,
    height: int,
) -> Signal:
    """Return the root after leaves were put into an empty, aligned subtree of 2^height places.

    siblings and path lead from the subtree's root to the tree's: for a first leaf at number i, path is the bits of i / 2^height.
    Assumes:  as merkle_root; a leaf 0 counts as an empty place.
    Enforces: the subtree was empty under the old root, merkle_root(empty_root(height), siblings, path) == old_root; the result is the
              root with subtree_root(leaves, height) at the same place, so no other leaf changes.
    Cost:     482 constraints per level above the subtree, 1 (linear) for the comparison, and those of subtree_root.
    """
    new = subtree_root(leaves, height)
    empty = old_root * 0 + empty_root(height)
    constrain(
        merkle_root(empty, siblings, path) == old_root,
        "the subtree is not empty under the old root",
    )
    return merkle_root(new, siblings, path)


def empty_root(height: int) -> int:
    """Return the root of a tree of 2^height empty leaves in the field in use: 0, then poseidon(e, e) of the one below.

    Raises: CircuitError for a height below 0 or above HIGHEST.
    """
    _check_height(height)
    return _empty_root(height, field_in_use())


@cache
def _empty_root(height: int, field: PrimeField) -> int:
    """Return the root for a field, which must be the one in use: a circuit's own, or that for integers."""
    if height == 0:
        return EMPTY_LEAF
    below = _empty_root(height - 1, field)
    return cast(int, cast(Any, poseidon)(below, below))


def _check_height(height: int) -> None:
    if not 0 <= height <= HIGHEST:
        raise circuit_error(
            f"the height of a subtree is out of range: expected 0 to {HIGHEST}, got {as_text(height)}"
        )
