"""Keys that come in: announced, in pieces, verified; and everything that is refused on the way."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.service.harness import Harness, ScriptedContributor, accept_here, copy_of
from tests.support.ceremony_folders import extend
from zkctl.errors import (
    CheckFailed,
    EnvironmentProblem,
    FormatError,
    IntegrityError,
    LimitError,
)
from zkctl.formats.ceremony_files import receipt_fields
from zkctl.service.coordinator import verification as verdict
from zkctl.service.coordinator.verification import (
    IDLE_SECONDS,
    MAX_ATTEMPTS,
    RETRY_SECONDS,
    ProcessResult,
    VerificationProcess,
)
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.folder import open_ceremony


def entries(harness: Harness) -> list[str]:
    return [entry.kind for entry in open_ceremony(harness.ceremony).ledger.entries]


def left_over(harness: Harness) -> list[str]:
    return [path.name for path in (harness.folder / "state" / "incoming").iterdir()]


@pytest.fixture
def ann(contributor: Callable[[str], ScriptedContributor]) -> ScriptedContributor:
    """A contributor who has the slot."""
    return contributor("ann")


@pytest.fixture
def announced(ann: ScriptedContributor) -> bytes:
    """The key that ann has made and announced; nothing of it is sent."""
    key, receipt = ann.make()
    ann.announce(key, receipt)
    return key


def test_three_people_make_a_ceremony(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    people = [contributor(name) for name in ("ann", "bob", "cy")]
    for each in people:
        each.contribute()
    assert [p.state for p in people] == ["accepted"] * 3
    summary = verify_ceremony(harness.ceremony)
    assert [c.claimed_name for c in summary.contributors] == ["ann", "bob", "cy"]
    keys = [entry.public_key for entry in open_ceremony(harness.ceremony).ledger.accepted]
    assert keys == [p.public_key for p in people]
    assert left_over(harness) == []


# -- pieces


def test_an_upload_goes_on_where_it_was(ann: ScriptedContributor, harness: Harness) -> None:
    data, receipt = ann.make()
    assert ann.announce(data, receipt) == 0
    ann.send(data[:1700])
    assert harness.upload_service.offset(ann.me) == 1700
    harness.restart()
    assert ann.announce(data, receipt) == 1700
    ann.send(data, 1700)
    harness.worker.step()
    assert ann.state == "accepted"


def test_another_key_begins_again(ann: ScriptedContributor, harness: Harness) -> None:
    data, receipt = ann.make()
    ann.announce(data, receipt)
    ann.send(data[:1700])
    data, receipt = ann.make()
    assert ann.announce(data, receipt) == 0
    ann.send(data)
    harness.worker.step()
    assert ann.state == "accepted"


def test_pieces_out_of_order_or_damaged_change_nothing(
    ann: ScriptedContributor, announced: bytes, harness: Harness
) -> None:
    ann.send(announced[:1000])
    append = harness.upload_service.append
    piece, digest = announced[1000:1500], hashlib.sha256(announced[1000:1500]).hexdigest()
    with pytest.raises(IntegrityError, match="the piece was damaged on the way"):
        append(ann.me, 1000, digest, piece[:-1])
    for offset in (0, 999, 1001, 10**14):
        with pytest.raises(IntegrityError, match=f"upload offset is {offset}, expected 1000"):
            append(ann.me, offset, digest, piece)
    long = b"x" * len(announced)
    with pytest.raises(
        IntegrityError, match=f"the piece ends at {1000 + len(announced)}, the key at"
    ):
        append(ann.me, 1000, hashlib.sha256(long).hexdigest(), long)
    with pytest.raises(IntegrityError, match="the piece ends at 1000, the key at"):
        append(ann.me, 1000, hashlib.sha256(b"").hexdigest(), b"")
    ann.send(announced, 1000)
    harness.worker.step()
    assert ann.state == "accepted"


def test_nothing_goes_without_an_announcement(ann: ScriptedContributor, harness: Harness) -> None:
    with pytest.raises(IntegrityError, match="no key is announced"):
        ann.send(b"abc")
    with pytest.raises(IntegrityError, match="no key is announced"):
        harness.upload_service.offset(ann.me)


def test_nobody_sends_without_the_slot(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    contributor("ann")
    bob = contributor("bob")
    data, receipt = bob.make()
    with pytest.raises(IntegrityError, match="you do not have the slot: it is not your turn"):
        bob.announce(data, receipt)
    with pytest.raises(IntegrityError, match="you do not have the slot: it is not your turn"):
        bob.send(data)


# -- announcements


def test_a_key_on_an_old_one(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    for name in ("ann", "bob"):
        contributor(name).contribute()
    cy = contributor("cy")
    data, receipt = cy.make(old="0000.zkey")
    with pytest.raises(IntegrityError, match="the newest key is #2, your file continues #0"):
        cy.announce(data, receipt)
    assert entries(harness) == ["init", "contribution", "contribution"]


def test_a_key_on_a_fork(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    fork = extend(harness.ceremony / "0000.zkey", harness.ceremony / "fork.zkey", "eve")
    contributor("ann").contribute()
    bob = contributor("bob")
    data, receipt = bob.make(old=fork.name)
    with pytest.raises(IntegrityError, match="your file continues another contribution #1 than"):
        bob.announce(data, receipt)


def test_the_coordinator_moves_the_tip_by_hand(ann: ScriptedContributor, harness: Harness) -> None:
    """Then the key that is on its way is too late; nobody is blamed for it."""
    data, receipt = ann.make()
    key = extend(harness.ceremony / "0000.zkey", harness.folder / "other.zkey", "by hand")
    accept_contribution(harness.ceremony, key)
    with pytest.raises(IntegrityError, match="the newest key is #1, your file continues #0"):
        ann.announce(data, receipt)
    ann.contribute()
    assert (ann.state, ann.view()["number"]) == ("accepted", 2)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            {"public_key": "ssh-ed25519 AAAA"},
            CheckFailed,
            "the receipt is not signed by the key that you entered with",
        ),
        ({"ceremony": "0" * 64}, CheckFailed, "the receipt belongs to another ceremony"),
        ({"key": "../../x"}, FormatError, "the receipt has no BLAKE2b-512 of the key"),
        ({"signature": "00"}, CheckFailed, "the signature is not that of the public key"),
        ({"signature": ""}, CheckFailed, "the signature is not that of the public key"),
        ({"contribution": "0" * 128}, CheckFailed, "the signature is not that of the public key"),
        (
            {"number": "1"},
            FormatError,
            "the field 'number' is wrong: expected an integer, found a string",
        ),
        ({"colour": "red"}, FormatError, "unknown field 'colour'"),
    ],
)
def test_receipts_that_are_refused(
    ann: ScriptedContributor,
    harness: Harness,
    change: dict[str, Any],
    error: Any,
    message: str,
) -> None:
    data, receipt = ann.make()
    with pytest.raises(error, match=message):
        harness.upload_service.begin(ann.me, len(data), receipt_fields(receipt) | change)


@pytest.mark.parametrize("n_bytes", [-1, 0, 10**9])
def test_sizes_that_are_refused(ann: ScriptedContributor, harness: Harness, n_bytes: int) -> None:
    _, receipt = ann.make()
    with pytest.raises(LimitError, match=f"the key has {n_bytes} bytes, expected at most"):
        harness.upload_service.begin(ann.me, n_bytes, receipt_fields(receipt))


# -- verdicts


def upload(contributor: ScriptedContributor, change: bytes | None = None) -> None:
    data, receipt = contributor.make()
    if change is not None:
        receipt = replace(receipt, key_digest=hashlib.blake2b(change).hexdigest())
        data = change
    contributor.announce(data, receipt)
    contributor.send(data)


def test_a_bad_key_is_refused_on_record_and_the_next_goes_on(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann, bob = contributor("ann"), contributor("bob")
    upload(ann, b"sorry, I could not make it")
    harness.worker.step()
    assert ann.state == "refused"
    assert "expected" in ann.view()["reason"]
    assert entries(harness) == ["init", "rejected"]
    assert bob.state == "active"
    assert left_over(harness) == []
    bob.contribute()
    assert bob.view()["number"] == 1
    assert ann.enter().view()["wait"] == 100


def test_the_same_bad_bytes_are_judged_anew(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    """A verdict is one written after the key arrived, not an older one about the same bytes."""
    for name in ("ann", "bob"):
        each = contributor(name)
        upload(each, b"the same bad bytes")
        harness.worker.step()
        assert each.state == "refused"
    assert entries(harness) == ["init", "rejected", "rejected"]


def test_bytes_that_are_not_the_announced_ones(ann: ScriptedContributor, harness: Harness) -> None:
    data, receipt = ann.make()
    ann.announce(data, receipt)
    ann.send(b"\0" + data[1:])
    harness.worker.step()
    assert ann.view()["reason"] == "the file arrived with another digest than the receipt's"
    assert entries(harness) == ["init"]


def test_while_verifying_the_lease_stands_still(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann, bob = contributor("ann"), contributor("bob")
    upload(ann)
    harness.pass_time(10_000)
    assert [ann.state] == ["verifying"]
    harness.coordinator.leave(ann.me)
    assert ann.state == "verifying"
    bob.enter()
    harness.worker.step()
    assert [ann.state, bob.state] == ["accepted", "active"]


def test_trouble_of_the_coordinator_is_nobodys_fault(
    ann: ScriptedContributor, harness: Harness
) -> None:
    """A full disk and the like: tried again until it works, and visible as ill health."""
    upload(ann)
    harness.verify = lambda *_: ProcessResult(5, "no space left on device")
    for _ in range(5):
        assert harness.worker.step() == RETRY_SECONDS
        assert ann.state == "verifying"
    assert harness.worker.problem == "no space left on device"
    harness.verify = accept_here
    assert harness.worker.step() == 0
    assert (ann.state, harness.worker.problem) == ("accepted", "")
    assert harness.worker.step() == IDLE_SECONDS


def test_a_key_that_kills_the_verification_is_given_up(
    contributor: Callable[[str], ScriptedContributor], harness: Harness
) -> None:
    ann, bob = contributor("ann"), contributor("bob")
    upload(ann)
    harness.verify = lambda *_: ProcessResult(-11)
    for _ in range(2):
        assert harness.worker.step() == RETRY_SECONDS
        harness.restart()
    assert harness.worker.problem == ""
    assert harness.worker.step() == 0
    assert ann.view()["reason"] == "the coordinator could not verify it"
    assert bob.state == "active"
    assert ann.enter().view()["wait"] == 0


def test_a_line_written_by_a_verification_that_outlived_its_server(
    ann: ScriptedContributor, harness: Harness
) -> None:
    """The child went on when the server was killed: its line is the verdict."""
    upload(ann)
    job = harness.upload_service.job()
    assert job is not None
    accept_here(harness.ceremony, job.key, job.receipt)
    harness.restart()
    harness.verify = lambda *_: pytest.fail("verified twice")
    harness.worker.step()
    assert ann.state == "accepted"


def test_a_refusal_without_a_line(ann: ScriptedContributor, harness: Harness) -> None:
    """The ceremony was closed while the key was on its way: nothing is recorded, nobody is blamed."""
    upload(ann)
    harness.verify = lambda *_: ProcessResult(4, "the ceremony is closed: its beacon is in the key")
    harness.worker.step()
    assert ann.view()["reason"] == "the ceremony is closed: its beacon is in the key"
    assert ann.enter().state == "active"


def test_the_child_is_the_command(base: Path, tmp_path: Path) -> None:
    harness = Harness(copy_of(base, tmp_path), verify=VerificationProcess().verify)
    ann, bob = (
        ScriptedContributor(harness, "ann").enter(),
        ScriptedContributor(harness, "bob").enter(),
    )
    ann.contribute()
    upload(bob, b"no key")
    harness.worker.step()
    assert [ann.state, bob.state] == ["accepted", "refused"]
    assert entries(harness) == ["init", "contribution", "rejected"]


def test_a_stopped_child_verifies_nothing(tmp_path: Path) -> None:
    child = VerificationProcess()
    child.stop()
    assert child.verify(tmp_path, tmp_path, tmp_path).message == "the server stops"


def test_the_rest_of_a_killed_run_is_removed_at_the_start(
    ann: ScriptedContributor, harness: Harness
) -> None:
    upload(ann)
    incoming: Path = harness.folder / "state" / "incoming"
    shutil.copy(incoming / "1.zkey", incoming / "77.zkey")
    harness.restart()
    assert left_over(harness) == ["1.zkey"]


def test_no_room_for_a_key(
    ann: ScriptedContributor,
    harness: Harness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:

    data, receipt = ann.make()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    with pytest.raises(
        EnvironmentProblem, match=r"the disk is too full: expected \d+ free bytes, got 10"
    ):
        ann.announce(data, receipt)


def test_a_full_disk_in_the_middle_of_a_piece(
    ann: ScriptedContributor,
    announced: bytes,
    harness: Harness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing counts that is not on the disk; when there is room again the upload goes on."""
    ann.send(announced[:1000])

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("zkctl.service.coordinator.upload_files.os.fsync", full)
        with pytest.raises(EnvironmentProblem, match="cannot write the file: no space left"):
            ann.send(announced, 1000)
    assert harness.upload_service.offset(ann.me) == 1000
    ann.send(announced, 1000)
    harness.worker.step()
    assert ann.state == "accepted"


def test_the_same_piece_sent_by_sixteen_threads_counts_once(
    ann: ScriptedContributor, announced: bytes, harness: Harness
) -> None:
    """As when a client repeats a request whose first copy is still on its way."""
    me, endings = ann.me, []
    digest = hashlib.sha256(announced[:1000]).hexdigest()

    def append() -> None:
        try:
            endings.append(harness.upload_service.append(me, 0, digest, announced[:1000]))
        except IntegrityError as late:
            endings.append(late.message)

    threads = [threading.Thread(target=append) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    late = "upload offset is 0, expected 1000"
    assert sorted(map(str, endings)) == sorted(["1000"] + [late] * 15)
    ann.send(announced, 1000)
    harness.worker.step()
    assert ann.state == "accepted"


# -- the disk and the processes of the coordinator


def test_a_beginning_that_got_lost_is_asked_for_again(
    ann: ScriptedContributor, harness: Harness
) -> None:
    """After a loss of power or a restored backup: what counts is what is on the disk."""
    data, receipt = ann.make()
    ann.announce(data, receipt)
    ann.send(data[:2000])
    key = harness.coordinator.incoming.key(ann.me)
    os.truncate(key, 700)
    assert harness.upload_service.offset(ann.me) == 700
    key.unlink()
    with pytest.raises(IntegrityError, match="upload offset is 2000, expected 0"):
        ann.send(data, 2000)
    assert ann.announce(data, receipt) == 0
    ann.send(data)
    harness.worker.step()
    assert ann.state == "accepted"


@pytest.mark.parametrize("kept", [0, 500])
def test_a_key_that_got_lost_blocks_nobody(
    contributor: Callable[[str], ScriptedContributor], harness: Harness, kept: int
) -> None:
    ann, bob = contributor("ann"), contributor("bob")
    upload(ann)
    key = harness.coordinator.incoming.key(ann.me)
    os.truncate(key, kept)
    if not kept:
        key.unlink()
    harness.worker.step()
    assert ann.view()["reason"] == "the coordinator lost the file"
    assert (ann.me.faults, bob.state) == (0, "active")


def test_the_name_of_a_new_file_is_brought_to_the_disk(
    contributor: Callable[[str], ScriptedContributor],
    harness: Harness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann, synchronised = contributor("ann"), []
    monkeypatch.setattr(
        "zkctl.service.coordinator.upload_files.synchronise_folder", synchronised.append
    )
    data, receipt = ann.make()
    ann.announce(data, receipt)
    ann.send(data)
    assert synchronised == [harness.coordinator.incoming.folder]


def test_the_receipt_is_whole_at_every_moment(ann: ScriptedContributor, harness: Harness) -> None:
    """A verification that outlived an earlier server may read it while this one writes it."""
    upload(ann)
    job, read, over = harness.upload_service.job(), set(), threading.Event()

    def look() -> None:
        while not over.is_set():
            read.add(job.receipt.read_bytes())

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(200):
        harness.upload_service.job()
    over.set()
    reader.join()
    assert len(read) == 1


def test_stopping_the_server_is_no_attempt(
    ann: ScriptedContributor,
    harness: Harness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However often the coordinator restarts it while the key is being verified."""
    upload(ann)
    real = subprocess.Popen
    slow = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(subprocess, "Popen", lambda _, **options: real(slow, **options))
    for _ in range(MAX_ATTEMPTS + 1):
        child = VerificationProcess()
        harness.verify = child.verify
        stopping = threading.Timer(0.3, child.stop)
        stopping.start()
        assert harness.worker.step() == RETRY_SECONDS
        stopping.join()
        harness.restart()
    harness.verify = accept_here
    harness.worker.step()
    assert ann.state == "accepted"


def test_a_second_signal_within_the_first() -> None:
    child = VerificationProcess()
    with child._lock:  # where the first one was
        child.stop()


def test_trouble_before_the_verification_is_ill_health(
    ann: ScriptedContributor,
    harness: Harness,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload(ann)
    with monkeypatch.context() as patch:
        patch.setattr(verdict, "blake2b", lambda _: (_ for _ in ()).throw(OSError("bad disk")))
        with pytest.raises(OSError, match="bad disk"):
            harness.worker.step()
    assert harness.worker.problem == "OSError while verifying"
    harness.worker.step()
    assert (ann.state, harness.worker.problem) == ("accepted", "")
