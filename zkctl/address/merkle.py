"""Merkle trees of a fixed depth whose places fill up from the left; an empty leaf is 0, a node is H(left, right)."""

from __future__ import annotations

from functools import cache

from zkctl.address.poseidon import poseidon, poseidon_columns
from zkctl.errors import InputError
from zkctl.field import BN254_FR, FieldArray
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record


@cache
def empty_node(height: int) -> int:
    """Return the node over 2^height empty leaves."""
    if height == 0:
        return 0
    below = empty_node(height - 1)
    return poseidon(below, below)


@record
class MerklePath:
    """The way from a leaf to the root: siblings, the leaf's first, and bits; bit 1: our node is the right-hand child."""

    siblings: list[int]
    bits: list[int]

    def root(self, leaf: int) -> int:
        """Return the root that the path leads to."""
        node = leaf
        for sibling, bit in zip(self.siblings, self.bits, strict=True):
            node = poseidon(sibling, node) if bit else poseidon(node, sibling)
        return node

    def continued(self, above: MerklePath) -> MerklePath:
        """Return the path through a subtree and the tree above it."""
        return MerklePath(self.siblings + above.siblings, self.bits + above.bits)


class MerkleTree:
    """All nodes of a tree that are not empty; `height` is the height of its leaves in a larger tree."""

    def __init__(self, depth: int, leaves: FieldArray, *, height: int = 0) -> None:
        if len(leaves) > 1 << depth:
            raise InputError(
                f"the tree is full: expected at most {1 << depth} leaves at depth {depth}, got {len(leaves)}"
            )
        self.depth, self._height = depth, height
        self._levels = [leaves]
        for k in range(depth):
            self._levels.append(_above(self._levels[-1], empty_node(height + k)))

    def root(self) -> int:
        """Return the root."""
        return self._node(self.depth, 0)

    def _node(self, level: int, place: int) -> int:
        nodes = self._levels[level]
        return int(nodes[place]) if place < len(nodes) else empty_node(self._height + level)

    def nodes(self, level: int) -> FieldArray:
        """Return the nodes of a level up to the last one that is not empty."""
        return self._levels[level]

    def path(self, place: int) -> MerklePath:
        """Return the path of a place."""
        bits = [place >> k & 1 for k in range(self.depth)]
        siblings = [self._node(k, place >> k ^ 1) for k in range(self.depth)]
        return MerklePath(siblings, bits)


def _above(nodes: FieldArray, empty: int) -> FieldArray:
    if len(nodes) == 0:
        return nodes
    if len(nodes) % 2:
        last = FieldArray.from_ints(BN254_FR, [empty])
        nodes = FieldArray(BN254_FR, np.concatenate([nodes.data, last.data]))
    return poseidon_columns([nodes[0::2], nodes[1::2]])
