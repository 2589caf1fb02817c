"""locker-v1: I hold the access secret of a reservation at `facility_id` that is valid at `now`.

Public signals: reservation_nullifier; locker_root, facility_id, now, context.

Soundness.  L2 fixes facility, locker, times and access commitment of one reservation that the operator published; L1 and L2 need its
secret.  By L3 the comparisons L4 and L5 are those of integers: neither p - 5 as valid_from nor 2^64 + x as valid_until has a solution,
registered or not.  `now` is public, so the proof holds for the claim of this second only, which the kiosk compares with its clock.  L6
depends on bound values only: one nullifier for each reservation.  The facility inside L2 is the public signal itself, so a proof for one
facility says nothing at another.  The context is bound.

Times are Unix seconds; both ends count.  A kiosk that opens a door gives every door its own facility_id: the locker_id stays private.

Cost: 6,070 constraints, 1 of them linear.
"""

from __future__ import annotations

from typing import NamedTuple

from binding import bind, enforce_nonzero
from paths import enforce_under_root
from tags import ACCESS, LOCKER, RESERVATION

from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, private, public, wire
from zkctl.gadgets.hash.poseidon import poseidon


class Outputs(NamedTuple):
    """The public outputs."""

    reservation_nullifier: Signal


@circuit
def locker(
    locker_root: Signal = public(),
    facility_id: Signal = public(),
    now: Uint = public(bits=64),
    context: Signal = public(),
    locker_id: Signal = private(),
    access_secret: Signal = private(),
    valid_from: Uint = private(bits=64),
    valid_until: Uint = private(bits=64),
    siblings: Array[Signal] = private("depth"),
    path: Array[Bit] = private("depth"),
    *,
    depth: int = 20,
) -> Outputs:
    """Prove that the holder of an access secret has a reservation at a facility, now."""
    enforce_nonzero(access_secret, "L1: the access secret is 0")
    access_commitment = wire(poseidon(ACCESS, access_secret), "access_commitment")
    leaf = wire(
        poseidon(LOCKER, facility_id, locker_id, access_commitment, valid_from, valid_until), "leaf"
    )
    enforce_nonzero(leaf, "L2: the leaf is 0")
    enforce_under_root(leaf, locker_root, siblings, path, "L2: the reservation is not under the root")  # fmt: skip
    constrain(valid_from <= now, "L4: the reservation is not valid yet")
    constrain(now <= valid_until, "L5: the reservation is not valid any more")
    bind(context)
    return Outputs(poseidon(RESERVATION, access_secret, facility_id, locker_id, valid_until))
