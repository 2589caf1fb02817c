"""nonrevocation-v1: the leaf behind `leaf_commitment` is not revoked under `revocation_root`.

Public signals: leaf_commitment; revocation_root.

Soundness.  A2 to A5 exhibit an entry (v, n) of the published revocation list with v < leaf < n, or n = 0 for no larger entry, as
integers; the list is one sorted chain, so leaf is not in it.  A1 excludes the sentinel.  N1 binds the leaf unless the hash collides,
and the salt of 248 bits hides it.

The proof says nothing of a registry, a holder or a request: every number that is not revoked has one.  A verifier grants nothing for
it alone; it means something where `leaf_commitment` is opened beside it, or used by another circuit.

Cost: 6,394 constraints at depth 20, 242 for each level.
"""

from __future__ import annotations

from typing import NamedTuple

from absence import Entry, enforce_absent
from tags import NONREVOCATION

from zkctl.dsl import Array, Bit, Signal, circuit, private, public
from zkctl.gadgets.hash.poseidon import poseidon


class Outputs(NamedTuple):
    """The public outputs."""

    leaf_commitment: Signal


@circuit
def nonrevocation(
    revocation_root: Signal = public(),
    leaf: Signal = private(),
    salt: Signal = private(),
    low_value: Signal = private(),
    low_next: Signal = private(),
    low_link: Signal = private(),
    low_siblings: Array[Signal] = private("revocation_depth"),
    low_path: Array[Bit] = private("revocation_depth"),
    *,
    revocation_depth: int = 20,
) -> Outputs:
    """Prove that a committed leaf is not in the revocation tree."""
    low = Entry(low_value, low_next, low_link)
    enforce_absent(leaf, revocation_root, low, low_siblings, low_path)
    return Outputs(poseidon(NONREVOCATION, leaf, salt))
