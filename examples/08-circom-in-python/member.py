"""The statement of signal.circom, half of it moved to Python: the tree and one hash are still templates of circom."""

from __future__ import annotations

from typing import NamedTuple

from zkctl import circom
from zkctl.dsl import Array, Bit, Signal, circuit, private, public, wire
from zkctl.gadgets.hash.poseidon import poseidon

templates = circom.load("signal.circom")
hash2 = templates.Hash2()


class Signed(NamedTuple):
    """The public outputs."""

    root: Signal
    nullifier: Signal


@circuit
def member(
    topic: Signal = public(),
    message: Signal = public(),
    secret: Signal = private(),
    siblings: Array[Signal] = private("depth"),
    is_right: Array[Bit] = private("depth"),
    *,
    depth: int = 4,
) -> Signed:
    """I know the secret of a leaf in the group's tree, and send this message about this topic."""
    commitment = hash2(secret, 0)
    tree = templates.MerkleRoot(depth)
    wire(message * message)  # binds the message: a proof for another one does not verify
    return Signed(
        root=tree(leaf=commitment, siblings=siblings, is_right=is_right),
        nullifier=poseidon(topic, secret),  # a gadget in the place of Hash2
    )


assert poseidon(1, 2) == hash2(1, 2), "the gadget does not compute what the template computes"
