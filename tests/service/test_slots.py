"""The queue: order, leases, timeouts, penalties, and what a restart keeps."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from tests.service.people import Desk, Person, copy_of
from zkctl.ceremony.record.signing import queue_message, sign_message
from zkctl.errors import (
    CheckFailed,
    EnvironmentProblem,
    FormatError,
    IntegrityError,
    LimitError,
    UsageError,
)
from zkctl.service.coordinator.queue import Coordinator
from zkctl.service.coordinator.settings import Settings
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
    assert view["parent"] == parent | {"n_bytes": tip.newest_key.stat().st_size}
    assert (view["chunk"], view["ends"], view["poll_ms"]) == (1000, 600, 15000)


def test_who_comes_back_keeps_the_place_and_gets_another_token(person) -> None:
    ann, bob, cy = person("ann"), person("bob"), person("cy")
    old = bob.token
    bob.enter()
    assert bob.view()["position"] == 1
    with pytest.raises(CheckFailed, match="the token is not valid"):
        bob.desk.coordinator.identify(old)
    assert states(ann, bob, cy) == ["active", "waiting", "waiting"]


def test_who_leaves_is_forgotten_and_the_slot_goes_on(person) -> None:
    ann, bob = person("ann"), person("bob")
    bob.desk.coordinator.leave(ann.me)
    assert bob.state == "active"
    with pytest.raises(CheckFailed, match="the token is not valid"):
        ann.view()
    assert ann.enter().view()["position"] == 1


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
        message = queue_message(coordinator.published.ceremony().ceremony_id, challenge, "ann")
        signature = sign_message(ann.private, message, "key")
        return coordinator.enter(ann.public_key, "ann", challenge, signature)

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


@pytest.mark.parametrize("change", ["name", "key", "ceremony"])
def test_every_part_of_an_entrance_is_signed(desk, change) -> None:
    ann, eve, coordinator = Person(desk, "ann"), Person(desk, "eve"), desk.coordinator
    challenge, ceremony = coordinator.challenge(), coordinator.published.ceremony().ceremony_id
    ceremony = "0" * 64 if change == "ceremony" else ceremony
    signature = sign_message(ann.private, queue_message(ceremony, challenge, "ann"), "key")
    key = eve.public_key if change == "key" else ann.public_key
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        coordinator.enter(key, "eve" if change == "name" else "ann", challenge, signature)
    assert coordinator.queue(9) == (None, [], 0)


def test_a_comment_makes_no_second_person(desk) -> None:
    ann, coordinator = Person(desk, "ann").enter(), desk.coordinator
    challenge = coordinator.challenge()
    message = queue_message(coordinator.published.ceremony().ceremony_id, challenge, "ann")
    signature = sign_message(ann.private, message, "key")
    coordinator.enter(f"{ann.public_key} ann@laptop", "ann", challenge, signature)
    assert coordinator.queue(9)[2] == 0


@pytest.mark.parametrize("key", ["", "ssh-ed25519 AAAA", "\x00", "ssh-rsa AAAAB3NzaC1yc2E="])
def test_what_is_no_public_key(desk, key) -> None:
    with pytest.raises(FormatError, match="the public key is not an OpenSSH public key"):
        desk.coordinator.enter(key, "ann", "c", "00")


def test_only_listed_people_may_enter(base, tmp_path) -> None:
    desk = Desk(copy_of(base, tmp_path))
    ann, eve = Person(desk, "ann"), Person(desk, "eve")
    allowed = replace(desk.settings, participants=frozenset([ann.public_key]))
    desk.coordinator.settings = allowed
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
    me = person("ann").me
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
