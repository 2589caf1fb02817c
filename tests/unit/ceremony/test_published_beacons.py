"""The digests of published beacons: the secret drawn from one is that of the published files."""

from __future__ import annotations

import hashlib

import pytest

from zkctl.ceremony.phase1.contribute import draw_phase1_secrets
from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.ceremony.published_beacons import PPOT_0080, PUBLISHED_BEACONS, published_digest
from zkctl.curve import BN254

# The x of tau, alpha and beta in the last contribution of ppot_0080_11.ptau
# (SHA-256 e6569fe93a6a3ba25b1d0aee9e314fee91820e4989b6b0eb34518b0149862284, read on 2026-11-27).
PPOT_0080_KEY = [
    5226640403606492737204679413379260242424771925052784229089320282579094863071,
    1997651786934110562030309259190972132053884203137352255075432555143846440846,
    13332034564609094459831525957470824243192298370704951008824257373352299675977,
]


def test_the_digest_gives_the_key_of_the_published_files() -> None:
    digest = published_digest(bytes.fromhex(PPOT_0080.beacon), PPOT_0080.iterations)
    assert digest is not None
    _, _, g1_sx = draw_phase1_secrets(BN254, ChaCha(digest))
    assert [x for (x,), _ in g1_sx.to_ints()] == PPOT_0080_KEY


def test_other_beacons_are_not_known() -> None:
    beacon = bytes.fromhex(PPOT_0080.beacon)
    assert published_digest(beacon, 30) is None
    assert published_digest(beacon[:-1], 31) is None
    assert published_digest(b"", 31) is None


@pytest.mark.nightly
@pytest.mark.parametrize("known", PUBLISHED_BEACONS)
def test_the_digest_is_the_end_of_the_chain(known: tuple[str, int, str]) -> None:
    """2^31 rounds of SHA-256: half an hour."""
    beacon, iterations, expected = known
    digest, sha256 = bytes.fromhex(beacon), hashlib.sha256
    for _ in range(1 << iterations):
        digest = sha256(digest).digest()
    assert digest.hex() == expected
