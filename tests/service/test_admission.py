"""Who may enter a ceremony: everybody, the keys of a list, or invitations; and the ceremony's title."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.service.harness import SETTINGS, Harness, ScriptedContributor
from tests.support.ceremony_folders import PLAIN, begin, phase1_and_circuit
from zkctl.ceremony.record.rules import Rules, check_rules
from zkctl.ceremony.record.signing import new_key, public_key_of
from zkctl.errors import CheckFailed, EnvironmentProblem, InputError, IntegrityError, UsageError
from zkctl.formats.ceremony_files import read_rules, rules_text
from zkctl.service.coordinator.app import application
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.admission import (
    INVITATIONS,
    PARTICIPANTS,
    check_admitted,
    invite,
    parse_invitation,
)
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.offline import contribute_offline
from zkctl.toolchain.ceremony.receipts import generate_signing_key
from zkctl.toolchain.ceremony.requests import ContributionRequest

BY_KEYS = replace(PLAIN, admission="keys", signatures_required=True)
BY_INVITATION = replace(PLAIN, admission="invitation", title="Rollup, phase 2")


@pytest.fixture
def invited(tmp_path: Path) -> Iterator[Harness]:
    """A coordinator that asks for invitations."""
    phase1_and_circuit(tmp_path)
    begin(tmp_path, BY_INVITATION)
    harness = Harness(tmp_path)
    yield harness
    harness.coordinator.close()


# -- invitations


def test_an_invitation_lets_one_key_in_and_in_again(invited: Harness) -> None:
    (token,) = invite(invited.ceremony, 1).invitations
    ann, eve = ScriptedContributor(invited, "ann"), ScriptedContributor(invited, "eve")
    with pytest.raises(
        CheckFailed, match="the ceremony needs an invitation: expected an unused one"
    ):
        ann.enter()
    ann.enter(invitation=token)
    with pytest.raises(
        CheckFailed, match="the invitation was used by another key: expected an unused one"
    ):
        eve.enter(invitation=token)
    invited.restart()
    ann.enter()  # a new run of the command does not need it
    with pytest.raises(
        CheckFailed, match="the invitation was used by another key: expected an unused one"
    ):
        eve.enter(invitation=token)


@pytest.mark.parametrize("token", ["", "t" * 43, "\n", "\ud800"])
def test_an_invitation_that_was_not_made(invited: Harness, token: str) -> None:
    invite(invited.ceremony, 2)
    with pytest.raises(CheckFailed, match="the ceremony needs an invitation"):
        ScriptedContributor(invited, "eve").enter(invitation=token)


def test_a_digest_is_no_invitation(invited: Harness) -> None:
    """Who reads the folder cannot enter."""
    invite(invited.ceremony, 1)
    stored = (invited.ceremony / INVITATIONS).read_text()
    with pytest.raises(CheckFailed, match="the ceremony needs an invitation"):
        ScriptedContributor(invited, "eve").enter(invitation=stored.strip())


def test_invitations_are_not_published_nor_stored(invited: Harness) -> None:
    (token,) = invite(invited.ceremony, 1).invitations
    web = TestClient(application(invited.coordinator, invited.verify))
    assert web.get(f"/files/{INVITATIONS}").status_code == 404
    ScriptedContributor(invited, "ann").enter(invitation=token)
    files = [path for path in invited.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if token.encode() in path.read_bytes()]


def test_an_entrance_that_fails_uses_no_invitation(invited: Harness) -> None:
    tokens = invite(invited.ceremony, 5).invitations
    for k, token in enumerate(tokens):
        contributor = ScriptedContributor(invited, f"p{k}")
        if k < 4:
            contributor.enter(invitation=token)
    invited.coordinator.slots.settings = replace(SETTINGS, queue=0)
    with pytest.raises(Exception, match="the queue is full"):
        ScriptedContributor(invited, "late").enter(invitation=tokens[4])
    assert not invited.coordinator.store.is_invited(contributor.public_key)


@pytest.mark.parametrize("count", [0, -1, 1001])
def test_a_number_of_invitations_out_of_range(invited: Harness, count: int) -> None:
    with pytest.raises(
        UsageError, match="the number of invitations is out of range: expected 1 to"
    ):
        invite(invited.ceremony, count)


def test_invitations_to_an_open_ceremony(base: Path) -> None:
    with pytest.raises(
        UsageError, match="the ceremony needs no invitations: expected the admission"
    ):
        invite(base / "ceremony", 1)


def test_a_planted_link_is_not_written_through(invited: Harness, tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (invited.ceremony / INVITATIONS).symlink_to(tmp_path / "victim")
    with pytest.raises(EnvironmentProblem):
        invite(invited.ceremony, 1)
    assert (tmp_path / "victim").read_text() == "mine"


@pytest.mark.parametrize("text", ["", "a", "a" * 44, "a" * 42 + "\n\n" + "a", "é" * 43])
def test_malformed_invitations(text: str) -> None:
    with pytest.raises(
        InputError, match="the invitation is malformed: expected 43 letters, digits, - or _"
    ):
        parse_invitation(text)
    assert parse_invitation(" " + "a" * 43 + "\n") == "a" * 43


# -- a list of keys


def listed(folder: Path, *private: bytes) -> Path:
    keys = folder / "keys"
    keys.write_text("".join(f"{public_key_of(each, 'key')}\n" for each in private))
    begin(folder, BY_KEYS, participants=keys)
    return keys


def test_only_the_keys_of_the_rules_may_enter_and_contribute(tmp_path: Path) -> None:
    private = new_key()
    listed(tmp_path, private)
    harness = Harness(tmp_path)
    ann, eve = ScriptedContributor(harness, "ann", private), ScriptedContributor(harness, "eve")
    with pytest.raises(CheckFailed, match="is not on the coordinator's list of participants"):
        eve.enter()
    ann.enter()
    ann.contribute()
    assert ann.state == "accepted"
    rules = harness.coordinator.published.ceremony().rules
    with pytest.raises(CheckFailed, match="this public key is not on the ceremony's list"):
        check_admitted(eve.public_key, harness.ceremony, rules)
    assert PARTICIPANTS in harness.coordinator.published.files()
    verify_ceremony(harness.ceremony)
    harness.coordinator.close()


def test_a_folder_accepts_only_keys_of_its_list(tmp_path: Path) -> None:
    """Without a coordinator too: a contribution that arrives as a file, with a receipt by another key."""
    listed(tmp_path, new_key())
    generate_signing_key(tmp_path / "eve")
    parent, output = tmp_path / "ceremony" / "0000.zkey", tmp_path / "eve.zkey"
    ledger = tmp_path / "ceremony" / "transcript.jsonl"
    request = ContributionRequest(name="eve", signing_key=tmp_path / "eve")
    made = contribute_offline(parent, output, request, ledger=ledger)
    with pytest.raises(CheckFailed, match="this public key is not on the ceremony's list"):
        accept_contribution(tmp_path / "ceremony", output, receipt=Path(made.receipt))
    assert not (tmp_path / "ceremony" / "0001.zkey").exists()


@pytest.mark.parametrize("place", ["folder", "option"])
def test_another_list_than_that_of_the_rules(tmp_path: Path, place: str) -> None:
    listed(tmp_path, new_key())
    other = tmp_path / "ceremony" / PARTICIPANTS if place == "folder" else tmp_path / "other"
    other.write_text(f"{public_key_of(new_key(), 'key')}\n")
    settings = replace(SETTINGS, participants=other if place == "option" else None)
    with pytest.raises(
        IntegrityError, match="the list of public keys is not that of the rules: expected"
    ):
        Harness(tmp_path, settings)


# -- rules


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"admission": "closed"}, "the admission is unknown: expected open, invitation, keys, got"),
        (
            {"admission": "keys"},
            "the admission keys does not fit its list of public keys: expected",
        ),
        (
            {"admission_blake2b": "0" * 128},
            "the admission open does not fit its list of public keys: expected",
        ),
        (
            {"admission_blake2b": "0"},
            "the admission open does not fit its list of public keys: expected",
        ),
        (
            {"admission": "keys", "admission_blake2b": "0" * 128},
            "the admission keys needs signatures: expected signatures_required: true, got false",
        ),
        ({"title": "a" * 101}, "the title is malformed: expected at most 100 printable"),
        ({"title": "a\nb"}, "the title is malformed"),
        ({"title": "\u202eabc"}, "the title is malformed"),
        ({"title": " a"}, "the title is malformed"),
    ],
)
def test_rules_that_contradict_themselves(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        check_rules(replace(PLAIN, **changes))


def test_rules_without_the_later_fields_are_written_and_read_as_before(tmp_path: Path) -> None:
    text = rules_text(PLAIN)
    assert not [name for name in ("title", "admission") if name in text]
    (tmp_path / "rules").write_text(text)
    assert read_rules(tmp_path / "rules")[0] == PLAIN
    titled = replace(PLAIN, title="Zürich", admission="invitation")
    (tmp_path / "rules").write_text(rules_text(titled))
    assert read_rules(tmp_path / "rules")[0] == titled
    assert isinstance(titled, Rules)


def test_the_title_is_shown(invited: Harness) -> None:
    web = TestClient(application(invited.coordinator, invited.verify))
    status = web.get("/status.json").json()
    assert (status["title"], status["admission"]) == ("Rollup, phase 2", "invitation")
    assert "Rollup, phase 2: 0 contributions, open" in web.get("/").text
