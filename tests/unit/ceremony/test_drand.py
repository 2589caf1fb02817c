"""drand's quicknet: real rounds verify, everything else does not."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.ceremony.drand import parse_signature, randomness, round_time
from zkctl.errors import CheckFailed, EncodingError, UsageError, ZkctlError

# Round 1000 as https://api.drand.sh/v2/beacons/quicknet/rounds/1000 answers; also in tlock's tests.
SIGNATURE = (
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
    "e342b73a8dd2bacbe47e4b6b63ed5e39"
)
RANDOMNESS = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
# Round 1000 of drand's older network fastnet: a good signature by another key.
FASTNET = (
    "b09eacd45767c4d58306b98901ad0d6086e2663766f3a4ec71d00cf26f0f49ea"
    "f248abc7151c60cf419c4e8b37e80412"
)
ROUNDS = [
    (1000, SIGNATURE),
    (
        12040883,
        "929906c959032ab363c9f26570d215d66f5c06cb0c44fe508c12bb5839f04ec8"
        "95bb6868e5b9ff13ab289bdb5266b394",
    ),
    (
        32285085,
        "81dbce51d584d90d618547f4b50391d53ace6f6b9aeb8fb67e1879427af9d031"
        "0ac0ec6f519271d9a313ee84b378d416",
    ),
]


@pytest.mark.parametrize(("number", "signature"), ROUNDS)
def test_real_rounds_verify(number: int, signature: Any) -> None:
    assert len(randomness(number, parse_signature(signature))) == 32


def test_the_randomness_of_a_round() -> None:
    assert randomness(1000, parse_signature(SIGNATURE)).hex() == RANDOMNESS


@pytest.mark.parametrize(("number", "signature"), [(999, SIGNATURE), (1000, FASTNET)])
def test_signatures_of_other_rounds_and_keys(number: int, signature: Any) -> None:
    with pytest.raises(CheckFailed, match="the signature is not that of round"):
        randomness(number, parse_signature(signature))


@pytest.mark.parametrize("number", [-1, 0, 1 << 63, 1 << 64])
def test_numbers_that_no_round_has(number: int) -> None:
    with pytest.raises(UsageError, match=f"drand has no round {number}"):
        randomness(number, parse_signature(SIGNATURE))


@pytest.mark.parametrize("position", [0, 1, 17, 47])
def test_changed_signatures(position: int) -> None:
    raw = bytearray(parse_signature(SIGNATURE))
    raw[position] ^= 0x20
    with pytest.raises(ZkctlError):
        randomness(1000, bytes(raw))


@pytest.mark.parametrize("first", ["c0", "34"])
def test_infinity_and_uncompressed_points(first: str) -> None:
    with pytest.raises(EncodingError, match="the point is not compressed or is infinity"):
        randomness(1000, parse_signature(first + SIGNATURE[2:]))


def test_points_outside_the_group() -> None:
    """x = 4 lies on the curve, not in the group of prime order."""
    with pytest.raises(EncodingError, match="the point is not in the group of prime order"):
        randomness(1000, bytes([0x80, *bytes(46), 4]))


@pytest.mark.parametrize("text", ["", "ab", SIGNATURE + "00", "g" * 96])
def test_texts_that_are_no_signature(text: str) -> None:
    with pytest.raises(UsageError, match=r"the signature has \d+ characters, expected 96"):
        parse_signature(text)


def test_times_of_rounds() -> None:
    assert (round_time(1), round_time(1000)) == (1692803367, 1692806364)
    for number in (0, -1, 1 << 63):
        with pytest.raises(UsageError, match="drand has no round"):
            round_time(number)
