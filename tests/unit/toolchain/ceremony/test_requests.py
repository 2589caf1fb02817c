"""The parameters of a contribution and of a beacon."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.ceremony_folders import ROUND_1000
from zkctl.ceremony.contribution import ContributorKind
from zkctl.errors import CheckFailed, UsageError
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest


def test_no_text_shows_the_entropy() -> None:
    assert "dice" not in repr(ContributionRequest("ann", "dice: 4"))


@pytest.mark.parametrize(
    "parts",
    [(), ("aa", 1000, ROUND_1000), ("", 1000), ("aa", 0, ROUND_1000)],
)
def test_a_beacon_is_complete_and_unambiguous(parts: tuple[Any, ...]) -> None:
    with pytest.raises(UsageError, match="the beacon is ambiguous or incomplete"):
        BeaconRequest(*parts)


def test_origin_of_digits() -> None:
    origin = BeaconRequest("0A0b", iterations=12, name="block").origin()
    assert (origin.kind, origin.name) == (ContributorKind.BEACON, "block")
    assert (origin.beacon, origin.iterations) == (b"\x0a\x0b", 12)
    with pytest.raises(UsageError, match="the name has 65 characters"):
        BeaconRequest("aa", name="x" * 65).origin()


def test_origin_of_a_round() -> None:
    origin = BeaconRequest(drand_round=1000, drand_signature=ROUND_1000).origin()
    assert origin.beacon.hex().startswith("fe290beca10872ef")
    assert origin.name.endswith("round 1000")
    with pytest.raises(CheckFailed):
        BeaconRequest(drand_round=1001, drand_signature=ROUND_1000).origin()
