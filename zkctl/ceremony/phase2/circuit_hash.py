"""The circuit hash of a groth16 key (csHash): BLAKE2b-512 of the key before any contribution.

    alpha_1 beta_1 beta_2 gamma_2 delta_1 delta_2 | #IC IC | N-1, tau^(N+i) - tau^i
    | #L L | #A A | #B1 B1 | #B2 B2

Points uncompressed, counts u32 big-endian.  Two details of snarkjs must be matched
(docs/reference/formats.md, "The circuit hash of a key"):

* The differences are hashed in chunks of min(N - 1, 2^14) and the last chunk is not cut, so for
  N >= 2^15 exactly N points are hashed.  The extra one is point[2N - 1] - point[N - 1] of the
  ptau's section 2.  Where the file has just 2N - 1 points, its first operand is what follows on
  disk: the next section's header and the start of the G2 generator, taken for a point and
  subtracted by unreduced arithmetic.
* Infinity is written as zeros since snarkjs 0.7, before that with 0x40 in its first byte.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from enum import Enum

import numpy as np

from zkctl.curve import G1Array, PointArray
from zkctl.curve.encoding import encode_uncompressed
from zkctl.field import PrimeField
from zkctl.groth16.keys import ProvingKey
from zkctl.srs.powers_of_tau import PowersOfTau

CHUNK = 1 << 14
_FLAG = 0x40
_HASHED_QUERIES = ("l_query", "a_query", "b_g1_query", "b_g2_query")


class InfinityStyle(Enum):
    """The encoding of infinity in the hash."""

    ZEROS = "zeros"  # snarkjs 0.7
    FLAGGED = "flagged"  # snarkjs 0.6


def circuit_hash(
    key: ProvingKey, powers: PowersOfTau, style: InfinityStyle = InfinityStyle.ZEROS
) -> bytes:
    """Return the csHash of an initial key made from these powers of tau.

    Assumes: key is `initial_key(r1cs, powers)`, that is, delta = 1.
    """
    hasher = hashlib.blake2b(digest_size=64)

    def absorb(points: PointArray) -> None:
        for first in range(0, len(points), CHUNK):
            hasher.update(_encode(points[first : first + CHUNK], style))

    def absorb_list(points: PointArray) -> None:
        hasher.update(struct.pack(">I", len(points)))
        absorb(points)

    for point in (key.alpha_g1, key.beta_g1, key.beta_g2, key.gamma_g2, key.delta_g1, key.delta_g2):
        hasher.update(_encode(point, style))
    absorb_list(key.gamma_abc_g1)
    hasher.update(struct.pack(">I", key.domain_size - 1))
    _absorb_differences(absorb, powers, key.domain_size)
    if key.domain_size >= 2 * CHUNK:
        hasher.update(_extra_difference(powers, key.domain_size, style))
    for name in _HASHED_QUERIES:
        absorb_list(getattr(key, name))
    return hasher.digest()


def matching_style(stored: bytes, key: ProvingKey, powers: PowersOfTau) -> InfinityStyle | None:
    """Return the convention under which a stored csHash belongs to this initial key.

    None means that the key comes from another circuit or from other powers of tau.
    """
    return next((s for s in InfinityStyle if circuit_hash(key, powers, s) == stored), None)


def is_of_old_style(stored: bytes, key: ProvingKey, powers: PowersOfTau) -> bool:
    """Return whether a stored csHash is that of snarkjs 0.6, which later versions do not accept.

    Assumes: `matching_style` is not None.
    """
    with_infinity = any(getattr(key, name).is_infinity().any() for name in _HASHED_QUERIES)
    return bool(with_infinity and circuit_hash(key, powers) != stored)


def _encode(points: PointArray, style: InfinityStyle) -> bytes:
    rows = encode_uncompressed(points)
    if style is InfinityStyle.FLAGGED:
        rows[np.atleast_1d(points.is_infinity()), 0] = _FLAG
    return rows.tobytes()


def _absorb_differences(absorb: Callable[[PointArray], None], powers: PowersOfTau, n: int) -> None:
    """Hash tau^(n + i) - tau^i for i = 0 .. n - 2."""
    for first in range(0, n - 1, CHUNK):
        last = min(first + CHUNK, n - 1)
        absorb(powers.tau_g1[n + first : n + last] - powers.tau_g1[first:last])


def _extra_difference(powers: PowersOfTau, n: int, style: InfinityStyle) -> bytes:
    """Return the encoded point that the uncut last chunk adds."""
    subtrahend = powers.tau_g1[n - 1]
    if 2 * n - 1 < len(powers.tau_g1):
        return _encode(powers.tau_g1[2 * n - 1] - subtrahend, style)
    header = struct.pack("<IQ", 3, len(powers.tau_g2) * powers.tau_g2.group.point_bytes)
    beyond = (header + powers.tau_g2[0].data.tobytes())[: subtrahend.group.point_bytes]
    difference = _RawArithmetic(powers.curve.base_field).subtract(beyond, subtrahend)
    return _encode(difference, style)


class _RawArithmetic:
    """Field operations as the WebAssembly library does them: right below q, reproducible above.

    Operands are any numbers below W = 2^(64 n_words): `add` subtracts q once when the sum reaches
    q or overflows, `sub` adds q once on a borrow, `mul` is a Montgomery product with one
    conditional subtraction.
    """

    def __init__(self, field: PrimeField) -> None:
        self.field = field
        self.q = field.modulus
        self.w = 1 << (8 * field.n_bytes)
        self.q_inverse = -pow(self.q, -1, self.w) % self.w

    def add(self, a: int, b: int) -> int:
        total = a + b
        return (total - self.q) % self.w if total >= self.q else total

    def sub(self, a: int, b: int) -> int:
        return a - b if a >= b else (a - b + self.q) % self.w

    def mul(self, a: int, b: int) -> int:
        product = a * b
        reduced = (product + product * self.q_inverse % self.w * self.q) // self.w
        return (reduced - self.q) % self.w if reduced >= self.q else reduced

    def subtract(self, raw: bytes, point: G1Array) -> G1Array:
        """Return the difference raw - point, made affine.

        Source: "madd-2007-bl" of the Explicit-Formulas Database, here with z1 = 1.
        """
        add, sub, mul = self.add, self.sub, self.mul
        x1, y1 = self._halves(raw)
        x2, y2 = self._halves(point.data.tobytes())
        y2 = (self.q - y2) % self.q
        h, dy = sub(x2, x1), sub(y2, y1)
        hh = mul(h, h)
        i = add(add(hh, hh), add(hh, hh))
        j, r, v = mul(h, i), add(dy, dy), mul(x1, i)
        x3 = sub(sub(mul(r, r), j), add(v, v))
        y1_j = mul(y1, j)
        y3 = sub(mul(sub(v, x3), r), add(y1_j, y1_j))
        return self._affine(point, x3, y3, add(h, h))

    def _halves(self, raw: bytes) -> tuple[int, int]:
        n = self.field.n_bytes
        return int.from_bytes(raw[:n], "little"), int.from_bytes(raw[n:], "little")

    def _affine(self, like: G1Array, *jacobian: int) -> G1Array:
        """Return (x / z^2, y / z^3) of Jacobian Montgomery coordinates."""
        x, y, z = (c * self.field.montgomery_r_inverse % self.q for c in jacobian)
        w = pow(z, -1, self.q)
        affine = ((x * w**2 % self.q,), (y * w**3 % self.q,))
        return G1Array.from_ints(like.group, [affine])[0]
