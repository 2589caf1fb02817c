"""The strict reading of Ed25519 keys and signatures: one encoding each, points of the prime-order group only.

RFC 8032 leaves verifiers free in cases that an attacker can use: a key of small order has signatures of
every message that need no private key, and a key with a small component has signatures on which verifiers
disagree.  The package cryptography verifies the equation S B = R + H(R, A, M) A; this module makes the other
checks before it.
Sources: RFC 8032, section 5.1; Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020.
"""

from __future__ import annotations

import re
from functools import lru_cache

from zkctl.errors import CheckFailed, FormatError

KEY_BYTES, SIGNATURE_DIGITS = 32, 128
ORDER = (1 << 252) + 27742317777372353535851937790883648493
_P = (1 << 255) - 19
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_COFACTOR = 8
_SIGNATURE = re.compile(rf"[0-9a-f]{{{SIGNATURE_DIGITS}}}")

Point = tuple[int, int, int]  # projective X : Y : Z of -x^2 + y^2 = 1 + d x^2 y^2
_IDENTITY: Point = (0, 1, 1)


def check_public_key(raw: bytes, where: str) -> None:
    """Check that 32 bytes are the one encoding of a point of order L, the prime of the group.

    Raises: FormatError.
    """
    fault = _fault_of_key(raw)
    if fault:
        raise FormatError(
            f"the public key {fault}",
            where=where,
            hint="make a key with `generate_signing_key()` or `ssh-keygen -t ed25519`",
        )


@lru_cache(maxsize=4096)
def _fault_of_key(raw: bytes) -> str:
    """Return the reason against a public key, empty if there is none."""
    point = decode(raw)
    if point is None:
        return "is not a canonical point: expected y below 2^255 - 19 on the curve"
    if _is_identity(_times(_COFACTOR, point)):
        return "has small order: signatures under it need no private key"
    if not _is_identity(_times(ORDER, point)):
        return "is not in the group of prime order"
    return ""


def parse_signature(digits: str, where: str) -> bytes:
    """Return the 64 bytes of a signature in its one encoding, R and S checked.

    Raises: CheckFailed.
    """
    if not _SIGNATURE.fullmatch(digits):
        raise CheckFailed(
            "the signature is not that of the public key:"
            f" expected {SIGNATURE_DIGITS} lower-case hexadecimal digits, got {len(digits)} characters",
            where=where,
        )
    raw = bytes.fromhex(digits)
    point = decode(raw[:KEY_BYTES])
    if point is None or _is_identity(_times(_COFACTOR, point)):
        raise CheckFailed(
            "the signature is not that of the public key: R is not canonical or of small order",
            where=where,
        )
    if int.from_bytes(raw[KEY_BYTES:], "little") >= ORDER:
        raise CheckFailed(
            "the signature is not that of the public key: S is not below the order of the group",
            where=where,
        )
    return raw


def decode(raw: bytes) -> Point | None:
    """Return the point of 32 bytes, None for bytes that are not the canonical encoding of a point."""
    encoded = int.from_bytes(raw, "little")
    sign, y = encoded >> 255, encoded & ((1 << 255) - 1)
    if len(raw) != KEY_BYTES or y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P != u:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if v * x * x % _P != u or (x == 0 and sign):
        return None
    return (_P - x if x & 1 != sign else x), y, 1


def _times(factor: int, point: Point) -> Point:
    """Return the multiple of a point.  The numbers are public: the time may depend on them."""
    result = _IDENTITY
    for bit in bin(factor)[2:]:
        result = _add(result, result)
        if bit == "1":
            result = _add(result, point)
    return result


def _add(p: Point, q: Point) -> Point:
    """Return p + q by the complete addition law (EFD: twisted, projective, add-2008-bbjlp, a = -1)."""
    a = p[2] * q[2] % _P
    b = a * a % _P
    c, d = p[0] * q[0] % _P, p[1] * q[1] % _P
    e = _D * c * d % _P
    f, g = b - e, b + e
    x = a * f * ((p[0] + p[1]) * (q[0] + q[1]) - c - d) % _P
    return x, a * g * (d + c) % _P, f * g % _P


def _is_identity(point: Point) -> bool:
    """Return whether x = 0 and y = 1."""
    return point[0] == 0 and point[1] == point[2]
