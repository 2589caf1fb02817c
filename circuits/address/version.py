"""version-v1: one holder owns the old and the new leaf, and the old one is revoked with a link to the new one.

Public signals: migration_nullifier; old_root, new_root, revocation_root, context.

Soundness.  One secret opens both leaves (V1, V2), so one key holds both.  V3 orders them; both versions have 32 bits, so neither
2^32 - 1 nor p - 1 is a predecessor of 0.  V5 is membership of the entry (old_leaf, link = new_leaf) in the revocation tree: the provider
revoked exactly this leaf in favour of exactly that one.  new_leaf is not 0 (O4), so a plain revocation has another entry; old_leaf is
not 0, which excludes the sentinel.  A value has one entry, so old_leaf has one successor.  V6 depends on old_leaf and its bound secret
only: one nullifier for each old leaf.  V4 excludes a move to itself.  The context is bound.

Cost: 16,019 constraints at depths 20 and 20.

That the two addresses differ is not claimed: new salts for the same PID are a migration too.
"""

from __future__ import annotations

from typing import NamedTuple

from absence import Entry
from binding import bind, enforce_nonzero
from opening import Address, open_leaf
from paths import enforce_under_root
from tags import MIGRATION

from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, private, public
from zkctl.gadgets.hash.poseidon import poseidon


class Outputs(NamedTuple):
    """The public outputs."""

    migration_nullifier: Signal


@circuit
def version(
    old_root: Signal = public(),
    new_root: Signal = public(),
    revocation_root: Signal = public(),
    context: Signal = public(),
    holder_secret: Signal = private(),
    old_pid_commitment: Signal = private(),
    old_fields_commitment: Signal = private(),
    old_version: Uint = private(bits=32),
    old_siblings: Array[Signal] = private("depth"),
    old_path: Array[Bit] = private("depth"),
    new_pid_commitment: Signal = private(),
    new_fields_commitment: Signal = private(),
    new_version: Uint = private(bits=32),
    new_siblings: Array[Signal] = private("depth"),
    new_path: Array[Bit] = private("depth"),
    revoked_next: Signal = private(),
    revoked_siblings: Array[Signal] = private("revocation_depth"),
    revoked_path: Array[Bit] = private("revocation_depth"),
    *,
    depth: int = 20,
    revocation_depth: int = 20,
) -> Outputs:
    """Prove that the holder's old leaf was revoked in favour of the holder's new one."""
    old = Address(old_pid_commitment, old_fields_commitment, old_version)
    old_leaf = open_leaf(holder_secret, old, old_root, old_siblings, old_path)
    new = Address(new_pid_commitment, new_fields_commitment, new_version)
    new_leaf = open_leaf(holder_secret, new, new_root, new_siblings, new_path)
    constrain(new_version == old_version + 1, "V3: the new version does not follow the old one")
    enforce_nonzero(old_leaf - new_leaf, "V4: the new leaf is the old one")
    revoked = Entry(old_leaf, revoked_next, new_leaf).leaf()
    enforce_under_root(
        revoked,
        revocation_root,
        revoked_siblings,
        revoked_path,
        "V5: the old leaf is not revoked in favour of the new one",
    )
    bind(context)
    return Outputs(poseidon(MIGRATION, holder_secret, old_leaf))
