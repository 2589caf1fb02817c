"""A private vote: a member of a group votes once in a poll, and nobody learns which member it was.

The group is a Merkle tree of commitments.  Hash(x, ...) is circomlib's Poseidon; each hash but those of nodes starts with a tag of its
own, so that none passes for another:

    commitment = Hash(TAG_MEMBER, secret)
    nullifier  = Hash(TAG_NULLIFIER, secret, poll)

Public signals, in order: nullifier, root, poll, n_choices, vote.  A second vote of the same member in the same poll has the same nullifier;
votes of one member in two polls have nothing in common.
"""

from __future__ import annotations

from typing import NamedTuple

from zkctl.dsl import Array, Signal, Uint, circuit, constrain, gadget, private, public
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.tree.merkle import constrain_membership

TAG_MEMBER = int.from_bytes(b"vote.v1.member", "big")
TAG_NULLIFIER = int.from_bytes(b"vote.v1.nullifier", "big")


class Outputs(NamedTuple):
    """The public outputs."""

    nullifier: Signal


@gadget
def commitment(secret: Signal) -> Signal:
    """What the group knows of a member."""
    return poseidon(TAG_MEMBER, secret)


@gadget
def poll_nullifier(secret: Signal, poll: Signal) -> Signal:
    """What makes a second vote in the same poll visible."""
    return poseidon(TAG_NULLIFIER, secret, poll)


@circuit
def private_vote(
    root: Signal = public(),
    poll: Signal = public(),
    n_choices: Uint = public(bits=8),
    vote: Uint = public(bits=8),
    secret: Signal = private(),
    place: Uint = private(bits="depth"),
    siblings: Array[Signal] = private("depth"),
    *,
    depth: int = 12,
) -> Outputs:
    """Prove that a member at some place of the group casts this vote, one of 0 to n_choices - 1."""
    constrain(vote < n_choices, "the vote is no choice of this poll")
    constrain_membership(root, commitment(secret), siblings, place.bits)
    return Outputs(poll_nullifier(secret, poll))
