"""Indexed Merkle trees of Poseidon: a sorted set of values, as a list linked by the leaves.

A leaf is poseidon(value, next value, place of the next), with 0 for both behind the largest value; the tree starts with the leaf of
value 0 at place 0, so 0 is always in the set.  A value is missing if a leaf is below it whose next value is above: one path proves it.
"""

from __future__ import annotations

from zkctl.dsl import Array, Bit, Signal, Struct, constrain, gadget, sized
from zkctl.gadgets.bits import from_bits
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.number.field_order import enforce_field_less_or_equal, enforce_field_less_than
from zkctl.gadgets.tree.merkle import EMPTY_LEAF, constrain_membership, merkle_root


class Linked(Struct):
    """A value of the set, the next larger one, and the place of that one's leaf; 0 and 0 if there is none."""

    value: Signal
    next_value: Signal
    next_place: Signal

    def leaf(self) -> Signal:
        """Return the hash of the leaf."""
        return poseidon(self.value, self.next_value, self.next_place)


class Opening(Struct):
    """The way from a leaf to the root: siblings and sides, the leaf's level first; the sides are the bits of its place."""

    siblings: Array[Signal] = sized("depth")
    path: Array[Bit] = sized("depth")


@gadget
def constrain_indexed_member(root: Signal, linked: Linked, opening: Opening) -> None:
    """Enforce that a value is in the set.

    Assumes:  the tree has a fixed depth, and every leaf but 0 is that of a linked value, in order.
    Enforces: the leaf of the value lies under the root.
    Cost:     241 constraints per level, 261 for the leaf and 1 (linear) for the comparison.
    """
    constrain_membership(root, linked.leaf(), list(opening.siblings), list(opening.path))


@gadget
def constrain_indexed_absent(root: Signal, value: Signal, low: Linked, opening: Opening) -> None:
    """Enforce that a value is not in the set: `low` is the largest one below it.

    Assumes:  as constrain_indexed_member.
    Enforces: low is under the root, low.value < value, and value < low.next_value or low.next_value is 0, all as integers from 0 to
              p - 1.  So 0 is never absent.
    Cost:     241 constraints per level, 261 for the leaf, 1 (linear) for the comparison and 1,130 for the order, less where bits of
              value, low.value or low.next_value - 1 were made before.
    """
    _constrain_between(low, value)
    constrain_indexed_member(root, low, opening)


@gadget
def indexed_insert(
    old_root: Signal, value: Signal, low: Linked, low_opening: Opening, new_opening: Opening
) -> Signal:
    """Return the root after a value was added to the set, with its leaf at an empty place.

    new_opening is the way from the new place in the tree where low links to the value already.
    Assumes:  as constrain_indexed_member.
    Enforces: the value was absent; low links to it, and it to the former next value; its leaf replaces an empty one at the place that
              new_opening's path spells.
    Cost:     964 constraints per level, 783 for three leaves, 2 (linear) and 1,130 for the order.
    """
    constrain_indexed_absent(old_root, value, low, low_opening)
    siblings, path = list(new_opening.siblings), list(new_opening.path)
    linking = low.replace(next_value=value, next_place=from_bits(path))
    between = merkle_root(linking.leaf(), list(low_opening.siblings), list(low_opening.path))
    empty = merkle_root(old_root * 0 + EMPTY_LEAF, siblings, path)
    constrain(empty == between, "the new place is not empty")
    return merkle_root(low.replace(value=value).leaf(), siblings, path)


def _constrain_between(low: Linked, value: Signal) -> None:
    """Enforce low.value < value < low.next_value, where 0 stands for no limit.

    value <= next - 1 is the same, also for 0: the largest element, p - 1, is one less than 0.
    """
    enforce_field_less_than(low.value, value)
    enforce_field_less_or_equal(value, low.next_value - 1)
