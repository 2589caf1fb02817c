"""Rules of a ceremony: what contradicts itself, and when they bind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zkctl.ceremony.drand import QUICKNET, round_time
from zkctl.ceremony.record.rules import (
    Rules,
    check_beacon_is_ahead,
    check_open,
    check_rules,
    parse_time,
    time_text,
)
from zkctl.errors import IntegrityError, UsageError

GOOD = Rules("c", "", "p", "", beacon_source=QUICKNET, beacon_round=1000)
PUBLISHED = round_time(1000)


def test_times_are_written_as_they_are_read() -> None:
    assert time_text(PUBLISHED) == "2023-08-23T15:59:24Z"
    assert parse_time(time_text(PUBLISHED)) == PUBLISHED
    for text in ("2023-08-23", "2023-08-23T15:59:24+02:00", "soon", ""):
        with pytest.raises(UsageError, match="is not of the form 2026-12-31T12:00:00Z"):
            parse_time(text)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"minimum_players": 0}, "minimum_players is 0, expected 1 to 1000000"),
        ({"minimum_players": 1000001}, "minimum_players is 1000001, expected 1 to 1000000"),
        ({"signing_scheme": "rsa"}, "the signing scheme is unknown: expected ed25519, got 'rsa'"),
        ({"beacon_round": 0}, "needs the number of its round, and no other source has one"),
        ({"beacon_source": "stars"}, "needs the number of its round, and no other source has one"),
        (
            {"deadline": time_text(PUBLISHED)},
            "before the deadline 2023-08-23T15:59:24Z for contributions",
        ),
        ({"deadline": "soon"}, "is not of the form"),
        ({"beacon_round": -1}, "drand has no round -1"),
    ],
)
def test_contradictions(changes: dict[str, Any], message: str) -> None:
    check_rules(GOOD)
    with pytest.raises(UsageError, match=message):
        check_rules(replace(GOOD, **changes))


def test_a_known_beacon_binds_nobody() -> None:
    check_beacon_is_ahead(GOOD, PUBLISHED - 1)
    with pytest.raises(
        IntegrityError, match=r"round 1000 was published at .*, its value is known: now it is"
    ):
        check_beacon_is_ahead(GOOD, PUBLISHED)


def test_a_ceremony_is_open_until_its_deadline() -> None:
    rules = replace(GOOD, deadline=time_text(PUBLISHED - 100))
    check_open(rules, PUBLISHED - 100)
    with pytest.raises(IntegrityError, match=r"the ceremony ended at .*, now it is"):
        check_open(rules, PUBLISHED - 99)
    with pytest.raises(IntegrityError, match="its value is known"):
        check_open(GOOD, PUBLISHED)
