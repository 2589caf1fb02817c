"""EdDSA over Baby Jubjub with the challenge by Poseidon, as circomlibjs signs and circomlib's EdDSAPoseidonVerifier verifies.

A signature (R8, S) of a message m, one field element, under the public key A is valid if

    S * BASE = R8 + h * (8 * A),   h = Poseidon(R8.x, R8.y, A.x, A.y, m) as an integer in [0, p)

The factor 8 clears a part of small order that A may have, so what counts is 8 A, in the subgroup of prime order l.  S is below l: S + l
would be a second signature of the same message.  A key of small order is refused, because everybody can sign for it.
"""

from __future__ import annotations

from typing import cast

from zkctl.dsl import Bit, Signal, Struct, constrain, gadget
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_equal
from zkctl.gadgets.curve.baby_jubjub import Point, double, enforce_on_curve, subtract
from zkctl.gadgets.curve.multiply import fixed_base, multiply_in_subgroup, scalar_bits
from zkctl.gadgets.hash.poseidon import poseidon


class EddsaSignature(Struct):
    """What circomlibjs calls R8 and S."""

    r8: Point
    s: Signal


@gadget(stamped=True)
def verify_eddsa_poseidon(public_key: Point, signature: EddsaSignature, message: Signal) -> None:
    """Enforce that a signature by Poseidon is valid.

    Assumes:  nothing: key and signature may come from the prover.
    Enforces: the key is on the curve and not of order 1, 2, 4 or 8; S < l; S * BASE = R8 + h * (8 * A).  So R8 is on the curve, too.
    Cost:     3689 constraints.
    """
    r8 = signature.r8
    challenge = poseidon(r8.x, r8.y, public_key.x, public_key.y, message)
    _enforce_same(r8, _computed_r8(public_key, signature.s, challenge))


@gadget(stamped=True)
def is_eddsa_poseidon_valid(public_key: Point, signature: EddsaSignature, message: Signal) -> Bit:
    """Return 1 if a signature by Poseidon is valid for the message, else 0.

    Assumes:  nothing: key and signature may come from the prover.
    Enforces: the key is on the curve and not of order 1, 2, 4 or 8; S < l; the result is [S * BASE = R8 + h * (8 * A)].  A malformed key
              or S has no witness: it does not yield 0.
    Cost:     3694 constraints.
    """
    r8 = signature.r8
    challenge = poseidon(r8.x, r8.y, public_key.x, public_key.y, message)
    return _is_same(r8, _computed_r8(public_key, signature.s, challenge))


def _computed_r8(public_key: Point, s: Signal, challenge: Signal) -> Point:
    """Return S * BASE - h * (8 * A)."""
    enforce_on_curve(public_key)
    key = double(double(double(public_key)))
    multiple = multiply_in_subgroup(to_bits(challenge, challenge.field.n_bits), key)
    return cast(Point, subtract(fixed_base(scalar_bits(s)), multiple))


def _enforce_same(given: Point, computed: Point) -> None:
    constrain([given.x == computed.x, given.y == computed.y], "the signature is not valid")


def _is_same(given: Point, computed: Point) -> Bit:
    return cast(Bit, is_equal(given.x, computed.x) & is_equal(given.y, computed.y))
