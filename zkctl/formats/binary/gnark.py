"""Recognise gnark's binary files, which have no magic: by their counts, their exact size and a point or a root in them.

constraint system   CBOR with the names of gnark's fields
proving key         the domain first: its size (u64), the inverse of the size, then a generator, all big-endian
verification key    alpha, beta (G1), beta, gamma (G2), delta (G1), delta (G2), u32 count, points of IC
proof               Ar (G1), Bs (G2), Krs (G1), then in later versions the commitments
witness             u32 public, u32 secret, u32 length, then the elements
Points are compressed (half the size) or not.  Source: the serialisation guide of gnark.
"""

from __future__ import annotations

import re

from zkctl.curve import CURVES, Curve
from zkctl.field import KNOWN_MODULI

_CBOR_NAMES = re.compile(rb"\x6cGnarkVersion|\x6bScalarField")  # a length byte precedes each name
_SEARCHED_BYTES = 64 << 20
_MAX_TAIL = 1 << 12  # bytes of commitments after a compressed key
_RAW_TAILS = (0, 4, 8)  # after one that is not: parameters of bellman begin in the same way
_SIZES_OF_ELEMENTS = (32, 48, 40, 8, 4)
_FLAGS = 0xE0  # bits of the first byte that say how a point is stored


def name_of_gnark(data: memoryview) -> str | None:
    """Return the name, with an article, of one of gnark's files; None for any other."""
    if _is_witness(data):
        return "a witness of gnark"
    if _is_proving_key(data):
        return "a proving key of gnark"
    for curve in CURVES:
        for size in (curve.g1.point_bytes, curve.g1.point_bytes // 2):
            if not _is_point(data, 0, size, curve):
                continue
            if _is_proof(data, size, curve):
                return "a groth16 proof in the bytes of gnark"
            if _is_verification_key(data, size, curve):
                return "a verification key in the bytes of gnark or bellman"
    return "a constraint system of gnark" if _is_constraint_system(data) else None


def _unsigned(data: memoryview, start: int, n_bytes: int) -> int:
    return int.from_bytes(data[start : start + n_bytes], "big")


def _is_witness(data: memoryview) -> bool:
    n_public, n_secret, n = (_unsigned(data, start, 4) for start in (0, 4, 8))
    return 0 < n == n_public + n_secret and (len(data) - 12) in (n * s for s in _SIZES_OF_ELEMENTS)


def _is_proving_key(data: memoryview) -> bool:
    n = _unsigned(data, 0, 8)
    if not 0 < n < 1 << 40 or n & (n - 1):
        return False
    sizes = ((r, 8 * -(-r.bit_length() // 64)) for r in KNOWN_MODULI)
    return any(_unsigned(data, 8, size) * n % r == 1 for r, size in sizes)


def _is_point(data: memoryview, start: int, size: int, curve: Curve) -> bool:
    """Return whether a point of the first group, plain or compressed, is stored at this place."""
    n_bytes = curve.g1.point_bytes // 2
    if len(data) < start + size:
        return False
    raw = bytes(data[start : start + size])
    q = curve.base_field.modulus
    x = int.from_bytes(bytes([raw[0] & _mask(q)]) + raw[1:n_bytes], "big")
    if not 0 < x < q or (size == n_bytes) != bool(raw[0] & 0x80):
        return False
    right = (x**3 + curve.g1.b[0]) % q
    if size == n_bytes:
        return pow(right, (q - 1) // 2, q) == 1
    return int.from_bytes(raw[n_bytes:], "big") ** 2 % q == right


def _mask(q: int) -> int:
    """Return the bits of the first byte that belong to the number: two flags for bn254, three for bls12_381."""
    return 0x3F if q.bit_length() % 8 == 6 else 0xFF & ~_FLAGS


def _is_proof(data: memoryview, size: int, curve: Curve) -> bool:
    points = 4 * size  # one point of G2 takes as much as two of G1
    if not _is_point(data, 3 * size, size, curve):
        return False
    rest = len(data) - points
    if not rest:
        return True
    return rest == 4 + (_unsigned(data, points, 4) + 1) * size


def _is_verification_key(data: memoryview, size: int, curve: Curve) -> bool:
    counted = 9 * size
    n = _unsigned(data, counted, 4)
    rest = len(data) - counted - 4 - n * size
    compressed = size < curve.g1.point_bytes
    fits = 0 <= rest <= _MAX_TAIL if compressed else rest in _RAW_TAILS
    return n > 0 and fits and all(_is_point(data, k, size, curve) for k in (size, counted + 4))


def _is_constraint_system(data: memoryview) -> bool:
    part = data[:_SEARCHED_BYTES]
    return len({match[0] for match in _CBOR_NAMES.finditer(part)}) == 2
