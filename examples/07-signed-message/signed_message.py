"""A signed date of birth: prove that an issuer signed one that is early enough, without showing it.

The issuer signs Poseidon(born, salt) with EdDSA over Baby Jubjub, as circomlibjs does.  Dates are numbers: 19900415 is the 15th of April
1990.  The salt, a random field element that the holder keeps, prevents that the few possible dates are tried one by one.

Public signals, in order: issuer.x, issuer.y, latest.
"""

from __future__ import annotations

from zkctl.dsl import Signal, Uint, circuit, constrain, private, public
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.signature.eddsa import EddsaSignature, verify_eddsa_poseidon


@circuit
def signed_message(
    issuer: Point = public(),
    latest: Uint = public(bits=25),
    born: Uint = private(bits=25),
    salt: Signal = private(),
    signature: EddsaSignature = private(),
) -> None:
    """Enforce that the issuer signed a date that is at most the latest one."""
    verify_eddsa_poseidon(issuer, signature, poseidon(born, salt))
    constrain(born <= latest, "born after the latest date")
