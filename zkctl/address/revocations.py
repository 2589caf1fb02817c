"""The revocation tree: an indexed Merkle tree of revoked leaves, rules T1 to T5.

An entry is (value, next, link); place 0 is the sentinel (0, 0, 0), then come the revocations in order.  next is the next larger
value, 0 behind the largest; link is 0 or the leaf that replaces the revoked one.  The tree follows from the list of (value, link):
rules T4 and T5 hold by construction.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from zkctl.address.hashes import TAGS
from zkctl.address.merkle import MerklePath, MerkleTree
from zkctl.address.poseidon import poseidon_columns
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.errors import CheckFailed, InputError
from zkctl.field import BN254_FR, FieldArray
from zkctl.runtime.records import record


@record
class Revocation:
    """A revoked leaf, and the leaf that replaces it or 0."""

    value: int
    link: int


@record
class RevocationEntry:
    """An entry of the tree with its path."""

    value: int
    next: int
    link: int
    path: MerklePath


class RevocationTree:
    """The tree of a list of revocations."""

    def __init__(self, depth: int, revocations: Sequence[Revocation]) -> None:
        check_revocations(depth, revocations)
        self.entries = _entries(revocations)
        self._sorted = sorted((value, place) for place, (value, _, _) in enumerate(self.entries))
        columns = [FieldArray.from_ints(BN254_FR, c) for c in zip(*self.entries, strict=True)]
        self._tree = MerkleTree(depth, poseidon_columns([TAGS["indexed"], *columns]))

    def root(self) -> int:
        """Return the root."""
        return self._tree.root()

    def low_entry(self, value: int) -> RevocationEntry:
        """Return the entry that shows the absence of a value.  Raises: CheckFailed if it is revoked; InputError for 0."""
        if not 0 < value < MODULUS:
            raise InputError("A1: the value cannot be absent: expected 1 to p - 1")
        k = bisect_left(self._sorted, (value, 0))
        if k < len(self._sorted) and self._sorted[k][0] == value:
            raise CheckFailed("the leaf is revoked")
        return self._entry(self._sorted[k - 1][1])

    def entry(self, value: int) -> RevocationEntry:
        """Return the entry of a revoked leaf.  Raises: CheckFailed if it is not revoked."""
        k = bisect_left(self._sorted, (value, 0))
        if value == 0 or k == len(self._sorted) or self._sorted[k][0] != value:
            raise CheckFailed("the leaf is not revoked")
        return self._entry(self._sorted[k][1])

    def _entry(self, place: int) -> RevocationEntry:
        return RevocationEntry(*self.entries[place], self._tree.path(place))


def check_revocations(depth: int, revocations: Sequence[Revocation]) -> None:
    """Check rules T1 to T3 of a list in order of insertion.  Raises: InputError that begins with the broken rule."""
    seen: set[int] = set()
    for k, each in enumerate(revocations):
        is_in_range = 0 < each.value < MODULUS and 0 <= each.link < MODULUS
        if not is_in_range or each.link == each.value:
            raise InputError(
                f"T1: revocation {k} is no value and link: expected 0 < value < p, link < p, link != value"
            )
        if each.value in seen:
            raise InputError(f"T2: revocation {k} repeats an earlier one")
        seen.add(each.value)
    if len(revocations) >= 1 << depth:
        raise InputError(
            f"T3: the revocation tree is full: expected at most {(1 << depth) - 1} revocations, got {len(revocations)}"
        )


def _entries(revocations: Sequence[Revocation]) -> list[tuple[int, int, int]]:
    ordered = sorted(each.value for each in revocations)
    following = dict(zip([0, *ordered], [*ordered, 0], strict=True))
    sentinel = (0, following[0], 0)
    return [sentinel, *((each.value, following[each.value], each.link) for each in revocations)]
