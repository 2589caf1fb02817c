"""Signing over Baby Jubjub on integers, and checking by school: chord and tangent, and the hash as an argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.oracle.montgomery_curve import PRIME_ORDER, Edwards, add, multiply

BASE = (
    5299619240641551281634865583518297030282874472190772894086521144482721001553,
    16950150798460657717958625567821834550301663161624707787222815936182638968203,
)
Hash = Callable[..., int]


class Signed(NamedTuple):
    r: Edwards
    s: int


def sign_eddsa(hashed: Hash, key: int, nonce: int, message: int) -> tuple[Edwards, Signed]:
    """The public key key * BASE and a signature; h counts eight times."""
    public, r = multiply(key, BASE), multiply(nonce, BASE)
    h = int(hashed(*r, *public, message))
    return public, Signed(r, (nonce + 8 * h * key) % PRIME_ORDER)


def sign_schnorr(
    hashed: Hash, domain: int, key: int, nonce: int, message: int
) -> tuple[Edwards, Signed]:
    public, r = multiply(key, BASE), multiply(nonce, BASE)
    e = int(hashed(domain, *r, *public, message))
    return public, Signed(r, (nonce + e * key) % PRIME_ORDER)


def holds(public: Edwards, signed: Signed, factor: int) -> bool:
    """s * BASE = r + factor * public."""
    return multiply(signed.s, BASE) == add(signed.r, multiply(factor, public))
