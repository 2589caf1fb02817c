"""What a ceremony's soundness rests on, in words."""

from __future__ import annotations

from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.record.trust import contributors, kind_name, trust_statement

BEACON = beacon_origin("0102", 10, "final")


def test_beacons_are_not_people() -> None:
    assert trust_statement([]) == "not sound: no contributor added a secret"
    assert trust_statement([BEACON]) == "not sound: no contributor added a secret"


def test_one_person() -> None:
    statement = trust_statement([participant("alice"), BEACON])
    assert statement == "sound if this one contributor destroyed the secret: alice"


def test_many_people() -> None:
    few = trust_statement([participant("alice"), participant(""), BEACON])
    assert (
        few
        == "sound if at least one of these 2 contributors destroyed the secret: alice, (no name)"
    )
    many = trust_statement([participant(str(k)) for k in range(10)])
    assert many.endswith("10 contributors destroyed the secret: 0, 1, 2, 3, 4, 5, 6, 7 and 2 more")


def test_a_name_that_several_contributions_claim_is_listed_once() -> None:
    origins = [participant("Anon"), participant("alice"), participant("Anon"), BEACON]
    assert trust_statement(origins) == (
        "sound if the secret of at least one of these 3 contributions under 2 names was destroyed: Anon, alice"
    )
    assert "2 contributions under 1 name was" in trust_statement([participant("Anon")] * 2)
    assert len(trust_statement([participant(f"n{k % 900}") for k in range(5348)])) < 200


def test_contributors_are_numbered_from_one() -> None:
    listed = contributors([participant("alice"), BEACON], [b"\x01", b"\x02"])
    assert [(c.number, c.kind, c.claimed_name, c.contribution_hash) for c in listed] == [
        (1, "participant", "alice", "01"),
        (2, "beacon 0102, 2^10 iterations", "final", "02"),
    ]
    assert kind_name(participant("x")) == "participant"
