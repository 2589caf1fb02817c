"""Membership: I hold an address that is registered under `root`, and I use it at most once per `scope`.

The first step towards membership-v1 of the address protocol; non-revocation comes with a later circuit.  Hash(x, ...) is circomlib's
Poseidon.  Every hash starts with a domain tag, so that no value of one kind can be passed off as one of another:

    holder_key = Hash(TAG_HOLDER, holder_secret)
    leaf       = Hash(TAG_LEAF, pid_commitment, fields_commitment, holder_key, version)
    nullifier  = Hash(TAG_NULLIFIER, holder_secret, scope)
    node       = Hash(left child, right child)

Public signals, in order: nullifier, root, scope, context.  The nullifier is the same for every proof of one holder in one scope, and
tells nothing about which leaf it is; `context` (a hash of verifier, nonce and expiry) ties the proof to one request.
Inputs for it: circuits/inputs/make_membership.py.
"""

from __future__ import annotations

from typing import NamedTuple

from zkctl.dsl import Array, Bit, Signal, circuit, gadget, private, public, wire
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.tree.merkle import constrain_membership

# ASCII, big-endian: at most 31 bytes, so always below the field's modulus
TAG_HOLDER = int.from_bytes(b"zkap.v1.holder", "big")
TAG_LEAF = int.from_bytes(b"zkap.v1.leaf", "big")
TAG_NULLIFIER = int.from_bytes(b"zkap.v1.nullifier", "big")


class Outputs(NamedTuple):
    """The public outputs."""

    nullifier: Signal


@gadget
def registry_leaf(
    pid_commitment: Signal, fields_commitment: Signal, holder_secret: Signal, version: Signal
) -> Signal:
    """The registry's leaf for an address and its holder."""
    holder_key = poseidon(TAG_HOLDER, holder_secret)
    return poseidon(TAG_LEAF, pid_commitment, fields_commitment, holder_key, version)


@gadget
def scope_nullifier(holder_secret: Signal, scope: Signal) -> Signal:
    """What makes a second use by the same holder in the same scope visible."""
    return poseidon(TAG_NULLIFIER, holder_secret, scope)


@gadget
def bind(value: Signal) -> None:
    """Use a public input in one constraint, so that no tool may drop it and a proof for another value does not verify."""
    wire(value * value)


@circuit
def membership(
    root: Signal = public(),
    scope: Signal = public(),
    context: Signal = public(),
    holder_secret: Signal = private(),
    pid_commitment: Signal = private(),
    fields_commitment: Signal = private(),
    version: Signal = private(),
    siblings: Array[Signal] = private("depth"),
    path: Array[Bit] = private("depth"),  # 1: our node is the right-hand child
    *,
    depth: int = 20,
) -> Outputs:
    """Prove that the holder of `holder_secret` has a leaf under `root`, without revealing which."""
    leaf = registry_leaf(pid_commitment, fields_commitment, holder_secret, version)
    constrain_membership(root, leaf, siblings, path)
    bind(context)
    return Outputs(scope_nullifier(holder_secret, scope))
