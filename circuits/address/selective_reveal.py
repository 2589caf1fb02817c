"""selective-reveal-v1: the fields of my registered address that `mask` names have the values in `values`.

Public signals: root, mask, values[8], context.  Bit 0 of the mask is the country.

Soundness.  D1 with O4 and O5 fixes the eight values of a registered leaf of this holder; the index of a field is inside its hash, so
no two change places.  D2 has one solution, because 8 bits spell the mask.  D3 makes a value the field's where the bit is 1, and 0 where
it is 0.  The mask is public, so a hidden field and an empty one that is shown do not look the same.  The context is bound.

A long string is shown as its digest, which has bit 248 set: the verifier compares it with the digest of the string beside the proof.

Cost: 8,189 constraints at depth 20, 242 for each level.
"""

from __future__ import annotations

from binding import bind
from opening import Address, open_leaf
from tags import FIELD, FIELDS

from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, discard, gadget, private, public
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.hash.poseidon import poseidon

N_FIELDS = 8


@gadget
def commit_to_fields(fields: Array[Signal], salts: Array[Signal]) -> Signal:
    """Return the commitment to the eight fields.

    Assumes:  nothing.
    Enforces: D1 f_i = H(field, i, fields_i, salts_i) with the constant i, and the result is H(fields, f_0, ..., f_7).
    Cost:     2,787 constraints.
    """
    hashes = [poseidon(FIELD, i, field, salt) for i, (field, salt) in enumerate(fields.zip(salts))]
    return poseidon(FIELDS, *hashes)


@circuit
def selective_reveal(
    root: Signal = public(),
    mask: Signal = public(),
    values: Array[Signal] = public(N_FIELDS),
    context: Signal = public(),
    fields: Array[Signal] = private(N_FIELDS),
    field_salts: Array[Signal] = private(N_FIELDS),
    pid_commitment: Signal = private(),
    version: Uint = private(bits=32),
    holder_secret: Signal = private(),
    siblings: Array[Signal] = private("depth"),
    path: Array[Bit] = private("depth"),
    *,
    depth: int = 20,
) -> None:
    """Prove that the fields of a registered address that the mask names have the given values."""
    fields_commitment = commit_to_fields(fields, field_salts)
    address = Address(pid_commitment, fields_commitment, version)
    discard(open_leaf(holder_secret, address, root, siblings, path))
    for shown, field, value in zip(to_bits(mask, N_FIELDS), fields, values, strict=True):
        constrain(
            shown * field == value, "D3: a value is not the field's, or is shown although hidden"
        )
    bind(context)
