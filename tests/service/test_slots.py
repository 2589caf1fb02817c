"""The queue: order, leases, timeouts, penalties, and what a restart keeps."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.service.harness import SETTINGS, Clock, Harness, ScriptedContributor, copy_of, entry_for
from zkctl.ceremony.record.signing import new_key, public_key_of, sign_message
from zkctl.errors import (
    CheckFailed,
    EnvironmentProblem,
    FormatError,
    IntegrityError,
    LimitError,
    UsageError,
)
from zkctl.service.coordinator import store as store_module
from zkctl.service.coordinator.queue import Coordinator, RequestSource
from zkctl.service.coordinator.run import ServiceClock
from zkctl.service.coordinator.settings import CoordinatorSettings
from zkctl.service.coordinator.slots import network_of_place, wide_network
from zkctl.service.coordinator.store import Store
from zkctl.toolchain.ceremony.folder_steps import beacon_in_folder
from zkctl.toolchain.ceremony.requests import BeaconRequest


def states(*people: ScriptedContributor) -> list[str]:
    return [contributor.state for contributor in people]


# -- the order


def test_the_first_gets_the_slot_and_the_others_wait_in_order(
    contributor: Callable[[str], ScriptedContributor],
) -> None:
    ann, bob, cy = contributor("ann"), contributor("bob"), contributor("cy")
    assert states(ann, bob, cy) == ["active", "waiting", "waiting"]
    assert [bob.view()["position"], cy.view()["position"]] == [1, 2]
    ann.contribute()
    assert states(ann, bob, cy) == ["accepted", "active", "waiting"]
    assert cy.view()["position"] == 1
    assert ann.view()["number"] == 1


def test_the_holder_is_told_what_to_build_on(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    view = contributor("ann").view()
    tip = harness.coordinator.published.ceremony()
    parent = {"number": 0, "file": "0000.zkey", "blake2b": tip.ledger.newest.key_digest}
    assert view["parent"] == parent | {"n_bytes": tip.newest_key.stat().st_size}
    assert (view["chunk"], view["ends"], view["poll_ms"]) == (1000, 600, 15000)


def test_who_comes_back_keeps_the_place_and_gets_another_token(
    contributor: Callable[[str], ScriptedContributor],
) -> None:
    ann, bob, cy = contributor("ann"), contributor("bob"), contributor("cy")
    old = bob.token
    bob.enter()
    assert bob.view()["position"] == 1
    with pytest.raises(CheckFailed, match="the token is not valid"):
        bob.harness.coordinator.identify(old)
    assert states(ann, bob, cy) == ["active", "waiting", "waiting"]


def test_who_leaves_the_queue_is_forgotten(
    contributor: Callable[[str], ScriptedContributor],
) -> None:
    ann, bob = contributor("ann"), contributor("bob")
    bob.harness.coordinator.leave(bob.me)
    with pytest.raises(CheckFailed, match="the token is not valid"):
        bob.view()
    assert ann.state == "active"


def test_who_leaves_the_slot_pays_for_it_and_the_slot_goes_on(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    """Else one key could take the slot again and again."""
    ann, bob = contributor("ann"), contributor("bob")
    harness.coordinator.leave(ann.me)
    assert states(ann, bob) == ["left", "active"]
    assert (ann.me.faults, ann.me.not_before) == (1, 100)
    ann.enter()
    assert (ann.view()["wait"], ann.view()["position"]) == (100, 1)


def test_the_queue_is_bounded(contributor: Callable[[str], ScriptedContributor]) -> None:
    for name in ("holder", "a", "b", "c", "d"):
        contributor(name)
    with pytest.raises(LimitError, match="the queue is full: 4 people wait"):
        contributor("e")


def test_one_contribution_per_key(contributor: Callable[[str], ScriptedContributor]) -> None:
    ann = contributor("ann")
    ann.contribute()
    assert ann.enter().state == "accepted"


# -- time


def test_signs_of_life_keep_the_slot_up_to_its_end(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann, bob = contributor("ann"), contributor("bob")
    for _ in range(12):
        harness.pass_time(50)
        assert ann.view()["state"] == "active"
        bob.view()
    harness.pass_time(1)
    assert states(ann, bob) == ["waiting", "active"]
    assert ann.view()["reason"] == "your slot of 600 seconds ended"


def test_silence_loses_the_slot(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann, bob = contributor("ann"), contributor("bob")
    harness.pass_time(59)
    bob.view()
    assert states(ann, bob) == ["active", "waiting"]
    harness.pass_time(2)
    assert states(ann, bob) == ["waiting", "active"]
    view = ann.view()
    assert view["reason"] == "nothing was heard of you for 60 seconds"
    assert view["wait"] == 100


def test_a_penalty_is_a_wait_at_the_back_and_doubles(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann = contributor("ann")
    for wait in (100, 200, 400):
        harness.pass_time(61)
        assert ann.view()["wait"] == wait
        for _ in range(wait // 50):
            assert ann.view()["state"] == "waiting"
            harness.pass_time(50)
        assert ann.view()["state"] == "active"


def test_who_is_away_is_passed_over_and_keeps_the_place(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann, bob, cy = contributor("ann"), contributor("bob"), contributor("cy")
    harness.pass_time(55)
    ann.view()
    cy.view()
    harness.pass_time(10)  # bob was silent for 65 seconds
    ann.contribute()
    assert states(bob, cy) == ["waiting", "active"]
    assert bob.view()["position"] == 1


def test_who_stays_away_is_forgotten(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann, bob = contributor("ann"), contributor("bob")
    for _ in range(11):
        harness.pass_time(50)
        ann.view()
    with pytest.raises(CheckFailed, match="the token is not valid"):
        bob.view()


def test_uploading_is_a_sign_of_life(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann = contributor("ann")
    data, receipt = ann.make()
    ann.announce(data, receipt)
    offset = 0
    while offset < 3000:
        harness.pass_time(50)
        offset = ann.send(data[: offset + 500], offset)
        assert ann.state == "active"


def test_a_late_piece_is_refused_even_before_the_next_tick(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann = contributor("ann")
    data, receipt = ann.make()
    ann.announce(data, receipt)
    harness.clock.seconds += 61
    with pytest.raises(IntegrityError, match="you do not have the slot: its time is over"):
        ann.send(data)
    harness.coordinator.tick()
    with pytest.raises(IntegrityError, match="you do not have the slot: nothing was heard of you"):
        ann.send(data)


def test_a_night_without_a_server_costs_nobody_anything(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    """Also a clock that jumps: service seconds know no calendar."""
    ann, bob = contributor("ann"), contributor("bob")
    harness.pass_time(50)
    harness.restart()
    harness.coordinator.tick()
    assert states(ann, bob) == ["active", "waiting"]
    harness.pass_time(59)
    assert ann.view()["ends"] == 600 - 50 - 59
    harness.restart()
    harness.pass_time(61)
    assert ann.state == "waiting"
    wait = ann.view()["wait"]
    harness.restart()
    assert ann.view()["wait"] == wait == 100


# -- entering


def test_a_challenge_counts_once_and_not_for_long(harness: Harness) -> None:
    ann, coordinator = ScriptedContributor(harness, "ann"), harness.coordinator
    ann.enter()

    def enter(challenge: str) -> str:
        entry = entry_for(coordinator, challenge, "ann")
        signature = sign_message(ann.private, entry.message(), "key")
        return coordinator.enter(ann.public_key, entry, signature, RequestSource())

    first, second = coordinator.challenge(), coordinator.challenge()
    enter(first)
    with pytest.raises(CheckFailed, match="the challenge is used, too old or unknown"):
        enter(first)
    harness.clock.seconds += 121
    with pytest.raises(CheckFailed, match="the challenge is used, too old or unknown"):
        enter(second)


def test_challenges_are_bounded(base: Path, tmp_path: Path) -> None:
    harness = Harness(copy_of(base, tmp_path), CoordinatorSettings(challenges=3))
    for _ in range(3):
        harness.coordinator.challenge()
    with pytest.raises(LimitError, match="too many people enter at the moment"):
        harness.coordinator.challenge()
    harness.clock.seconds += 121
    harness.coordinator.challenge()


@pytest.mark.parametrize(
    "change", ["name", "key", "ceremony", "address", "coordinator", "challenge"]
)
def test_every_part_of_an_entrance_is_signed(harness: Harness, change: str) -> None:
    ann, eve, coordinator = (
        ScriptedContributor(harness, "ann"),
        ScriptedContributor(harness, "eve"),
        harness.coordinator,
    )
    coordinator.addresses.add("https://other.example/")
    entry = entry_for(coordinator, coordinator.challenge(), "ann")
    others = {
        "name": "eve",
        "ceremony": "0" * 64,
        "address": "https://other.example/",
        "coordinator": "0" * 32,
        "challenge": coordinator.challenge(),
    }
    signed = entry if change == "key" else replace(entry, **{change: others[change]})
    signature = sign_message(ann.private, signed.message(), "key")
    key = eve.public_key if change == "key" else ann.public_key
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        coordinator.enter(key, entry, signature, RequestSource())
    assert coordinator.queue(9) == (None, [], 0)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"ceremony": "0" * 64}, "the request was signed for another ceremony"),
        (
            {"address": "https://relay.example/"},
            "the request was signed for another coordinator: expected https://ceremony.example/,"
            " got https://relay.example/",
        ),
        ({"address": "https://ceremony.example"}, "the request was signed for another coordinator"),
        ({"address": ""}, "the request was signed for another coordinator"),
        ({"coordinator": "0" * 32}, "the request was signed for another coordinator"),
        ({"coordinator": ""}, "the request was signed for another coordinator"),
    ],
)
def test_a_request_passed_on_by_another_coordinator(
    harness: Harness, changes: dict[str, Any], problem: str
) -> None:
    """The contributor signed it for the address that was used; the one behind refuses it."""
    ann, coordinator = ScriptedContributor(harness, "ann"), harness.coordinator
    entry = replace(entry_for(coordinator, coordinator.challenge(), "ann"), **changes)
    signature = sign_message(ann.private, entry.message(), "key")
    with pytest.raises(CheckFailed, match=problem):
        coordinator.enter(ann.public_key, entry, signature, RequestSource())


def test_the_coordinators_id_stays_and_is_no_others(
    harness: Harness, base: Path, tmp_path: Path
) -> None:
    before = harness.coordinator.id
    harness.restart()
    assert harness.coordinator.id == before
    (tmp_path / "b").mkdir()
    other = Harness(copy_of(base, tmp_path / "b"))
    assert other.coordinator.id != before
    other.coordinator.close()


def test_one_server_for_each_ceremony_whatever_its_state_folder(harness: Harness) -> None:
    other = harness.folder / "other"
    with pytest.raises(EnvironmentProblem, match="another server coordinates this ceremony"):
        Coordinator(harness.ceremony, other, harness.settings, harness.clock)
    harness.coordinator.close()
    Coordinator(harness.ceremony, other, harness.settings, harness.clock).close()


def test_a_queue_of_the_first_version_is_taken_over(harness: Harness) -> None:
    """People, faults and tickets stay."""
    path = harness.folder / "old.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(store_module._SCHEMA)
        database.execute(
            "INSERT INTO participant (public_key, name, token, state, ticket, faults)"
            " VALUES ('k', 'ann', 't', 'left', 7, 3)"
        )
        database.commit()
    store = Store(path)
    found = store.with_key("k")
    assert (found.ticket, found.faults, found.network) == (7, 3, "")
    assert len(store.coordinator_id()) == 32
    store.close()


def test_a_comment_makes_no_second_person(harness: Harness) -> None:
    ann, coordinator = ScriptedContributor(harness, "ann").enter(), harness.coordinator
    entry = entry_for(coordinator, coordinator.challenge(), "ann")
    signature = sign_message(ann.private, entry.message(), "key")
    coordinator.enter(f"{ann.public_key} ann@laptop", entry, signature, RequestSource())
    assert coordinator.queue(9)[2] == 0


@pytest.mark.parametrize("key", ["", "ssh-ed25519 AAAA", "\x00", "ssh-rsa AAAAB3NzaC1yc2E="])
def test_what_is_no_public_key(harness: Harness, key: str) -> None:
    with pytest.raises(FormatError, match="the public key is not an OpenSSH public key"):
        harness.coordinator.enter(
            key, entry_for(harness.coordinator, "c", "ann"), "00", RequestSource()
        )


def test_only_listed_people_may_enter(base: Path, tmp_path: Path) -> None:
    private, keys = new_key(), tmp_path / "keys"
    keys.write_text(f"# the invited\n{public_key_of(private, 'key')} ann@laptop\n")
    harness = Harness(copy_of(base, tmp_path), replace(SETTINGS, participants=keys))
    ann, eve = ScriptedContributor(harness, "ann", private), ScriptedContributor(harness, "eve")
    ann.enter()
    with pytest.raises(
        CheckFailed, match="this public key is not on the coordinator's list of participants"
    ):
        eve.enter()


def test_tokens_are_not_in_the_database(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann = contributor("ann")
    harness.coordinator.close()
    files = list((harness.folder / "state").glob("queue.sqlite*"))
    assert files
    assert not any(ann.token.encode() in file.read_bytes() for file in files)


# -- the ceremony's end


def test_nobody_gets_the_slot_of_a_closed_ceremony(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann, bob = contributor("ann"), contributor("bob")
    ann.contribute()
    harness.coordinator.leave(bob.me)
    beacon_in_folder(harness.ceremony, BeaconRequest(beacon_hex="0a0b"))
    view = contributor("cy").view()
    assert (view["state"], view["reason"]) == (
        "closed",
        "the ceremony is closed: its beacon is in the key",
    )


# -- one server, one database


def test_two_servers_do_not_share_a_queue(harness: Harness) -> None:
    with pytest.raises(EnvironmentProblem, match="another server coordinates this ceremony"):
        Harness(harness.folder)


def test_a_queue_of_another_version(harness: Harness) -> None:
    harness.coordinator.close()
    database = sqlite3.connect(harness.folder / "state" / "queue.sqlite")
    database.execute("PRAGMA user_version = 9")
    database.commit()
    database.close()
    with pytest.raises(EnvironmentProblem, match="the queue was made by another version: 9"):
        harness.open()


def test_a_queue_that_is_none(harness: Harness) -> None:
    harness.coordinator.close()
    for file in (harness.folder / "state").glob("queue.sqlite*"):
        file.unlink()
    (harness.folder / "state" / "queue.sqlite").write_text("hello, I am not a database" * 50)
    with pytest.raises(EnvironmentProblem, match="the queue cannot be opened: file is not a data"):
        harness.open()


def test_the_database_is_durable(harness: Harness) -> None:
    run = harness.coordinator.store._run
    assert run("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert run("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_a_participant_that_left_between_two_questions(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    _, me = contributor("ann"), contributor("bob").me
    harness.coordinator.leave(me)
    with pytest.raises(IntegrityError, match="you have left the queue"):
        harness.coordinator.holder(me)


def test_the_holder_learns_that_the_ceremony_was_closed(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    """Not only when hours of work have arrived; and nobody is blamed."""
    contributor("ann").contribute()
    bob = contributor("bob")
    assert bob.view()["state"] == "active"
    beacon_in_folder(harness.ceremony, BeaconRequest(beacon_hex="0a0b"))
    view = bob.view()
    assert (view["state"], view["reason"]) == (
        "closed",
        "the ceremony is closed: its beacon is in the key",
    )
    assert bob.me.faults == 0


@pytest.mark.parametrize("name", ["lease", "slot", "penalty"])
@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, 1e9])
def test_times_that_are_none(name: str, seconds: Any) -> None:
    with pytest.raises(
        UsageError, match=f"the {name} is {seconds} seconds, expected 0 to 31622400"
    ):
        CoordinatorSettings(**{name: seconds})


def test_the_queue_does_not_live_in_the_folder_of_the_ceremony(harness: Harness) -> None:
    """Its lock would keep every `accept` away."""
    with pytest.raises(
        UsageError, match="the queue needs its own folder, not that of the ceremony"
    ):
        Coordinator(harness.ceremony, harness.ceremony, harness.settings, harness.clock)


def test_a_commit_that_fails_changes_nothing_and_later_ones_work(
    contributor: Callable[[str], ScriptedContributor],
    harness: Harness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on a full disk: the transaction must not stay open."""
    ann, store = contributor("ann"), harness.coordinator.store
    real = store._run

    def full(statement: str, *values: Any):
        if statement == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")
        return real(statement, *values)

    with monkeypatch.context() as patch:
        patch.setattr(store, "_run", full)
        with pytest.raises(
            EnvironmentProblem, match="the queue cannot be written: database or disk is full"
        ):
            contributor("bob")
    assert harness.coordinator.queue(9)[2] == 0
    assert contributor("cy").view()["position"] == 1
    ann.contribute()
    assert ann.state == "accepted"


# -- a slot without progress, and the queue's places


def with_settings(base: Path, folder: Path, **changes: Any) -> Harness:
    return Harness(copy_of(base, folder), replace(SETTINGS, **changes))


def beat(harness: Harness, contributor: ScriptedContributor, seconds: int) -> None:
    """Send signs of life for so long, and nothing else."""
    for _ in range(seconds // 10):
        harness.pass_time(10)
        contributor.view()


def test_a_holder_who_only_gives_signs_of_life_loses_the_slot(base: Path, tmp_path: Path) -> None:
    harness = with_settings(base, tmp_path, contribute=100)
    ann, bob = (
        ScriptedContributor(harness, "ann").enter(),
        ScriptedContributor(harness, "bob").enter(),
    )
    assert ann.view()["upload_by"] == 100
    for _ in range(9):
        harness.pass_time(10)
        ann.view(), bob.view()
    assert states(ann, bob) == ["active", "waiting"]
    for _ in range(2):
        harness.pass_time(10)
        ann.view(), bob.view()
    assert states(ann, bob) == ["waiting", "active"]
    assert (ann.me.faults, ann.me.reason) == (1, "your upload did not begin in time")


def test_the_time_to_fetch_a_large_key_is_added(base: Path, tmp_path: Path) -> None:
    harness = with_settings(base, tmp_path, contribute=100, slowest_line=10)
    ann = ScriptedContributor(harness, "ann").enter()
    n_bytes = ann.view()["parent"]["n_bytes"]
    assert ann.view()["upload_by"] == round(100 + n_bytes / 10)


def test_an_upload_that_stands_still_loses_the_slot(base: Path, tmp_path: Path) -> None:
    harness = with_settings(base, tmp_path, progress=50)
    ann = ScriptedContributor(harness, "ann").enter()
    ann.view()
    slots = harness.coordinator.slots
    slots.note_progress(ann.me, 70_000, 10**6)
    beat(harness, ann, 40)
    slots.note_progress(ann.me, 70_001, 10**6)  # a byte is no progress
    beat(harness, ann, 20)
    assert (ann.state, ann.me.reason) == ("waiting", "your upload made no progress")


def test_an_announcement_is_no_progress(base: Path, tmp_path: Path) -> None:
    harness = with_settings(base, tmp_path, contribute=50)
    ann = ScriptedContributor(harness, "ann").enter()
    data, receipt = ann.make()
    for k in range(6):
        assert ann.state == "active"
        ann.announce(data + bytes(k), receipt)
        beat(harness, ann, 10)
    assert ann.state == "waiting"


def test_a_restart_gives_the_holder_time_again(base: Path, tmp_path: Path) -> None:
    harness = with_settings(base, tmp_path, contribute=100)
    ann = ScriptedContributor(harness, "ann").enter()
    beat(harness, ann, 90)
    harness.restart()
    beat(harness, ann, 90)
    assert (ann.state, ann.me.faults) == ("active", 0)


def test_a_key_with_too_many_faults_is_refused(base: Path, tmp_path: Path) -> None:
    harness = with_settings(base, tmp_path, max_faults=2, penalty=0)
    ann = ScriptedContributor(harness, "ann")
    for _ in range(2):
        ann.enter()
        ann.view()
        harness.coordinator.leave(ann.me)
    with pytest.raises(
        CheckFailed, match="this key left or lost the slot too often: expected fewer than"
    ):
        ann.enter()


def test_silence_while_others_keep_clients_away_is_no_fault(base: Path, tmp_path: Path) -> None:
    harness = with_settings(base, tmp_path)
    ann = ScriptedContributor(harness, "ann").enter()
    ann.view()
    harness.pass_time(30)
    harness.coordinator.slots.note_starved()
    harness.pass_time(31)
    assert (ann.state, ann.me.faults) == ("waiting", 0)


def test_places_are_bounded_for_each_network(base: Path, tmp_path: Path) -> None:
    """Many keys from some addresses do not fill the queue."""
    harness = with_settings(base, tmp_path, queue=100, places=2)
    taken, refused = [], []
    for wide in range(2):
        for narrow in range(8):
            for host in range(3):
                address = f"10.{wide}.{narrow}.{host}"
                try:
                    ScriptedContributor(harness, address).enter(address)
                    taken.append(address)
                except LimitError as problem:
                    refused.append(problem.message)
    assert (len(taken), len(refused)) == (20, 28)
    assert refused[0] == "the queue has no more places for the network 10.0.0.0/24"
    ScriptedContributor(harness, "other").enter("192.0.2.1")
    harness.restart()
    with pytest.raises(
        LimitError, match=r"the queue has no more places for the network 10\.0\.0\.0"
    ):
        ScriptedContributor(harness, "again").enter("10.0.0.200")


@pytest.mark.parametrize(
    ("address", "place", "wide"),
    [
        ("192.0.2.77", "192.0.2.0/24", "192.0.0.0/16"),
        ("::ffff:192.0.2.77", "192.0.2.0/24", "192.0.0.0/16"),
        ("2001:db8:1:2:3::4%eth0", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("no address", "", ""),
    ],
)
def test_the_networks_of_an_address(address: str, place: str, wide: str) -> None:
    assert (network_of_place(address), wide_network(network_of_place(address))) == (place, wide)


def test_a_pause_of_the_server_does_not_count() -> None:
    """The process was stopped, or the machine too busy."""
    clock = Clock()
    served = ServiceClock(clock)
    for seconds, expected in ((0.5, 0.5), (2.0, 2.0), (1000.0, 7.0), (1000.5, 7.5)):
        clock.seconds = seconds
        assert served() == expected
