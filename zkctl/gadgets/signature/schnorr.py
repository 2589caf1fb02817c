"""Schnorr signatures over Baby Jubjub with a Poseidon challenge that includes the key.

Keys:       x with 0 < x < l, A = x * BASE
Signing:    a secret nonce k, 0 < k < l, never used twice: R = k * BASE, s = k + e * x mod l
Challenge:  e = Poseidon(DOMAIN, R.x, R.y, A.x, A.y, m), six elements in this order, the result as an integer in [0, p); m is one element.
            DOMAIN is the integer that the 20 bytes of the ASCII text "zkctl.schnorr.bjj.v1" spell, the first byte highest.
Signature:  (R, s), valid if s < l and s * BASE = R + e * A, with A of order l.

As bytes, where they are stored: R and A as the 32 bytes of curve/compression.py, s as 32 bytes, the lowest first.
No factor 8 is needed: A is in the subgroup, so R = s * BASE - e * A is too, and an R with a part of small order is never valid.
Source: Schnorr, "Efficient Signature Generation by Smart Cards", 1991; the key in the challenge as in RFC 8032 and BIP 340.
"""

from __future__ import annotations

from typing import Any

from zkctl.dsl import Bit, Signal, Struct, constrain, gadget
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_equal
from zkctl.gadgets.curve.baby_jubjub import Point, enforce_in_subgroup, subtract
from zkctl.gadgets.curve.multiply import fixed_base, multiply_in_subgroup, scalar_bits
from zkctl.gadgets.hash.poseidon import poseidon

DOMAIN = int.from_bytes(b"zkctl.schnorr.bjj.v1", "big")


class SchnorrSignature(Struct):
    """The nonce's point and the response."""

    r: Point
    s: Signal


@gadget(stamped=True)
def verify_schnorr(public_key: Point, signature: SchnorrSignature, message: Signal) -> None:
    """Enforce that a signature is valid.

    Assumes:  nothing: key and signature may come from the prover.
    Enforces: the key is in the subgroup of prime order and not the identity; s < l; s * BASE = R + e * A.  So R is in the subgroup, too.
    Cost:     3719 constraints.
    """
    computed = _computed_r(public_key, signature, message)
    constrain(
        [signature.r.x == computed.x, signature.r.y == computed.y], "the signature is not valid"
    )


@gadget(stamped=True)
def is_schnorr_valid(public_key: Point, signature: SchnorrSignature, message: Signal) -> Bit:
    """Return 1 if a signature is valid for the message, else 0.

    Assumes:  nothing: key and signature may come from the prover.
    Enforces: the key is in the subgroup of prime order and not the identity; s < l; the result is [s * BASE = R + e * A].  A malformed key
              or s has no witness: it does not yield 0.
    Cost:     3724 constraints.
    """
    computed = _computed_r(public_key, signature, message)
    return is_equal(signature.r.x, computed.x) & is_equal(signature.r.y, computed.y)


def _computed_r(public_key: Point, signature: SchnorrSignature, message: Signal) -> Point:
    """Return s * BASE - e * A."""
    enforce_in_subgroup(public_key)
    r = signature.r
    domain: Any = DOMAIN
    challenge = poseidon(domain, r.x, r.y, public_key.x, public_key.y, message)
    bits = to_bits(challenge, challenge.field.n_bits)
    multiple = multiply_in_subgroup(list(bits), public_key)
    return subtract(fixed_base(list(scalar_bits(signature.s))), multiple)
