"""A participant's whole path in one call, against honest and dishonest coordinators."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.service.harness import SETTINGS, Harness, ScriptedContributor, copy_of
from tests.service.serving import serving
from tests.support import loopback
from zkctl.errors import (
    CheckFailed,
    EnvironmentProblem,
    IntegrityError,
    NetworkError,
    UsageError,
)
from zkctl.formats.ceremony_files import read_receipt
from zkctl.runtime.progress import silent
from zkctl.service.coordinator.verification import ProcessResult
from zkctl.toolchain.ceremony import join as ceremony_join
from zkctl.toolchain.ceremony import join_folder, key_transfer
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient, SlotLost
from zkctl.toolchain.ceremony.finalize import finalize_ceremony
from zkctl.toolchain.ceremony.folder import open_ceremony
from zkctl.toolchain.ceremony.folder_steps import beacon_in_folder
from zkctl.toolchain.ceremony.heartbeat import Heartbeat
from zkctl.toolchain.ceremony.join import JoinRun, JoinSummary, join_ceremony
from zkctl.toolchain.ceremony.key_transfer import Sending
from zkctl.toolchain.ceremony.receipts import generate_signing_key, verify_inclusion
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest

QUICK = replace(
    SETTINGS, chunk=1500, penalty=0, requests_per_second=10_000, burst=10_000, joins_per_minute=1000
)


@pytest.fixture
def harness(base: Path, tmp_path: Path) -> Iterator[Harness]:
    made = Harness(copy_of(base, tmp_path), QUICK)
    yield made
    made.coordinator.close()


@pytest.fixture
def url(harness: Harness) -> Iterator[str]:
    with serving(harness) as address:
        yield address


def client(url: str, **options: Any) -> CoordinatorClient:
    return CoordinatorClient(url, patience=60, timeout=60, pause=0.01, **options)


def join(url: str, folder: Path, name: str = "ann", **options: Any) -> JoinSummary:
    own = {field: options.pop(field) for field in ("entropy", "signing_key") if field in options}
    return join_ceremony(client(url), ContributionRequest(name, **own), folder=folder, **options)


class Altered(CoordinatorClient):
    """A line on which some answers are altered."""

    views: list[dict[str, Any]]

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        if path == "api/heartbeat" and self.views:
            return self.views.pop(0) if len(self.views) > 1 else self.views[0]
        return super().post(path, body)


def altered(url: str, *views: dict[str, Any]) -> Altered:
    made = Altered(url, patience=60, timeout=60, pause=0.01)
    made.views = list(views)
    return made


# -- honest coordinators


def test_the_whole_path(harness: Harness, url: str, tmp_path: Path) -> None:
    told: list[str] = []
    summary = join(
        url, tmp_path / "ann", entropy="dice: 4", progress=lambda what, _: told.append(what)
    )
    join(url, tmp_path / "bob", "bob")
    assert list(dict.fromkeys(told)) == [
        "entering the queue",
        "fetching the newest key",
        "checking the key against the ledger",
        "contributing to the key in a separate process",
        "sending the new key",
        "waiting for the verdict",
        "looking for the contribution in the ledger",
    ]
    beacon_in_folder(harness.ceremony, BeaconRequest(beacon_hex="0a0b"))
    finalize_ceremony(harness.ceremony, production=True)
    included = verify_inclusion(Path(summary.receipt), harness.ceremony / "final.zkey")
    assert included.statement == "your contribution #1 of 3 is in this key"
    names = {path.name for path in (tmp_path / "ann").iterdir()}
    assert names == {
        ".lock",
        "attestation.md",
        "ceremony.yaml",
        "receipt.json",
        "signing.key",
        "transcript.jsonl",
    }
    for secret in ("signing.key", "receipt.json"):
        assert (tmp_path / "ann" / secret).stat().st_mode & 0o077 == 0
    attestation = Path(summary.attestation).read_text()
    assert summary.contribution_hash in attestation
    assert summary.public_key in attestation
    assert (summary.number, summary.ceremony) == (1, open_ceremony(harness.ceremony).ceremony_id)


def test_a_key_of_ones_own_and_the_announced_id(harness: Harness, url: str, tmp_path: Path) -> None:
    made = generate_signing_key(tmp_path / "my.key")
    ceremony_id = open_ceremony(harness.ceremony).ceremony_id.upper()
    folder = tmp_path / "ann"
    summary = join(url, folder, signing_key=tmp_path / "my.key", ceremony=ceremony_id)
    assert summary.public_key == made.public_key
    assert not (folder / "signing.key").exists()
    assert open_ceremony(harness.ceremony).ledger.newest.public_key == made.public_key


def test_joining_again_tells_the_same(harness: Harness, url: str, tmp_path: Path) -> None:
    first = join(url, tmp_path / "ann")
    assert join(url, tmp_path / "ann") == first
    assert open_ceremony(harness.ceremony).ledger.newest.number == 1


def test_waiting_for_ones_turn(harness: Harness, url: str, tmp_path: Path) -> None:
    ann, told = ScriptedContributor(harness, "ann").enter(), []

    def progress(what: str, _fraction: float | None) -> None:
        told.append(what)
        if what == "waiting: number 1 in the queue":
            harness.coordinator.leave(ann.me)

    join(url, tmp_path / "bob", "bob", progress=progress)
    assert "waiting: number 1 in the queue" in told


def test_a_lost_slot_means_a_new_contribution(
    harness: Harness, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never the old one again: its secret is gone, and the newest key may be another."""
    made, told = [], []
    real = Sending.run

    def run(self):
        made.append(self.receipt.contribution)
        if len(made) == 1:
            harness.coordinator.slots.settings = replace(QUICK, penalty=0.5)
            me = harness.coordinator.store.holder()
            with harness.coordinator.change():
                harness.coordinator.slots._time_out(me)
        real(self)

    monkeypatch.setattr(Sending, "run", run)

    def progress(what: str, _fraction: float | None) -> None:
        harness.clock.seconds += what.startswith("waiting: number 1")

    line = client(url, tell=told.append)
    summary = join_ceremony(
        line, ContributionRequest(name="ann"), folder=tmp_path / "ann", progress=progress
    )
    assert len(set(made)) == 2
    assert summary.contribution_hash == made[1]
    assert any("you do not have the slot" in text for text in told)


def test_an_interruption_frees_the_slot_and_the_next_run_begins_anew(
    harness: Harness, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    real = key_transfer.Sending._send

    def interrupted(self, *arguments: Any):
        made.append(self.receipt.contribution)
        if len(made) == 2:
            raise KeyboardInterrupt
        return real(self, *arguments)

    monkeypatch.setattr(key_transfer.Sending, "_send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        join(url, tmp_path / "ann")
    assert harness.coordinator.queue(9) == (None, [], 0)
    assert (tmp_path / "ann" / "contribution.zkey").exists()
    summary = join(url, tmp_path / "ann")
    assert summary.contribution_hash not in made[:2]
    assert not (tmp_path / "ann" / "contribution.zkey").exists()
    verify_ceremony(harness.ceremony)


def test_an_interruption_while_the_verdict_is_awaited(
    harness: Harness, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, released = harness.verify, threading.Event()

    def slow(*paths: Path) -> ProcessResult:
        released.wait(120)
        return real(*paths)

    harness.verify = slow

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ceremony_join.JoinRun, "_wait", stop)
        with pytest.raises(KeyboardInterrupt):
            join(url, tmp_path / "ann")
    contribution = read_receipt(tmp_path / "ann" / "receipt.json").contribution
    released.set()
    assert join(url, tmp_path / "ann").contribution_hash == contribution


def test_a_token_that_is_lost(
    harness: Harness, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else with the same key entered: we enter again."""
    real, entered = ceremony_join.JoinRun._enter, []

    def enter(self):
        real(self)
        entered.append(self.client.token)
        if len(entered) == 1:
            self.client.token = self.client.token[::-1]

    monkeypatch.setattr(ceremony_join.JoinRun, "_enter", enter)
    assert join(url, tmp_path / "ann").number == 1
    assert len(entered) == 2


def test_a_coordinator_that_forgot_its_challenge(
    harness: Harness, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was started again between the challenge and the answer to it."""
    real, given = harness.coordinator.challenge, []

    def challenge() -> str:
        given.append(real())
        if len(given) == 1:
            harness.coordinator._challenges.clear()
        return given[-1]

    monkeypatch.setattr(harness.coordinator, "challenge", challenge)
    assert join(url, tmp_path / "ann").number == 1
    assert len(given) == 2


# -- refusals


def test_another_ceremony_than_the_announced_one(url: str, tmp_path: Path) -> None:
    with pytest.raises(
        IntegrityError, match=r"the coordinator runs the ceremony \w{16}\.\.\., expected 0"
    ):
        join(url, tmp_path / "ann", ceremony="0" * 64)
    assert not (tmp_path / "ann").exists()


def test_the_folder_of_another_ceremony(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "ann"
    folder.mkdir()
    other = (
        (tmp_path / "ceremony" / "ceremony.yaml").read_text().replace("players: 2", "players: 3")
    )
    (folder / "ceremony.yaml").write_text(other)
    with pytest.raises(IntegrityError, match="the folder belongs to another ceremony"):
        join(url, folder)


def test_two_runs_in_one_folder(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "ann"
    folder.mkdir()
    with (
        join_folder.alone(folder),
        pytest.raises(EnvironmentProblem, match="another run uses this folder"),
    ):
        join(url, folder)


def test_a_refused_contribution(harness: Harness, url: str, tmp_path: Path) -> None:
    harness.verify = lambda *_: ProcessResult(1, "the secret is 1 or -1")
    with pytest.raises(CheckFailed, match="the contribution is refused: the secret is 1 or -1"):
        join(url, tmp_path / "ann")


def test_a_closed_ceremony(harness: Harness, url: str, tmp_path: Path) -> None:
    join(url, tmp_path / "ann")
    beacon_in_folder(harness.ceremony, BeaconRequest(beacon_hex="0a0b"))
    with pytest.raises(
        IntegrityError, match="the ceremony takes no contributions any more: the ceremony is closed"
    ):
        join(url, tmp_path / "bob", "bob")


def test_a_key_that_has_contributed_elsewhere(url: str, tmp_path: Path) -> None:
    generate_signing_key(tmp_path / "my.key")
    join(url, tmp_path / "ann", signing_key=tmp_path / "my.key")
    with pytest.raises(
        EnvironmentProblem, match="this key has contributed already, and its receipt is not here"
    ):
        join(url, tmp_path / "other", signing_key=tmp_path / "my.key")


def test_a_name_that_is_too_long(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the name has 65 characters"):
        join(url, tmp_path / "ann", "n" * 65)


# -- dishonest coordinators


def test_a_ledger_that_was_rewritten(
    harness: Harness, url: str, base: Path, tmp_path: Path
) -> None:
    """Between two visits the coordinator puts another history in place of ours."""
    ScriptedContributor(harness, "ann").enter().contribute()
    join(url, tmp_path / "bob", "bob")
    for name in ("0001.zkey", "0002.zkey"):
        (harness.ceremony / name).unlink()
    other = harness.ceremony / "transcript.jsonl"
    other.write_bytes((base / "ceremony" / "transcript.jsonl").read_bytes())
    ScriptedContributor(harness, "eve").enter().contribute()
    with pytest.raises(
        IntegrityError, match="the coordinator changed the ledger since the last run"
    ):
        join(url, tmp_path / "bob", "bob")


def test_a_ledger_of_another_ceremony(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = client(url)
    real = line.file

    def file(path: str, limit: int) -> bytes:
        raw = real(path, limit)
        return raw.replace(b"players: 2", b"players: 1") if path.endswith("yaml") else raw

    monkeypatch.setattr(line, "file", file)
    answer = {"state": "active", "token": "t" * 43, "poll_ms": 1000}
    answer |= {"coordinator": "0" * 32, "challenge": "1" * 32}
    monkeypatch.setattr(line, "post", lambda *_: answer)
    with pytest.raises(
        IntegrityError, match="the ledger belongs to another ceremony than the rules"
    ):
        join_ceremony(line, ContributionRequest(name="ann"), folder=tmp_path / "ann")


def test_a_ledger_with_a_path_for_a_name(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = client(url)
    real = line.file

    def file(path: str, limit: int) -> bytes:
        raw = real(path, limit)
        return raw.replace(b'"0000.zkey"', b'"../other?x=1"') if path.endswith("jsonl") else raw

    monkeypatch.setattr(line, "file", file)
    with pytest.raises(CheckFailed, match=r"the key of contribution 0 is not named 0000\.zkey"):
        join_ceremony(line, ContributionRequest(name="ann"), folder=tmp_path / "ann")


def test_a_ledger_whose_chain_is_broken(
    harness: Harness, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ScriptedContributor(harness, "ann").enter().contribute()
    line = client(url)
    real = line.file

    def file(path: str, limit: int) -> bytes:
        raw = real(path, limit)
        first, *others = raw.splitlines(keepends=True)
        digest = hashlib.sha256(first.rstrip(b"\n")).hexdigest().encode()
        assert not path.endswith("jsonl") or digest in others[0]
        return raw.replace(digest, b"0" * 64) if path.endswith("jsonl") else raw

    monkeypatch.setattr(line, "file", file)
    monkeypatch.setattr(ceremony_join, "fetch_key", lambda *_: pytest.fail("a key is fetched"))
    with pytest.raises(CheckFailed, match="the line does not follow the one before it"):
        join_ceremony(line, ContributionRequest(name="bob"), folder=tmp_path / "bob")


def test_accepted_is_not_believed_without_the_line(
    harness: Harness, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sending, "run", lambda self: None)
    line = altered(url)
    real = line.post

    def post(path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        if path == "api/heartbeat" and (tmp_path / "ann" / "receipt.json").exists():
            return {"state": "accepted", "number": 1}
        return real(path, body)

    monkeypatch.setattr(line, "post", post)
    with pytest.raises(
        CheckFailed,
        match="the coordinator says accepted, but the ledger does not have the contribution",
    ):
        join_ceremony(line, ContributionRequest(name="ann"), folder=tmp_path / "ann")


@pytest.mark.parametrize(
    ("view", "message"),
    [
        ({"state": "dancing"}, "the coordinator answers with the unknown state dancing"),
        ({"state": "\x1b[31m"}, r"unknown state \\x1b\[31m"),
        ({}, "the coordinator answers with the unknown state None"),
        ({"state": "active"}, "the coordinator does not say how large the newest key is"),
        (
            {"state": "active", "parent": 5},
            "the coordinator does not say how large the newest key is",
        ),
        (
            {"state": "active", "parent": {"n_bytes": -5}},
            "the coordinator does not say how large the newest key is",
        ),
    ],
)
def test_views_that_make_no_sense(
    url: str, tmp_path: Path, view: dict[str, Any], message: str
) -> None:
    with pytest.raises(CheckFailed, match=message):
        join_ceremony(altered(url, view), ContributionRequest(name="ann"), folder=tmp_path / "ann")


def test_a_place_that_is_lost_again_and_again(url: str, tmp_path: Path) -> None:
    """As when two machines use the same key."""
    with pytest.raises(CheckFailed, match="the place in the queue was lost 20 times"):
        join_ceremony(
            altered(url, {"state": "left"}),
            ContributionRequest(name="ann"),
            folder=tmp_path / "ann",
        )


def test_a_slot_that_is_lost_again_and_again(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any) -> None:
        raise SlotLost("lost")

    monkeypatch.setattr(ceremony_join.JoinRun, "_contribute", lost)
    with pytest.raises(CheckFailed, match="the slot was lost 5 times"):
        join(url, tmp_path / "ann")


@pytest.mark.parametrize("lost_in", ["fetch_key", "contribute_offline"])
def test_no_step_follows_the_loss_of_a_slot(
    harness: Harness, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost_in: str
) -> None:
    """Without the slot no secret is drawn and no key is sent."""
    heartbeat, done = Heartbeat(client(url), 60), []

    def step(name: str) -> None:
        done.append(name)
        if name == lost_in:
            heartbeat._lost = "the slot is lost"

    for name in ("fetch_key", "contribute_offline"):
        monkeypatch.setattr(ceremony_join, name, lambda *_, _name=name, **__: step(_name))
    monkeypatch.setattr(ceremony_join, "read_receipt", lambda _: step("read_receipt"))
    monkeypatch.setattr(ceremony_join, "Sending", lambda *_: pytest.fail("a key is sent"))
    ceremony = open_ceremony(harness.ceremony).ceremony_id
    run = JoinRun(client(url), tmp_path, ceremony, ContributionRequest("ann"), silent)
    with pytest.raises(SlotLost, match="the slot is lost"):
        run._contribute({"parent": {"number": 0, "n_bytes": 1}}, heartbeat)
    assert done[-1] == lost_in


@pytest.mark.parametrize("poll", [-5, 0, 10**9, True, "1", None])
def test_the_coordinator_does_not_set_any_pace(poll: Any) -> None:
    assert 0.05 <= ceremony_join._poll({"poll_ms": poll}) <= 60


@pytest.mark.parametrize("state", ["waiting", "closed", "left", "refused"])
def test_the_heartbeat_notes_a_lost_slot(url: str, state: str) -> None:
    line = altered(url, {"state": state, "reason": "too slow"})
    with Heartbeat(line, 0.01) as heartbeat:
        for _ in range(6000):
            threading.Event().wait(0.01)
            try:
                heartbeat.check()
            except SlotLost as lost:
                assert lost.message == "the slot is lost: too slow"
                return
    pytest.fail("not noticed")


# -- addresses and answers


@pytest.mark.parametrize("url", ["http://example.org/", "ftp://127.0.0.1/", "127.0.0.1:80", ""])
def test_addresses_without_encryption(url: str) -> None:
    with pytest.raises(UsageError, match="does not start with https://") as caught:
        CoordinatorClient(url)
    assert caught.value.hint == "pass `allow_http` if you trust the network"


def test_addresses_that_are_allowed() -> None:
    for url in (
        "https://example.org",
        "http://127.0.0.1:8000",
        "http://[::1]:1/",
        "http://localhost",
    ):
        assert CoordinatorClient(url).url.endswith("/")
    assert CoordinatorClient("http://example.org/a", allow_http=True).url == "http://example.org/a/"


@pytest.mark.parametrize("url", ["https://x/?token=1", "https://x/#a", "https://me:pw@x/"])
def test_addresses_with_more_than_a_place(url: str) -> None:
    with pytest.raises(UsageError, match="has more than a host and a path"):
        CoordinatorClient(url)


def answering(behaviour: loopback.Behaviour) -> Any:
    """Ask a server that behaves so for an object."""
    with loopback.running() as server:
        address = server.serve("/x", behaviour)
        line = CoordinatorClient(address.removesuffix("x"), patience=0, pause=0.001, timeout=60)
        return line.patiently(lambda: line.get("x"))


@pytest.mark.parametrize(
    ("behaviour", "error", "message"),
    [
        (
            loopback.answer(302, {"Location": "https://example.org/"}),
            CheckFailed,
            "the coordinator refuses: status 302",
        ),
        (
            loopback.answer(200, {}, b"x" * (64 << 10) + b"x"),
            CheckFailed,
            "the coordinator's answer is longer than 65536 bytes",
        ),
        (loopback.answer(200, {}, b"[]"), CheckFailed, "the coordinator's answer is not an object"),
        (loopback.answer(200, {}, b"<html>"), Exception, "expected JSON, found an HTML page"),
        (
            loopback.answer(200, {"Content-Length": "50"}, b"{}"),
            NetworkError,
            "the connection ended within the coordinator's answer",
        ),
        (
            loopback.answer(403, {}, json.dumps({"error": {"message": "no\x1b[0m"}}).encode()),
            CheckFailed,
            r"the coordinator refuses: no\\x1b\[0m",
        ),
        (loopback.answer(403, {}, b'{"error": 5}'), CheckFailed, "refuses: status 403"),
        (
            loopback.answer(500, {}, b"oops"),
            NetworkError,
            "the coordinator answers 500: status 500",
        ),
        (loopback.answer(429, {}, b"{}"), NetworkError, "the coordinator answers 429: status 429"),
    ],
)
def test_answers_that_are_refused(behaviour: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        answering(behaviour)


def test_more_bytes_than_announced(tmp_path: Path) -> None:
    """A reply without a length that does not end where the key ends."""

    def behave(request: loopback.Request) -> None:
        request.send_response_only(200)
        request.end_headers()
        request.wfile.write(b"x" * 100)

    with loopback.running() as server:
        address = server.serve("/x", behave)
        line = CoordinatorClient(address.removesuffix("x"), patience=0, pause=0.001, timeout=60)
        key = key_transfer.RemoteKey(address, 10, "0" * 128)
        with pytest.raises(CheckFailed, match="the coordinator sends more than 10 bytes"):
            key_transfer.fetch_key(line, key, tmp_path / "k", lambda *_: None)
