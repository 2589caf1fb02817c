"""Digests of beacons that public ceremonies published and that take long to recompute."""

from __future__ import annotations

from typing import NamedTuple


class PublishedBeacon(NamedTuple):
    """A beacon's bytes and iteration exponent, and the digest after 2^iterations rounds of SHA-256."""

    beacon: str
    iterations: int
    digest: str


# Perpetual Powers of Tau, the beacon after contribution 80: the last contribution in every ppot_0080_NN.ptau of
# the catalogue.  The digest was computed by us; the secret drawn from it is the one in those files.
PPOT_0080 = PublishedBeacon(
    "af941599f6d640b5b4b6116d3ded861b3362a964c390edc270aef45ba17b6714"
    "8fb3d7ab901a68b1528c9bb3e16721cc000dda5d8466f4aa4a1c8ca9eb57d05e"
    "6c2d2e780d6a793df90a1ebd076bb3dd9b7d4075e3e68b36b86c1fb7c4feeded",
    31,
    "57c6461158fe57989110bbf87dad57c53179e6b69d73a703111b1329d92fdbb9",
)
PUBLISHED_BEACONS = (PPOT_0080,)


def published_digest(beacon: bytes, iterations: int) -> bytes | None:
    """Return the digest of a published beacon, or None for any other beacon or number of iterations."""
    for known in PUBLISHED_BEACONS:
        if (known.beacon, known.iterations) == (beacon.hex(), iterations):
            return bytes.fromhex(known.digest)
    return None
