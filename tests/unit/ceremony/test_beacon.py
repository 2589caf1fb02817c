"""Beacons: strict parsing, and the generator they give."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from zkctl.ceremony.beacon import (
    beacon_origin,
    beacon_rng,
    check_beacon_options,
    check_cost,
    check_iterations,
    check_verifiable,
    in_words,
    parse_beacon,
)
from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.ceremony.published_beacons import PPOT_0080
from zkctl.errors import CheckFailed, LimitError, UsageError


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not hexadecimal"),
        ("0x", "the beacon starts with 0x"),
        ("0X01", "the beacon starts with 0x"),
        ("zz", "the beacon 'zz' is not hexadecimal"),
        ("01 02", "is not hexadecimal"),
        ("01\n", "is not hexadecimal"),
        ("\uff10\uff11", "is not hexadecimal"),
        ("012", "the beacon has an odd number of hexadecimal digits, 3"),
        ("ab" * 256, "the beacon has 256 bytes, expected at most 255"),
    ],
)
def test_malformed_beacons_are_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_beacon(text)


def test_beacons_of_every_length_are_read() -> None:
    for n in (1, 31, 32, 255):
        assert parse_beacon("aB" * n) == b"\xab" * n


@pytest.mark.parametrize("exponent", [-1, 0, 9, 64, 1000])
def test_iterations_are_bounded(exponent: int) -> None:
    with pytest.raises(
        UsageError, match=rf"the iteration exponent is {exponent}, expected 10 to 63"
    ):
        check_iterations(exponent)
    with pytest.raises(UsageError):
        beacon_origin("00", exponent, "")
    check_iterations(10)
    check_iterations(63)


def test_generator_is_seeded_by_iterated_sha256() -> None:
    digest = b"\x01\x02"
    for _ in range(1024):
        digest = hashlib.sha256(digest).digest()
    assert beacon_rng(b"\x01\x02", 10).next_u64() == ChaCha(digest).next_u64()


def test_long_hashing_says_how_long_and_how_far() -> None:
    seen: list[tuple[str, float | None]] = []
    beacon_rng(b"x", 10, lambda *report: seen.append(report))
    assert not seen
    rng = beacon_rng(b"x", 21, lambda *report: seen.append(report))
    assert {stage for stage, _ in seen} == {"recomputing a beacon: 2^21 hashes, a minute at most"}
    assert [fraction for _, fraction in seen] == [k / 8 for k in range(1, 9)]
    assert rng.next_u64() == beacon_rng(b"x", 21).next_u64()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.1, "a minute at most"),
        (60.0, "a minute at most"),
        (130.0, "about 2 minutes"),
        (5900.0, "about 98 minutes"),
        (10_000.0, "about 3 hours"),
    ],
)
def test_estimates_are_rough(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_a_published_beacon_is_not_hashed_again() -> None:
    """2^31 hashes take half an hour; its digest is known, and its cost is none."""
    published = Origin(ContributorKind.BEACON, "", bytes.fromhex(PPOT_0080.beacon), 31)
    other = Origin(ContributorKind.BEACON, "", b"x", 31)
    rng = beacon_rng(published.beacon, published.iterations)
    assert rng.next_u64() == ChaCha(bytes.fromhex(PPOT_0080.digest)).next_u64()
    check_cost([published] * 9, ["#1"] * 9)
    with pytest.raises(LimitError, match=r"recomputing the beacons takes more than 2\^32 hashes"):
        check_cost([other] * 9, ["#1"] * 9)


def test_every_beacon_of_a_chain_is_checked_for_nonsense() -> None:
    with pytest.raises(CheckFailed, match="a beacon of 1 bytes with iteration exponent 9"):
        check_cost([Origin(ContributorKind.BEACON, "", b"x", 9)], ["#1"])


def test_origin_records_the_parts() -> None:
    assert beacon_origin("0aFF", 12, "drand") == Origin(
        ContributorKind.BEACON, "drand", b"\x0a\xff", 12
    )


@pytest.mark.parametrize(("beacon", "iterations"), [(b"", 10), (b"x", 9), (b"x", 64)])
def test_recorded_nonsense_fails_verification(beacon: bytes, iterations: int) -> None:
    with pytest.raises(CheckFailed, match=r"a beacon of \d bytes with iteration exponent"):
        check_verifiable(Origin(ContributorKind.BEACON, "", beacon, iterations), "#1")


def test_verification_does_not_hash_for_years() -> None:
    with pytest.raises(LimitError, match=r"recomputing the beacon takes 2\^40 hashes"):
        check_verifiable(Origin(ContributorKind.BEACON, "", b"x", 40), "#1")
    check_verifiable(Origin(ContributorKind.BEACON, "", b"x", 32), "#1")


@pytest.mark.parametrize(
    "options",
    [("", 0, ""), ("aa", 3, ""), ("aa", 3, "bb"), ("aa", 0, "bb"), ("", 3, ""), ("", 0, "bb")],
)
def test_options_of_a_beacon_that_contradict(options: tuple[Any, ...]) -> None:
    for good in (("aa", 0, ""), ("", 3, "bb")):
        check_beacon_options(*good)
    with pytest.raises(
        UsageError,
        match="the beacon is ambiguous or incomplete: expected its hexadecimal digits, or a drand round and its signature",
    ):
        check_beacon_options(*options)
