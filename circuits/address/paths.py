"""Paths in the trees of the protocol (rule O5): fixed depth, the leaf's level first, bit 1 = our node is the right child."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.dsl import Bit, Signal, constrain, gadget
from zkctl.gadgets.tree.merkle import merkle_root


@gadget
def enforce_under_root(
    leaf: Signal, root: Signal, siblings: Sequence[Signal], path: Sequence[Bit], message: str
) -> None:
    """Enforce that a leaf lies under a root, at the place that the path spells.

    Assumes:  leaves are tagged hashes or 0, so no node opens as a leaf; the depth is the length of both lists.
    Enforces: rule O5 b: n_0 = leaf, n_{k+1} = H(l, r) with one product for both sides, n_D = root.
    Cost:     241 constraints per level and 1 (linear) for the comparison.
    """
    constrain(merkle_root(leaf, siblings, path) == root, message)
