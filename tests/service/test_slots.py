"""The queue: order, leases, timeouts, penalties, and what a restart keeps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.service.people import SETTINGS, Clock, Desk, Person, copy_of, entry_for
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
from zkctl.service.coordinator.settings import Settings
from zkctl.service.coordinator.slots import network_of_place, wide_network
from zkctl.service.coordinator.store import Store
from zkctl.toolchain.ceremony.folder_steps import beacon_in_folder


def states(*people: Person) -> list[str]:
    return [person.state for person in people]


# -- the order


def test_the_first_gets_the_slot_and_the_others_wait_in_order(person) -> None:
    ann, bob, cy = person("ann"), person("bob"), person("cy")
    assert states(ann, bob, cy) == ["active", "waiting", "waiting"]
    assert [bob.view()["position"], cy.view()["position"]] == [1, 2]
    ann.contribute()
    assert states(ann, bob, cy) == ["accepted", "active", "waiting"]
    assert cy.view()["position"] == 1
    assert ann.view()["number"] == 1


def test_the_holder_is_told_what_to_build_on(person, desk) -> None:
    view = person("ann").view()
    tip = desk.coordinator.published.ceremony()
    parent = {"number": 0, "file": "0000.zkey", "blake2b": tip.ledger.newest.key_digest}
    assert view["parent"] == parent | {"n_bytes": tip.tip.stat().st_size}
    assert (view["chunk"], view["ends"], view["poll_ms"]) == (1000, 600, 15000)


def test_who_comes_back_keeps_the_place_and_gets_another_token(person) -> None:
    ann, bob, cy = person("ann"), person("bob"), person("cy")
    old = bob.token
    bob.enter()
    assert bob.view()["position"] == 1
    with pytest.raises(CheckFailed, match="the token is not valid"):
        bob.desk.coordinator.identify(old)
    assert states(ann, bob, cy) == ["active", "waiting", "waiting"]


def test_who_leaves_the_queue_is_forgotten(person) -> None:
    ann, bob = person("ann"), person("bob")
    bob.desk.coordinator.leave(bob.me)
    with pytest.raises(CheckFailed, match="the token is not valid"):
        bob.view()
    assert ann.state == "active"


def test_who_leaves_the_slot_pays_for_it_and_the_slot_goes_on(person, desk) -> None:
    """Else one key could take the slot again and again."""
    ann, bob = person("ann"), person("bob")
    desk.coordinator.leave(ann.me)
    assert states(ann, bob) == ["left", "active"]
    assert (ann.me.faults, ann.me.not_before) == (1, 100)
    ann.enter()
    assert (ann.view()["wait"], ann.view()["position"]) == (100, 1)


def test_the_queue_is_bounded(person) -> None:
    for name in ("holder", "a", "b", "c", "d"):
        person(name)
    with pytest.raises(LimitError, match="the queue is full: 4 people wait"):
        person("e")


def test_one_contribution_per_key(person) -> None:
    ann = person("ann")
    ann.contribute()
    assert ann.enter().state == "accepted"


# -- time


def test_signs_of_life_keep_the_slot_up_to_its_end(person, desk) -> None:
    ann, bob = person("ann"), person("bob")
    for _ in range(12):
        desk.pass_time(50)
        assert ann.view()["state"] == "active"
        bob.view()
    desk.pass_time(1)
    assert states(ann, bob) == ["waiting", "active"]
    assert ann.view()["reason"] == "your slot of 600 seconds ended"


def test_silence_loses_the_slot(person, desk) -> None:
    ann, bob = person("ann"), person("bob")
    desk.pass_time(59)
    bob.view()
    assert states(ann, bob) == ["active", "waiting"]
    desk.pass_time(2)
    assert states(ann, bob) == ["waiting", "active"]
    view = ann.view()
    assert view["reason"] == "nothing was heard of you for 60 seconds"
    assert view["wait"] == 100


def test_a_penalty_is_a_wait_at_the_back_and_doubles(person, desk) -> None:
    ann = person("ann")
    for wait in (100, 200, 400):
        desk.pass_time(61)
        assert ann.view()["wait"] == wait
        for _ in range(wait // 50):
            assert ann.view()["state"] == "waiting"
            desk.pass_time(50)
        assert ann.view()["state"] == "active"


def test_who_is_away_is_passed_over_and_keeps_the_place(person, desk) -> None:
    ann, bob, cy = person("ann"), person("bob"), person("cy")
    desk.pass_time(55)
    ann.view()
    cy.view()
    desk.pass_time(10)  # bob was silent for 65 seconds
    ann.contribute()
    assert states(bob, cy) == ["waiting", "active"]
    assert bob.view()["position"] == 1


def test_who_stays_away_is_forgotten(person, desk) -> None:
    ann, bob = person("ann"), person("bob")
    for _ in range(11):
        desk.pass_time(50)
        ann.view()
    with pytest.raises(CheckFailed, match="the token is not valid"):
        bob.view()


def test_uploading_is_a_sign_of_life(person, desk) -> None:
    ann = person("ann")
    data, receipt = ann.make()
    ann.announce(data, receipt)
    offset = 0
    while offset < 3000:
        desk.pass_time(50)
        offset = ann.send(data[: offset + 500], offset)
        assert ann.state == "active"


def test_a_late_piece_is_refused_even_before_the_next_tick(person, desk) -> None:
    ann = person("ann")
    data, receipt = ann.make()
    ann.announce(data, receipt)
    desk.clock.seconds += 61
    with pytest.raises(IntegrityError, match="you do not have the slot: its time is over"):
        ann.send(data)
    desk.coordinator.tick()
    with pytest.raises(IntegrityError, match="you do not have the slot: nothing was heard of you"):
        ann.send(data)


def test_a_night_without_a_server_costs_nobody_anything(person, desk) -> None:
    """Also a clock that jumps: service seconds know no calendar."""
    ann, bob = person("ann"), person("bob")
    desk.pass_time(50)
    desk.restart()
    desk.coordinator.tick()
    assert states(ann, bob) == ["active", "waiting"]
    desk.pass_time(59)
    assert ann.view()["ends"] == 600 - 50 - 59
    desk.restart()
    desk.pass_time(61)
    assert ann.state == "waiting"
    wait = ann.view()["wait"]
    desk.restart()
    assert ann.view()["wait"] == wait == 100


# -- entering


def test_a_challenge_counts_once_and_not_for_long(desk) -> None:
    ann, coordinator = Person(desk, "ann"), desk.coordinator
    ann.enter()

    def enter(challenge: str) -> str:
        entry = entry_for(coordinator, challenge, "ann")
        signature = sign_message(ann.private, entry.message(), "key")
        return coordinator.enter(ann.public_key, entry, signature, RequestSource())

    first, second = coordinator.challenge(), coordinator.challenge()
    enter(first)
    with pytest.raises(CheckFailed, match="the challenge is used, too old or unknown"):
        enter(first)
    desk.clock.seconds += 121
    with pytest.raises(CheckFailed, match="the challenge is used, too old or unknown"):
        enter(second)


def test_challenges_are_bounded(base, tmp_path) -> None:
    desk = Desk(copy_of(base, tmp_path), Settings(challenges=3))
    for _ in range(3):
        desk.coordinator.challenge()
    with pytest.raises(LimitError, match="too many people enter at the moment"):
        desk.coordinator.challenge()
    desk.clock.seconds += 121
    desk.coordinator.challenge()


@pytest.mark.parametrize(
    "change", ["name", "key", "ceremony", "address", "coordinator", "challenge"]
)
def test_every_part_of_an_entrance_is_signed(desk, change) -> None:
    ann, eve, coordinator = Person(desk, "ann"), Person(desk, "eve"), desk.coordinator
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
def test_a_request_passed_on_by_another_coordinator(desk, changes, problem) -> None:
    """The contributor signed it for the address that was used; the one behind refuses it."""
    ann, coordinator = Person(desk, "ann"), desk.coordinator
    entry = replace(entry_for(coordinator, coordinator.challenge(), "ann"), **changes)
    signature = sign_message(ann.private, entry.message(), "key")
    with pytest.raises(CheckFailed, match=problem):
        coordinator.enter(ann.public_key, entry, signature, RequestSource())


def test_the_coordinators_id_stays_and_is_no_others(desk, base, tmp_path) -> None:
    before = desk.coordinator.id
    desk.restart()
    assert desk.coordinator.id == before
    (tmp_path / "b").mkdir()
    other = Desk(copy_of(base, tmp_path / "b"))
    assert other.coordinator.id != before
    other.coordinator.close()


def test_one_server_for_each_ceremony_whatever_its_state_folder(desk) -> None:
    other = desk.folder / "other"
    with pytest.raises(EnvironmentProblem, match="another server coordinates this ceremony"):
        Coordinator(desk.ceremony, other, desk.settings, desk.clock, desk.said.append)
    desk.coordinator.close()
    Coordinator(desk.ceremony, other, desk.settings, desk.clock, desk.said.append).close()


def test_a_queue_of_the_first_version_is_taken_over(desk) -> None:
    """People, faults and tickets stay."""
    path = desk.folder / "old.sqlite"
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


def test_a_comment_makes_no_second_person(desk) -> None:
    ann, coordinator = Person(desk, "ann").enter(), desk.coordinator
    entry = entry_for(coordinator, coordinator.challenge(), "ann")
    signature = sign_message(ann.private, entry.message(), "key")
    coordinator.enter(f"{ann.public_key} ann@laptop", entry, signature, RequestSource())
    assert coordinator.queue(9)[2] == 0


@pytest.mark.parametrize("key", ["", "ssh-ed25519 AAAA", "\x00", "ssh-rsa AAAAB3NzaC1yc2E="])
def test_what_is_no_public_key(desk, key) -> None:
    with pytest.raises(FormatError, match="the public key is not an OpenSSH public key"):
        desk.coordinator.enter(key, entry_for(desk.coordinator, "c", "ann"), "00", RequestSource())


def test_only_listed_people_may_enter(base, tmp_path) -> None:
    private, keys = new_key(), tmp_path / "keys"
    keys.write_text(f"# the invited\n{public_key_of(private, 'key')} ann@laptop\n")
    desk = Desk(copy_of(base, tmp_path), replace(SETTINGS, participants=keys))
    ann, eve = Person(desk, "ann", private), Person(desk, "eve")
    ann.enter()
    with pytest.raises(
        CheckFailed, match="this public key is not on the coordinator's list of participants"
    ):
        eve.enter()


def test_tokens_are_not_in_the_database(person, desk) -> None:
    ann = person("ann")
    desk.coordinator.close()
    files = list((desk.folder / "state").glob("queue.sqlite*"))
    assert files
    assert not any(ann.token.encode() in file.read_bytes() for file in files)


# -- the ceremony's end


def test_nobody_gets_the_slot_of_a_closed_ceremony(person, desk) -> None:
    ann, bob = person("ann"), person("bob")
    ann.contribute()
    desk.coordinator.leave(bob.me)
    beacon_in_folder(desk.ceremony, beacon_hex="0a0b")
    view = person("cy").view()
    assert (view["state"], view["reason"]) == (
        "closed",
        "the ceremony is closed: its beacon is in the key",
    )


# -- one server, one database


def test_two_servers_do_not_share_a_queue(desk) -> None:
    with pytest.raises(EnvironmentProblem, match="another server coordinates this ceremony"):
        Desk(desk.folder)


def test_a_queue_of_another_version(desk) -> None:
    desk.coordinator.close()
    database = sqlite3.connect(desk.folder / "state" / "queue.sqlite")
    database.execute("PRAGMA user_version = 9")
    database.commit()
    database.close()
    with pytest.raises(EnvironmentProblem, match="the queue was made by another version: 9"):
        desk.open()


def test_a_queue_that_is_none(desk) -> None:
    desk.coordinator.close()
    for file in (desk.folder / "state").glob("queue.sqlite*"):
        file.unlink()
    (desk.folder / "state" / "queue.sqlite").write_text("hello, I am not a database" * 50)
    with pytest.raises(EnvironmentProblem, match="the queue cannot be opened: file is not a data"):
        desk.open()


def test_the_database_is_durable(desk) -> None:
    run = desk.coordinator.store._run
    assert run("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert run("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_a_participant_that_left_between_two_questions(person, desk) -> None:
    _, me = person("ann"), person("bob").me
    desk.coordinator.leave(me)
    with pytest.raises(IntegrityError, match="you have left the queue"):
        desk.coordinator.holder(me)


def test_the_holder_learns_that_the_ceremony_was_closed(person, desk) -> None:
    """Not only when hours of work have arrived; and nobody is blamed."""
    person("ann").contribute()
    bob = person("bob")
    assert bob.view()["state"] == "active"
    beacon_in_folder(desk.ceremony, beacon_hex="0a0b")
    view = bob.view()
    assert (view["state"], view["reason"]) == (
        "closed",
        "the ceremony is closed: its beacon is in the key",
    )
    assert bob.me.faults == 0


@pytest.mark.parametrize("name", ["lease", "slot", "penalty"])
@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, 1e9])
def test_times_that_are_none(name, seconds) -> None:
    with pytest.raises(UsageError, match=f"the {name} has {seconds} seconds, at most 31622400"):
        Settings(**{name: seconds})


def test_the_queue_does_not_live_in_the_folder_of_the_ceremony(desk) -> None:
    """Its lock would keep every `accept` away."""
    with pytest.raises(
        UsageError, match="the queue needs a folder of its own, not that of the ceremony"
    ):
        Coordinator(desk.ceremony, desk.ceremony, desk.settings, desk.clock, desk.said.append)


def test_a_commit_that_fails_changes_nothing_and_later_ones_work(person, desk, monkeypatch) -> None:
    """As on a full disk: the transaction must not stay open."""
    ann, store = person("ann"), desk.coordinator.store
    real = store._run

    def full(statement: str, *values):
        if statement == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")
        return real(statement, *values)

    with monkeypatch.context() as patch:
        patch.setattr(store, "_run", full)
        with pytest.raises(
            EnvironmentProblem, match="the queue cannot be written: database or disk is full"
        ):
            person("bob")
    assert desk.coordinator.queue(9)[2] == 0
    assert person("cy").view()["position"] == 1
    ann.contribute()
    assert ann.state == "accepted"


# -- a slot without progress, and the queue's places


def with_settings(base: Path, folder: Path, **changes) -> Desk:
    return Desk(copy_of(base, folder), replace(SETTINGS, **changes))


def beat(desk: Desk, person: Person, seconds: int) -> None:
    """Send signs of life for so long, and nothing else."""
    for _ in range(seconds // 10):
        desk.pass_time(10)
        person.view()


def test_a_holder_who_only_gives_signs_of_life_loses_the_slot(base, tmp_path) -> None:
    desk = with_settings(base, tmp_path, contribute=100)
    ann, bob = Person(desk, "ann").enter(), Person(desk, "bob").enter()
    assert ann.view()["upload_by"] == 100
    for _ in range(9):
        desk.pass_time(10)
        ann.view(), bob.view()
    assert states(ann, bob) == ["active", "waiting"]
    for _ in range(2):
        desk.pass_time(10)
        ann.view(), bob.view()
    assert states(ann, bob) == ["waiting", "active"]
    assert (ann.me.faults, ann.me.reason) == (1, "your upload did not begin in time")


def test_the_time_to_fetch_a_large_key_is_added(base, tmp_path) -> None:
    desk = with_settings(base, tmp_path, contribute=100, slowest_line=10)
    ann = Person(desk, "ann").enter()
    n_bytes = ann.view()["parent"]["n_bytes"]
    assert ann.view()["upload_by"] == round(100 + n_bytes / 10)


def test_an_upload_that_stands_still_loses_the_slot(base, tmp_path) -> None:
    desk = with_settings(base, tmp_path, progress=50)
    ann = Person(desk, "ann").enter()
    ann.view()
    slots = desk.coordinator.slots
    slots.note_progress(ann.me, 70_000, 10**6)
    beat(desk, ann, 40)
    slots.note_progress(ann.me, 70_001, 10**6)  # a byte is no progress
    beat(desk, ann, 20)
    assert (ann.state, ann.me.reason) == ("waiting", "your upload made no progress")


def test_an_announcement_is_no_progress(base, tmp_path) -> None:
    desk = with_settings(base, tmp_path, contribute=50)
    ann = Person(desk, "ann").enter()
    data, receipt = ann.make()
    for k in range(6):
        assert ann.state == "active"
        ann.announce(data + bytes(k), receipt)
        beat(desk, ann, 10)
    assert ann.state == "waiting"


def test_a_restart_gives_the_holder_time_again(base, tmp_path) -> None:
    desk = with_settings(base, tmp_path, contribute=100)
    ann = Person(desk, "ann").enter()
    beat(desk, ann, 90)
    desk.restart()
    beat(desk, ann, 90)
    assert (ann.state, ann.me.faults) == ("active", 0)


def test_a_key_with_too_many_faults_is_refused(base, tmp_path) -> None:
    desk = with_settings(base, tmp_path, max_faults=2, penalty=0)
    ann = Person(desk, "ann")
    for _ in range(2):
        ann.enter()
        ann.view()
        desk.coordinator.leave(ann.me)
    with pytest.raises(
        CheckFailed, match="this key gave up or lost the slot too often: expected fewer than"
    ):
        ann.enter()


def test_silence_while_others_keep_clients_away_is_no_fault(base, tmp_path) -> None:
    desk = with_settings(base, tmp_path)
    ann = Person(desk, "ann").enter()
    ann.view()
    desk.pass_time(30)
    desk.coordinator.slots.note_starved()
    desk.pass_time(31)
    assert (ann.state, ann.me.faults) == ("waiting", 0)


def test_places_are_bounded_for_each_network(base, tmp_path) -> None:
    """Many keys from some addresses do not fill the queue."""
    desk = with_settings(base, tmp_path, queue=100, places=2)
    taken, refused = [], []
    for wide in range(2):
        for narrow in range(8):
            for host in range(3):
                address = f"10.{wide}.{narrow}.{host}"
                try:
                    Person(desk, address).enter(address)
                    taken.append(address)
                except LimitError as problem:
                    refused.append(problem.message)
    assert (len(taken), len(refused)) == (20, 28)
    assert refused[0] == "the queue has no more places for the network 10.0.0.0/24"
    Person(desk, "other").enter("192.0.2.1")
    desk.restart()
    with pytest.raises(
        LimitError, match=r"the queue has no more places for the network 10\.0\.0\.0"
    ):
        Person(desk, "again").enter("10.0.0.200")


@pytest.mark.parametrize(
    ("address", "place", "wide"),
    [
        ("192.0.2.77", "192.0.2.0/24", "192.0.0.0/16"),
        ("::ffff:192.0.2.77", "192.0.2.0/24", "192.0.0.0/16"),
        ("2001:db8:1:2:3::4%eth0", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("no address", "", ""),
    ],
)
def test_the_networks_of_an_address(address, place, wide) -> None:
    assert (network_of_place(address), wide_network(network_of_place(address))) == (place, wide)


def test_a_pause_of_the_server_does_not_count() -> None:
    """The process was stopped, or the machine too busy."""
    clock = Clock()
    served = ServiceClock(clock)
    for seconds, expected in ((0.5, 0.5), (2.0, 2.0), (1000.0, 7.0), (1000.5, 7.5)):
        clock.seconds = seconds
        assert served() == expected
