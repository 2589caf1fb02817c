"""EdDSA over Baby Jubjub, as circomlibjs signs and circomlib's EdDSAPoseidonVerifier, EdDSAMiMCVerifier and so on verify.

A signature (R8, S) of a message m, one field element, under the public key A is valid if

    S * BASE = R8 + h * (8 * A),   h = H(R8.x, R8.y, A.x, A.y, m) as an integer in [0, p)

where H is Poseidon, MiMC-7 with key 0 or the MiMC sponge with key 0.  Sign with one of them only, or with a key for each.

The factor 8 clears a part of small order that A may have, so what counts is 8 A, in the subgroup of prime order l.  S is below l: S + l
would be a second signature of the same message.  A key of small order is refused, because everybody can sign for it.
"""

from __future__ import annotations

from zkctl.dsl import Bit, Signal, Struct, constrain, gadget
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_equal
from zkctl.gadgets.curve.baby_jubjub import Point, double, enforce_on_curve, subtract
from zkctl.gadgets.curve.multiply import fixed_base, multiply_in_subgroup, scalar_bits
from zkctl.gadgets.hash.mimc import mimc7_hash, mimc_sponge_hash
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
    challenge = poseidon(*_hashed(public_key, signature, message))
    _enforce_valid(public_key, signature, challenge)


@gadget(stamped=True)
def is_eddsa_poseidon_valid(public_key: Point, signature: EddsaSignature, message: Signal) -> Bit:
    """Return 1 if a signature by Poseidon is valid for the message, else 0.

    Assumes:  nothing: key and signature may come from the prover.
    Enforces: the key is on the curve and not of order 1, 2, 4 or 8; S < l; the result is [S * BASE = R8 + h * (8 * A)].  A malformed key
              or S has no witness: it does not yield 0.
    Cost:     3694 constraints.
    """
    challenge = poseidon(*_hashed(public_key, signature, message))
    given, computed = signature.r8, _computed_r8(public_key, signature, challenge)
    return is_equal(given.x, computed.x) & is_equal(given.y, computed.y)


@gadget(stamped=True)
def verify_eddsa_mimc(public_key: Point, signature: EddsaSignature, message: Signal) -> None:
    """Enforce that a signature by MiMC-7 is valid, what circomlibjs calls signMiMC.

    Assumes:  nothing: key and signature may come from the prover.
    Enforces: what verify_eddsa_poseidon does, with h by MiMC-7.
    Cost:     5188 constraints.
    """
    challenge = mimc7_hash(_hashed(public_key, signature, message), message * 0)
    _enforce_valid(public_key, signature, challenge)


@gadget(stamped=True)
def verify_eddsa_mimc_sponge(public_key: Point, signature: EddsaSignature, message: Signal) -> None:
    """Enforce that a signature by the MiMC sponge is valid, what circomlibjs calls signMiMCSponge.

    Assumes:  nothing: key and signature may come from the prover.
    Enforces: what verify_eddsa_poseidon does, with h by the MiMC sponge.
    Cost:     6668 constraints.
    """
    hashed = _hashed(public_key, signature, message)
    (challenge,) = mimc_sponge_hash(hashed, message * 0, n_outputs=1)
    _enforce_valid(public_key, signature, challenge)


def _hashed(public_key: Point, signature: EddsaSignature, message: Signal) -> list[Signal]:
    return [signature.r8.x, signature.r8.y, public_key.x, public_key.y, message]


def _enforce_valid(public_key: Point, signature: EddsaSignature, challenge: Signal) -> None:
    given, computed = signature.r8, _computed_r8(public_key, signature, challenge)
    constrain([given.x == computed.x, given.y == computed.y], "the signature is not valid")


def _computed_r8(public_key: Point, signature: EddsaSignature, challenge: Signal) -> Point:
    """Return S * BASE - h * (8 * A)."""
    enforce_on_curve(public_key)
    key = double(double(double(public_key)))
    bits = to_bits(challenge, challenge.field.n_bits)
    multiple = multiply_in_subgroup(list(bits), key)
    return subtract(fixed_base(list(scalar_bits(signature.s))), multiple)
