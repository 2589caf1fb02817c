"""Values worth trying, in a fixed order: small ones, their negatives, and reproducible large ones."""

from __future__ import annotations

from hashlib import sha256


def scattered(seed: int, p: int) -> int:
    """Return a reproducible element of the field that looks random."""
    return int.from_bytes(sha256(b"zkctl lint %d" % seed).digest() * 2, "big") % p


def field_values(seed: int, p: int) -> list[int]:
    """Return values to try for a wire without bounds."""
    return list(
        dict.fromkeys([1 % p, 0, 2 % p, p - 1, 5 % p, scattered(seed, p), scattered(seed + 1, p)])
    )
