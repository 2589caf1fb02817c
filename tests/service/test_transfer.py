"""Fetching and sending over lines that break, at many places, against a real server."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.service.harness import SETTINGS, Harness, ScriptedContributor, accept_here, copy_of
from tests.service.serving import Line, line_to, serving
from zkctl.errors import CheckFailed, EnvironmentProblem, IntegrityError, NetworkError
from zkctl.runtime.progress import silent
from zkctl.toolchain.ceremony import key_transfer
from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient, SlotLost
from zkctl.toolchain.ceremony.key_transfer import RemoteKey, Sending, fetch_key

N_CUTS = 24
FAST = replace(
    SETTINGS, chunk=1 << 20, requests_per_second=10_000, burst=10_000, joins_per_minute=10_000
)


@pytest.fixture
def harness(base: Path, tmp_path: Path) -> Iterator[Harness]:
    made = Harness(copy_of(base, tmp_path), FAST)
    yield made
    made.coordinator.close()


@pytest.fixture
def line(harness: Harness) -> Iterator[Line]:
    with serving(harness) as url, line_to(url) as made:
        yield made


def client_of(line: Line, contributor: ScriptedContributor | None = None) -> CoordinatorClient:
    token = "" if contributor is None else contributor.token
    return CoordinatorClient(line.url, patience=60, timeout=60, pause=0.001, token=token)


def tip_of(harness: Harness, line: Line, path: str = "") -> RemoteKey:
    ceremony = harness.coordinator.published.ceremony()
    tip = ceremony.ledger.newest
    return RemoteKey(
        f"{line.url}files/{path or tip.file}", ceremony.newest_key.stat().st_size, tip.key_digest
    )


# -- fetching


def test_fetch_over_a_line_that_breaks(harness: Harness, line: Line, tmp_path: Path) -> None:
    key, target = tip_of(harness, line), tmp_path / "parent.zkey"
    expected = (harness.ceremony / "0000.zkey").read_bytes()
    step = (key.n_bytes + 600) // N_CUTS
    for cut in range(1, key.n_bytes + 600, step):
        line.cuts[:] = [(1 << 40, cut)]
        fetch_key(client_of(line), key, target, silent)
        assert target.read_bytes() == expected
        target.unlink()
    line.cuts[:] = [(1 << 40, 500 + k) for k in range(8)]  # again and again
    fetch_key(client_of(line), key, target, silent)
    assert target.read_bytes() == expected
    assert line.n_cut > N_CUTS


def part_of(target: Any, key: Any):
    return target.with_name(f".{target.name}.{key.digest[:16]}.part")


@pytest.mark.parametrize("kept", [1, 1500, -1, 5000])
def test_fetch_goes_on_with_what_is_there(
    harness: Harness, line: Line, tmp_path: Path, kept: int
) -> None:
    """Right bytes are kept, wrong ones thrown away, too many as well."""
    key, target = tip_of(harness, line), tmp_path / "parent.zkey"
    expected = (harness.ceremony / "0000.zkey").read_bytes()
    part_of(target, key).write_bytes(os.urandom(2000) if kept < 0 else (expected * 2)[:kept])
    fetch_key(client_of(line), key, target, silent)
    assert target.read_bytes() == expected
    assert not part_of(target, key).exists()


def test_another_key_than_the_recorded_one(harness: Harness, line: Line, tmp_path: Path) -> None:
    key = replace(tip_of(harness, line), digest="0" * 128)
    with pytest.raises(IntegrityError, match=r"the coordinator sends another key: .*, the ledger"):
        fetch_key(client_of(line), key, tmp_path / "k", silent)
    assert list(tmp_path.glob(".k*")) == []


def test_a_server_that_is_gone(harness: Harness, tmp_path: Path) -> None:
    client = CoordinatorClient("http://127.0.0.1:9/", patience=0, pause=0.001, timeout=60)
    with pytest.raises(NetworkError, match="the connection failed: "):
        fetch_key(client, RemoteKey("http://127.0.0.1:9/x", 10, "0" * 128), tmp_path / "k", silent)
    with pytest.raises(NetworkError, match="the coordinator does not answer: "):
        client.file("files/ceremony.yaml", 100)


def test_a_key_that_does_not_fit_is_not_fetched(tmp_path: Path) -> None:
    client = CoordinatorClient("http://127.0.0.1:9/", patience=0, pause=0.001, timeout=60)
    key = RemoteKey("http://127.0.0.1:9/x", 1 << 62, "0" * 128)
    with pytest.raises(EnvironmentProblem, match="the disk is too full: expected"):
        fetch_key(client, key, tmp_path / "k", silent)


def test_an_answer_that_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts as a failure, after which the client waits: never a loop without an end."""

    class Short:
        start = 0

        def chunks(self, _source: object) -> list[bytes]:
            return [b"abc"]

    monkeypatch.setattr(key_transfer, "open_at", lambda *_: nullcontext(Short()))
    client = CoordinatorClient("http://127.0.0.1:9/", patience=0, pause=0.001, timeout=60)
    key = RemoteKey("http://127.0.0.1:9/x", 10, "0" * 128)
    with pytest.raises(NetworkError, match="the connection ended after 3 of 10 bytes"):
        key_transfer._append(client, key, opened(tmp_path / "k"), silent)


def opened(path: Path) -> Path:
    path.touch(0o600)
    return path


# -- sending


def sending(
    harness: Harness, line: Line, contributor: ScriptedContributor, **changes: Any
) -> Sending:
    data, receipt = contributor.make()
    key = contributor.file("zkey")
    assert key.read_bytes() == data
    made = Sending(client_of(line, contributor), key, receipt, 1000, silent, lambda: None)
    return replace(made, **changes)


def wait_for_verdict(contributor: ScriptedContributor) -> str:
    while contributor.state == "verifying":
        time.sleep(0.05)
    return contributor.state


def test_send_over_a_line_that_breaks(
    harness: Harness, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each cut is at another place of the requests or of the answers; the key arrives whole."""
    monkeypatch.setattr(key_transfer, "SMALLEST_PIECE", 400)
    harness.verify = lambda *_: pytest.fail("not yet")
    ann = ScriptedContributor(harness, "ann").enter()
    work = sending(harness, line, ann)
    data, me = work.key.read_bytes(), ann.me
    for k in range(N_CUTS):
        with harness.coordinator.change():
            harness.coordinator.store.end_upload(me)
        line.cuts[:] = [(1 << 40, 1 << 40), (90 * k + 1, 1 << 40), (1 << 40, 15 * k + 1)]
        work.check = lambda: stop_at(harness, ann, len(data) - 1)
        work.piece = 700
        with pytest.raises(SlotLost, match="enough"):
            work.run()
        part = harness.coordinator.incoming.key(ann.me).read_bytes()
        assert part == data[: len(part)]
    assert line.n_cut >= N_CUTS
    harness.verify = accept_here
    line.cuts.clear()
    work.check = lambda: None
    work.run()
    assert wait_for_verdict(ann) == "accepted"


@pytest.mark.parametrize(
    ("step", "longest", "n_sent"),
    [
        (1, 70, 3),  # each piece moves the upload on, but not to its end: given up at 80 seconds
        (0, 10_000, 4),  # nothing is taken: given up at 100 seconds, 80 after the start
    ],
)
def test_an_upload_that_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int, longest: int, n_sent: int
) -> None:
    (tmp_path / "key").write_bytes(bytes(10_000))
    client: Any = SimpleNamespace(
        patience=60, post=None, rest=lambda _: None, patiently=lambda _: {"offset": 0}
    )
    clock = count(0, 20)
    monkeypatch.setattr(key_transfer, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(key_transfer, "receipt_fields", lambda _: {})
    monkeypatch.setattr(key_transfer, "_longest", lambda *_: longest)
    sent: list[int] = []
    monkeypatch.setattr(Sending, "_send", lambda *_: sent.append(0) or step * len(sent))
    nothing: Any = None
    work = Sending(client, tmp_path / "key", nothing, 1000, silent, lambda: None)
    with pytest.raises(NetworkError, match="the coordinator takes no more of the key"):
        work.run()
    assert len(sent) == n_sent


def stop_at(harness: Harness, contributor: ScriptedContributor, stop: int) -> None:
    """Give up before the last piece, so that the key can be sent again."""
    upload = harness.coordinator.store.upload(contributor.me)
    if upload is not None and upload.n_stored + 1000 > stop:
        raise SlotLost("enough")


def test_the_answer_to_the_last_piece_is_lost(harness: Harness, line: Line) -> None:
    """All is there and being judged: asking where the upload stands says so, or that it is over."""
    ann = ScriptedContributor(harness, "ann").enter()
    work = sending(harness, line, ann, largest=1 << 20)
    line.cuts[:] = [(1 << 40, 1 << 40), (1 << 40, 1)]
    try:
        work.run()
    except SlotLost as over:
        assert "no key is announced" in over.message
    assert wait_for_verdict(ann) == "accepted"


def test_the_slot_is_lost_on_the_way(harness: Harness, line: Line) -> None:
    ann = ScriptedContributor(harness, "ann").enter()
    work = sending(harness, line, ann)
    me = ann.me
    with harness.coordinator.change():
        harness.coordinator.slots.reject(me, "because")
    with pytest.raises(
        SlotLost, match="the coordinator refuses: you do not have the slot: because"
    ):
        work.run()


@pytest.mark.parametrize("offset", [-1, 10**6, True, "0", None])
def test_a_coordinator_that_says_nonsense(
    harness: Harness, line: Line, monkeypatch: pytest.MonkeyPatch, offset: Any
) -> None:
    ann = ScriptedContributor(harness, "ann").enter()
    work = sending(harness, line, ann)
    monkeypatch.setattr(work.client, "post", lambda *_: {"offset": offset})
    with pytest.raises(CheckFailed, match="the coordinator says the upload stands at"):
        work.run()


def test_a_coordinator_that_takes_nothing(
    harness: Harness, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = ScriptedContributor(harness, "ann").enter()
    work = sending(harness, line, ann)
    work.client.patience = 0
    monkeypatch.setattr(work.client, "put", lambda *_: {"offset": 0})
    with pytest.raises(NetworkError, match="the coordinator takes no more of the key"):
        work.run()


def test_a_piece_that_is_damaged_on_the_way_is_sent_again(
    harness: Harness, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = ScriptedContributor(harness, "ann").enter()
    work, damaged = sending(harness, line, ann), []
    real = work.client.put

    def put(path: str, data: bytes, headers: dict[str, str]) -> dict[str, object]:
        if not damaged:
            damaged.append(data)
            data = data[:-1] + bytes([data[-1] ^ 1])
        return real(path, data, headers)

    monkeypatch.setattr(work.client, "put", put)
    work.run()
    assert damaged
    assert wait_for_verdict(ann) == "accepted"
