"""drand's network quicknet: public randomness that is signed, so that any verifier can check it.

Round n, at genesis + 3 (n - 1) seconds, is a BLS signature in G1 of BLS12-381 of SHA-256(n as 8 bytes,
big-endian) by a key in G2 that is shared among the League of Entropy; its randomness is the
SHA-256 of the signature.
Source: the network's parameters at https://api.drand.sh/v2/beacons/quicknet/info; scheme
bls-unchained-g1-rfc9380 of https://docs.drand.love/docs/cryptography.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from zkctl.curve import BLS12_381, G1Array, G2Array, is_in_subgroup, is_pairing_product_one
from zkctl.curve.curves.parameters import Group
from zkctl.curve.encoding import decode_compressed
from zkctl.curve.hash_to_curve import hash_to_g1
from zkctl.errors import CheckFailed, EncodingError, UsageError

QUICKNET = "drand:quicknet"
GENESIS = 1692803367  # seconds since 1970
PERIOD = 3
MAX_ROUND = (253402300799 - GENESIS) // PERIOD + 1  # the last one that a time can be written of
SIGNATURE_BYTES = 48
_PUBLIC_KEY = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
_DST = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_COMPRESSED, _INFINITY, _SIGN = 0x80, 0x40, 0x20


def round_time(number: int) -> int:
    """Return the time at which a round is published, in seconds since 1970.

    Raises: UsageError for a number that no round has.
    """
    if not 0 < number <= MAX_ROUND:
        raise UsageError(
            f"drand has no round {number}: expected 1 to {MAX_ROUND}",
            hint="rounds are counted from 1",
        )
    return GENESIS + PERIOD * (number - 1)


def randomness(number: int, signature: bytes) -> bytes:
    """Verify the signature of a round and return its 32 public bytes.

    Raises: UsageError, EncodingError for a malformed round or signature; CheckFailed for a
    signature that is not the round's.
    """
    round_time(number)
    point = _decode(BLS12_381.g1, signature)
    message = hash_to_g1(hashlib.sha256(number.to_bytes(8, "big")).digest(), _DST)
    g1 = G1Array.concatenate([G1Array(BLS12_381.g1, point), -message])
    g2 = G2Array.concatenate([G2Array.generator(BLS12_381.g2), _public_key()])
    if not is_pairing_product_one(BLS12_381, g1, g2):
        raise CheckFailed(
            f"the signature is not that of round {number} of {QUICKNET}",
            hint="a round's signature is at https://api.drand.sh/v2/beacons/quicknet/rounds/ROUND",
        )
    return hashlib.sha256(signature).digest()


def parse_signature(text: str) -> bytes:
    """Return the signature's bytes from hexadecimal digits.  Raises: UsageError."""
    if len(text) != 2 * SIGNATURE_BYTES or not set(text.lower()) <= set("0123456789abcdef"):
        raise UsageError(
            f"the signature has {len(text)} characters, expected {2 * SIGNATURE_BYTES} hexadecimal digits"
        )
    return bytes.fromhex(text)


@cache
def _public_key() -> G2Array:
    return G2Array(BLS12_381.g2, _decode(BLS12_381.g2, _PUBLIC_KEY))


def _decode(group: Group, encoded: bytes) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Return the words of one point of the prime-order group from the compressed form of the IETF drafts.

    Bits of the first byte: 0x80 compressed, 0x40 infinity, 0x20 the larger of the two y.
    """
    first = encoded[0]
    if not first & _COMPRESSED or first & _INFINITY:
        raise EncodingError("the point is not compressed or is infinity", where=group.name)
    ours = (first & 0x1F) | (_COMPRESSED if first & _SIGN else 0)
    points = decode_compressed(group, bytes([ours]) + encoded[1:])
    if not bool(is_in_subgroup(points).all()):
        raise EncodingError("the point is not in the group of prime order", where=group.name)
    return np.asarray(points.data[0])
