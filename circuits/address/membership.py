"""membership-v1: I hold an address that is registered under `root` and not revoked under `revocation_root`.

Public signals: nullifier; root, revocation_root, scope, context.

Soundness.  O5 puts the leaf under `root` at a fixed depth, and a root has one opening unless the hash collides.  O4 fixes the holder's
key and O2 the secret behind it: the prover knows the key's preimage.  A2 to A5 exhibit an entry (v, n) of the published revocation list
with v < leaf < n, or n = 0 for no larger entry, as integers; the list is one sorted chain, so leaf is not in it.  M1 depends on the
bound secret and the public scope only: one nullifier for each key and scope, whatever the leaf.  O1, O4 and A1 exclude the secret 0,
the empty place and the sentinel.  M2 makes the proof one for this context.

Cost: 11,825 constraints at depths 20 and 20, 242 for each level of a tree.
"""

from __future__ import annotations

from typing import NamedTuple

from absence import Entry, enforce_absent
from binding import bind
from opening import Address, open_leaf
from tags import NULLIFIER

from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private, public
from zkctl.gadgets.hash.poseidon import poseidon


class Outputs(NamedTuple):
    """The public outputs."""

    nullifier: Signal


@circuit
def membership(
    root: Signal = public(),
    revocation_root: Signal = public(),
    scope: Signal = public(),
    context: Signal = public(),
    holder_secret: Signal = private(),
    pid_commitment: Signal = private(),
    fields_commitment: Signal = private(),
    version: Uint = private(bits=32),
    siblings: Array[Signal] = private("depth"),
    path: Array[Bit] = private("depth"),
    low_value: Signal = private(),
    low_next: Signal = private(),
    low_link: Signal = private(),
    low_siblings: Array[Signal] = private("revocation_depth"),
    low_path: Array[Bit] = private("revocation_depth"),
    *,
    depth: int = 20,
    revocation_depth: int = 20,
) -> Outputs:
    """Prove that the holder of `holder_secret` has a leaf under `root` that is not revoked, without revealing which."""
    address = Address(pid_commitment, fields_commitment, version)
    leaf = open_leaf(holder_secret, address, root, siblings, path)
    low = Entry(low_value, low_next, low_link)
    enforce_absent(leaf, revocation_root, low, low_siblings, low_path)
    bind(context)
    return Outputs(poseidon(NULLIFIER, holder_secret, scope))
