"""Absence from the revocation tree, an indexed tree (rules A1 to A5), and its entries.

An entry is (value, next larger value or 0, link); the place 0 is the sentinel (0, 0, 0).  The link is 0 for a plain revocation, else
the new leaf of a migration.
"""

from __future__ import annotations

from collections.abc import Sequence

from binding import enforce_nonzero
from paths import enforce_under_root
from tags import INDEXED

from zkctl.dsl import Bit, Signal, Struct, gadget
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.number.field_order import enforce_field_less_or_equal, enforce_field_less_than


class Entry(Struct):
    """An entry of the revocation tree."""

    value: Signal
    next_value: Signal
    link: Signal

    @gadget
    def leaf(self) -> Signal:
        """Return H(indexed, value, next, link)."""
        return poseidon(INDEXED, self.value, self.next_value, self.link)


@gadget
def enforce_absent(
    value: Signal,
    revocation_root: Signal,
    low: Entry,
    siblings: Sequence[Signal],
    path: Sequence[Bit],
) -> None:
    """Enforce that a value is not revoked: the entry `low` is under the root, and value lies between it and its next value.

    Assumes:  the tree is an indexed one (T4, T5): one chain of entries, sorted by value, from the sentinel on.
    Enforces: A1 value is not 0; A2 the entry is under the root; A4 low.value < value; A5 value < low.next_value or low.next_value
              is 0; as integers from 0 to p - 1 (A3).
    Cost:     241 constraints per level, 294 for the entry, 1,000 for the order, 1 for A1 and 1 (linear).
    """
    enforce_nonzero(value, "A1: the value is 0, which is never absent")
    leaf = low.leaf()
    enforce_under_root(
        leaf, revocation_root, siblings, path, "A2: the low entry is not under the revocation root"
    )
    _enforce_between(low, value)


@gadget
def _enforce_between(low: Entry, value: Signal) -> None:
    """Enforce low.value < value < low.next_value, where the next value 0 stands for no limit.

    Source: A5 in one comparison: value <= next - 1 says value < next as integers for next > 0; for next = 0 the field element
    next - 1 is p - 1, and every value passes.  So no bit says whether next is 0.
    A3: the bits of next - 1 are canonical by a check of their own.  Those of value spell a number that is at most next - 1 < p, and
    those of low.value one below value's, so both are canonical too.
    """
    enforce_field_less_or_equal(value, low.next_value - 1)
    enforce_field_less_than(low.value, value)
