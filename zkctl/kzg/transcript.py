"""The Fiat-Shamir transcript of PLONK and fflonk: Keccak-256 of everything absorbed, as a number modulo r.

Points are absorbed as x and y, plain and big-endian, infinity as zeros; scalars as big-endian bytes.  A challenge empties the
transcript: each later one absorbs what it has to bind, the challenge before it included.
Source: docs/reference/formats.md, "The transcript of PLONK and fflonk".
"""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.curve import Curve, PointArray
from zkctl.curve.encoding import uncompressed_bytes
from zkctl.runtime.keccak import keccak_256


class Transcript:
    """The points and numbers that one proof absorbs, challenge by challenge."""

    def __init__(self, curve: Curve) -> None:
        self._field = curve.scalar_field
        self._parts: list[bytes] = []

    def absorb_points(self, *points: PointArray) -> None:
        """Append points of G1 in this order, at least one.  Shapes: () or (n,) each."""
        self._parts.append(uncompressed_bytes(type(points[0]).concatenate(points)))

    def absorb_scalars(self, scalars: Iterable[int]) -> None:
        """Append scalars in this order.  Assumes: each in 0 .. r-1."""
        size = self._field.n_bytes
        self._parts += [scalar.to_bytes(size, "big") for scalar in scalars]

    def challenge(self) -> int:
        """Return the challenge that everything absorbed since the last one determines."""
        digest = keccak_256(b"".join(self._parts))
        self._parts.clear()
        return int.from_bytes(digest, "big") % self._field.modulus
