"""structure-v1: my registered PID is well formed, in `country`, and exactly `depth` levels deep.

Public signals: root, country, depth, context.

Soundness.  S1 writes each component as the bytes of its level, at most eight and so with one solution.  By S2 the used bytes are the
last ones and legal characters: components and strings correspond one to one, and the lengths of S4 are derived, never given.  Whether a
level is there (e_i) is derived from its component; the ones come first, so their sum is the depth, 1 to 8, and a gap or a component behind
the last level has no solution.  In the words of S3, selector s_k is e_{k-1} - e_k.  The PID that is opened is built from the same wires
that S1 to S8 restrict, and stands in a leaf under `root` whose holder's secret the prover knows (O1 to O5).  Country and depth
stand in equalities; the context is bound.

Cost: 6,868 constraints, 23 of them linear.
"""

from __future__ import annotations

from binding import bind
from component_form import enforce_form
from encoding import LEVELS, pid_commitment
from levels import enforce_leading
from opening import Address, open_leaf

from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, discard, private, public, wire
from zkctl.gadgets.bits import enforce_at_most
from zkctl.gadgets.compare import to_uint

LARGEST_COLLISION = 99


@circuit
def structure(
    root: Signal = public(),
    country: Signal = public(),
    depth: Signal = public(),
    context: Signal = public(),
    components: Array[Signal] = private(LEVELS),
    collision: Signal = private(),
    pid_salt: Signal = private(),
    fields_commitment: Signal = private(),
    version: Uint = private(bits=32),
    holder_secret: Signal = private(),
    siblings: Array[Signal] = private("registry_depth"),
    path: Array[Bit] = private("registry_depth"),
    *,
    registry_depth: int = 20,
) -> None:
    """Prove that the PID of a registered address has the form of one, and its country and depth."""
    is_there = [enforce_form(component, level=level) for level, component in enumerate(components)]
    enforce_leading(is_there, "S3: a component stands behind a gap")
    constrain(is_there[0] == 1, "S3: the PID has no country")
    constrain(sum(is_there, is_there[0] * 0) == depth, "S3: the depth is not the number of levels")
    not_in_range = "S7: the collision number is not 0 to 99"
    number = to_uint(collision, LARGEST_COLLISION.bit_length(), not_in_range)
    enforce_at_most(number.bits, LARGEST_COLLISION, not_in_range)
    constrain(collision * (1 - is_there[1]) == 0, "S7: a country alone has a collision suffix")
    constrain(components[0] == country, "S8: the PID is in another country")
    commitment = wire(pid_commitment(components, collision, pid_salt), "pid_commitment")
    address = Address(commitment, fields_commitment, version)
    discard(open_leaf(holder_secret, address, root, siblings, path))
    bind(context)
