"""A contribution that is passed off as a beacon's: proofs of knowledge that hold, half of them the beacon's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.toy_groth16 import factors, powers_of_tau
from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.phase1 import contribute as phase1
from zkctl.ceremony.phase1.contribute import contribute_phase1, draw_phase1_secrets, new_powers
from zkctl.ceremony.phase1.verify import check_contributions as verify_phase1_contributions
from zkctl.ceremony.phase2 import contribute as phase2
from zkctl.ceremony.phase2.circuit_hash import circuit_hash
from zkctl.ceremony.phase2.contribute import contribute_phase2, draw_phase2_key
from zkctl.ceremony.phase2.verify import check_contributions as verify_phase2_contributions
from zkctl.curve import BN254, G1Array
from zkctl.errors import CheckFailed
from zkctl.groth16.setup import initial_key

BEACON = beacon_origin("0102030405", 10, "beacon")
FIELD = BN254.scalar_field
MESSAGE = "the secret is not that of the beacon"


def twice(points: G1Array) -> G1Array:
    return points + points


def half(secret: int) -> int:
    return secret * pow(2, -1, FIELD.modulus) % FIELD.modulus


def test_honest_beacons_pass() -> None:
    powers = new_powers(BN254, 2)
    _, record = contribute_phase1(powers, [], BEACON)
    verify_phase1_contributions(powers, [record])


def test_beacons_that_no_tool_makes() -> None:
    """Their secrets are the beacon's, but everybody could have tried many of them."""
    quick = replace(BEACON, iterations=9)
    message = "a beacon of 5 bytes with iteration exponent 9"
    powers = new_powers(BN254, 2)
    _, first = contribute_phase1(powers, [], quick)
    with pytest.raises(CheckFailed, match=message):
        verify_phase1_contributions(powers, [first])
    initial = initial_key(factors(FIELD), powers_of_tau(BN254, 2))
    _, second = contribute_phase2(initial, bytes(64), [], quick)
    with pytest.raises(CheckFailed, match=message):
        verify_phase2_contributions(BN254, bytes(64), [second])


def test_half_of_a_phase_1_beacon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same s with secrets of one's own; the same sx = (x / 2) (2 s)."""
    powers = new_powers(BN254, 2)

    def own_secrets(curve: Any, rng: Any):
        secrets, g1_s, g1_sx = draw_phase1_secrets(curve, rng)
        return tuple(2 * secret % FIELD.modulus for secret in secrets), g1_s, twice(g1_sx)

    def own_points(curve: Any, rng: Any):
        secrets, g1_s, g1_sx = draw_phase1_secrets(curve, rng)
        return tuple(map(half, secrets)), twice(g1_s), g1_sx

    for draw in (own_secrets, own_points):
        monkeypatch.setattr(phase1, "draw_phase1_secrets", draw)
        _, record = contribute_phase1(powers, [], BEACON)
        with pytest.raises(CheckFailed, match=MESSAGE):
            verify_phase1_contributions(powers, [record])


def test_half_of_a_phase_2_beacon(monkeypatch: pytest.MonkeyPatch) -> None:
    powers = powers_of_tau(BN254, 2)
    initial = initial_key(factors(FIELD), powers)
    digest = circuit_hash(initial, powers)

    def own_secret(curve: Any, rng: Any):
        secret, g1_s, g1_sx = draw_phase2_key(curve, rng)
        return 2 * secret % FIELD.modulus, g1_s, twice(g1_sx)

    def own_points(curve: Any, rng: Any):
        secret, g1_s, g1_sx = draw_phase2_key(curve, rng)
        return half(secret), twice(g1_s), g1_sx

    for draw in (own_secret, own_points):
        monkeypatch.setattr(phase2, "draw_phase2_key", draw)
        _, record = contribute_phase2(initial, digest, [], BEACON)
        with pytest.raises(CheckFailed, match=MESSAGE):
            verify_phase2_contributions(BN254, digest, [record])
