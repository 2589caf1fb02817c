"""Sparse Merkle trees of Poseidon, with the hashes and the shape of circomlibjs' SMT: a map from keys to values.

An empty subtree is 0, a subtree with one entry is its leaf poseidon(key, value, 1), any other is poseidon(left, right); bit k of the key,
lowest first, chooses the side at level k below the root.  Siblings are listed from the root down and filled up with 0.  Leaves are hashes
of three inputs, nodes of two, and no known inputs have the hash 0, so none of them passes for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import Bit, Signal, Struct, constrain, gadget, hint, hints, wire
from zkctl.dsl.numbers.spelled import zero_bit
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.select import select, swap_if
from zkctl.gadgets.tree.sparse_levels import chain, inner_levels, parting_level

WRONG_ROOT = "the entry is not under the root"


class SparseEntry(Struct):
    """A key and its value."""

    key: Signal
    value: Signal


class Met(Struct):
    """The end of the path of a key in a tree without that key: nothing, or the entry of another key."""

    key: Signal
    value: Signal
    is_empty: Bit

    def node(self) -> Signal:
        """Return the hash of the end of the path."""
        return select(self.is_empty, 0, _leaf(self.key, self.value))  # type: ignore[no-any-return]


@gadget
def constrain_sparse_member(root: Signal, siblings: Sequence[Signal], entry: SparseEntry) -> None:
    """Enforce that a tree has an entry.

    Assumes:  every entry below the root lies on the path of its key.
    Enforces: the entry lies under the root, on the path of the canonical bits of its key.
    Cost:     243 constraints per level, 260 for the leaf, and the key's canonical bits (384) if they were not made before.
    """
    leaf = _leaf(entry.key, entry.value)
    found = chain(leaf, siblings, _path(entry.key, siblings), inner_levels(siblings))
    constrain(found == root, WRONG_ROOT)


@gadget
def constrain_sparse_absent(
    root: Signal, siblings: Sequence[Signal], key: Signal, met: Met
) -> None:
    """Enforce that a tree has no entry for a key.

    Assumes:  every entry below the root lies on the path of its key.
    Enforces: the path of the key's canonical bits leads to the end met: an empty subtree, or else the entry of another key, alone in
              its subtree.
    Cost:     243 constraints per level, 262 for the leaf, and the key's canonical bits (384) if they were not made before.
    """
    _constrain_other_key(key, met.key, ~met.is_empty)
    found = chain(met.node(), siblings, _path(key, siblings), inner_levels(siblings))
    constrain(found == root, "the key may be under the root")


@gadget
def sparse_verifier(
    enabled: Bit,
    root: Signal,
    siblings: Sequence[Signal],
    entry: SparseEntry,
    met: Met,
    is_absent: Bit,
) -> None:
    """Enforce that a tree has an entry or, where is_absent is 1, none for its key: as circomlib's SMTVerifier.

    Assumes:  every entry below the root lies on the path of its key.
    Enforces: where enabled is 1, the same as constrain_sparse_member or constrain_sparse_absent; else nothing.
    Cost:     243 constraints per level, 268 for the leaf, and the key's canonical bits (384) if they were not made before.
    """
    nothing = is_absent & met.is_empty
    _constrain_other_key(entry.key, met.key, enabled * (is_absent - nothing))
    key, value = select(is_absent, (met.key, met.value), (entry.key, entry.value))
    end = select(nothing, 0, _leaf(key, value))
    found = chain(end, siblings, _path(entry.key, siblings), inner_levels(siblings))
    constrain(enabled * (found - root) == 0, WRONG_ROOT)


@gadget
def sparse_insert(
    old_root: Signal, siblings: Sequence[Signal], entry: SparseEntry, met: Met
) -> Signal:
    """Return the root after an entry was added; met is what the path of its key leads to before.

    Assumes:  every entry below the old root lies on the path of its key.
    Enforces: the key had no entry, and the result is the root of the tree with this one more.
    Cost:     as sparse_processor, less some rows for the other functions.
    """
    no = zero_bit(old_root)
    return sparse_processor(old_root, siblings, entry, met, [~no, no])


@gadget
def sparse_delete(
    old_root: Signal, siblings: Sequence[Signal], entry: SparseEntry, met: Met
) -> Signal:
    """Return the root after an entry was removed; met is what the path of its key leads to afterwards.

    Assumes:  every entry below the old root lies on the path of its key.
    Enforces: the tree had the entry, and the result is the root of a tree without it and with all others.  An entry that is met has moved
              up as far as it can; with met.is_empty a prover may leave a neighbour where it was, though it is alone in its subtree now:
              the entries are the same, only the shape and the root are others.
    Cost:     as sparse_processor, less some rows for the other functions.
    """
    yes = ~zero_bit(old_root)
    return sparse_processor(old_root, siblings, entry, met, [yes, yes])


@gadget
def sparse_update(
    old_root: Signal,
    siblings: Sequence[Signal],
    key: Signal,
    old_value: Signal,
    new_value: Signal,
) -> Signal:
    """Return the root after the value of a key was replaced.

    Assumes:  every entry below the old root lies on the path of its key.
    Enforces: the tree had the entry (key, old_value), and the result is the root with (key, new_value) in its place.
    Cost:     as sparse_processor, less the rows for paths that part.
    """
    no = zero_bit(old_root)
    entry, met = SparseEntry(key, new_value), Met(key, old_value, no)
    return sparse_processor(old_root, siblings, entry, met, [no, ~no])


@gadget
def sparse_processor(
    old_root: Signal,
    siblings: Sequence[Signal],
    entry: SparseEntry,
    met: Met,
    function: Sequence[Bit],
) -> Signal:
    """Return the root after one change of a tree, as circomlib's SMTProcessor.

    function is [0, 0] for none, [0, 1] to replace the value of a key (met is its old entry), [1, 0] to insert the entry (met is what
    its path leads to before), [1, 1] to delete it (met is what its path leads to afterwards).
    Assumes:  every entry below the old root lies on the path of its key.
    Enforces: one tree holds what is met at the end of the siblings; the other, with the same siblings, the entry: in the same place if
              nothing is met or the value is replaced, else below the level where the canonical bits of both keys part first, at or below
              the end of the siblings, with zeros between and the leaf that is met beside it.  old_root is the one tree, the result
              the other; for no function the result is old_root.
    Cost:     495 constraints per level, 533 for the leaves, and the canonical bits of both keys (384 each) if they were not made before.
    """
    if len(function) != 2:
        raise circuit_error(
            f"the function of sparse_processor takes 2 bits, got {len(function)}",
            hint="[0, 0] does nothing, [0, 1] updates, [1, 0] inserts, [1, 1] deletes",
        )
    moves, second = function
    deletes = moves & second
    updates = proven(second - deletes, (0, 1))  # second, but not moves
    push = moves & ~met.is_empty
    constrain(updates * (met.key - entry.key) == 0, "an update is of another key")
    constrain(updates * met.is_empty == 0, "there is nothing to update")
    path, inner = _path(entry.key, siblings), inner_levels(siblings)
    without = chain(met.node(), siblings, path, inner)
    leaf = _leaf(entry.key, entry.value)
    lower, levels = _below(siblings, entry.key, met, push, inner)
    before, after = swap_if(deletes, without, chain(leaf, lower, path, levels))
    works = moves + updates  # both are not 1 together
    constrain(works * (before - old_root) == 0, "the old root is that of another tree")
    changed: Signal = old_root + works * (after - old_root)
    return changed


def _below(
    siblings: Sequence[Signal], key: Signal, met: Met, push: Bit, inner: Sequence[Bit]
) -> tuple[Sequence[Signal], Sequence[Bit]]:
    """Return siblings and inner levels of the entry: where the entry that is met is pushed down, it becomes the last sibling.

    The end of the siblings is behind the last one that is not 0, and not below the level where the paths part.  So a leaf that is alone
    after a deletion has moved up as far as it can.
    """
    if push.known_constant == 0:
        return siblings, inner
    parting = parting_level(push, _path(key, siblings), _path(met.key, siblings))
    leaf = _leaf(met.key, met.value)
    lower, levels = [], []
    reaches: Signal = push  # is this level at or above the one where the paths part?
    last = key * 0
    behind = [*inner[1:], zero_bit(key)]
    for sibling, parts, is_inner, goes_on in zip(siblings, parting, inner, behind, strict=True):
        last = last + wire((is_inner - goes_on) * sibling)
        constrain(sibling * ~is_inner == 0, "a sibling below the end of the path is not 0")
        constrain(parts * is_inner == 0, "the paths part above the end")
        lower.append(sibling + parts * leaf)
        levels.append(cast(Bit, proven(reaches + ~push * is_inner, (0, 1))))
        reaches = reaches - parts
    constrain(last * hint(hints.inverse_or_zero, last) == inner[0], "the last sibling is 0")
    return lower, levels


def _leaf(key: Signal, value: Signal) -> Signal:
    return poseidon(key, value, key * 0 + 1)


def _constrain_other_key(key: Signal, other: Signal, applies: Signal) -> None:
    """Enforce that two keys differ where `applies` is 1."""
    difference = other - key
    quotient = hint(hints.divide_or_zero, applies, difference)
    constrain(difference * quotient == applies, "the path leads to the key itself")


def _path(key: Signal, siblings: Sequence[Signal]) -> list[Bit]:
    """Return the sides on the path of a key: bits of the canonical ones, or else a second path would exist."""
    n_bits = key.field.n_bits
    if len(siblings) > n_bits:
        raise circuit_error(
            f"a key of {key.field.name} has {n_bits} bits, got {len(siblings)} siblings",
            hint="each level of a sparse tree takes one bit of the key",
        )
    return list(to_bits(key, n_bits))[: len(siblings)]
