"""A ceremony in its folder, from its rules to an audit by a stranger; and what each step refuses."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.ceremony_folders import (
    PLAIN,
    begin,
    extend,
    phase1_and_circuit,
    rewrite_ledger,
)
from tests.unit.ceremony.test_drand import FASTNET, RANDOMNESS, SIGNATURE
from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.drand import QUICKNET, round_time
from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.record.ledger import REJECTED
from zkctl.ceremony.record.rules import time_text
from zkctl.errors import (
    CheckFailed,
    EncodingError,
    EnvironmentProblem,
    FormatError,
    InputError,
    IntegrityError,
    UsageError,
)
from zkctl.formats.binary.zkey_groth16 import CONTRIBUTION_ORDER, ZkeyFile, read_zkey, write_zkey
from zkctl.formats.ceremony_files import Receipt, read_ledger
from zkctl.runtime import clock
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.audit import ceremony_status, verify_ceremony
from zkctl.toolchain.ceremony.finalize import finalize_ceremony
from zkctl.toolchain.ceremony.folder import (
    append,
    blake2b,
    blank_entry,
    open_ceremony,
    read_ledger_ending_in,
)
from zkctl.toolchain.ceremony.folder_steps import (
    beacon_in_folder,
    check_step,
    check_unfinished,
    contribute_in_folder,
    init_ceremony,
)
from zkctl.toolchain.ceremony.key import beacon_key, verify_key
from zkctl.toolchain.ceremony.offline import contribute_offline
from zkctl.toolchain.ceremony.receipts import (
    attest_contribution,
    generate_signing_key,
    make_receipt,
    save_receipt,
    signed,
    verify_inclusion,
)
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest
from zkctl.toolchain.ptau.verify import verify_ptau

BEFORE = round_time(1000) - 3600
DRAND = replace(PLAIN, beacon_source=QUICKNET, beacon_round=1000)


@pytest.fixture(autouse=True)
def an_hour_before_round_1000(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: BEFORE)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    phase1_and_circuit(folder)
    return folder


@pytest.fixture(scope="module")
def finished(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """alice in the folder and signed, bob offline and signed, then the announced beacon."""
    folder = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: BEFORE)
        for name in ("c.r1cs", "pot.ptau"):
            shutil.copy(base / name, folder / name)
        ceremony = begin(folder, replace(DRAND, signatures_required=True))
        generate_signing_key(folder / "key")
        contribute_in_folder(
            ceremony, ContributionRequest(name="alice", signing_key=folder / "key")
        )
        contribute_offline(
            ceremony / "0001.zkey",
            folder / "bob.zkey",
            ContributionRequest(name="bob", signing_key=folder / "key"),
            ledger=ceremony / "transcript.jsonl",
        )
        receipt = folder / "bob.zkey.receipt.json"
        accept_contribution(ceremony, folder / "bob.zkey", receipt=receipt)
        patch.setattr(clock, "now", lambda: round_time(1000) + 60)
        beacon_in_folder(ceremony, BeaconRequest(drand_round=1000, drand_signature=SIGNATURE))
        finalize_ceremony(ceremony, production=True)
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished / "ceremony", tmp_path / "ceremony")
    return tmp_path / "ceremony"


@pytest.fixture(scope="module")
def begun(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ceremony with a contribution by alice."""
    folder = tmp_path_factory.mktemp("begun")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: BEFORE)
        for name in ("c.r1cs", "pot.ptau"):
            shutil.copy(base / name, folder / name)
        ceremony = begin(folder)
        accept_contribution(ceremony, extend(ceremony / "0000.zkey", folder / "a.zkey", "alice"))
    return folder


@pytest.fixture
def opened(begun: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return tmp_path / "ceremony"


# -- the whole way


def test_a_stranger_audits_the_public_folder(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(
        finished / "ceremony", tmp_path / "c", ignore=shutil.ignore_patterns("receipts")
    )
    summary = verify_ceremony(tmp_path / "c")
    assert [c.claimed_name for c in summary.contributors] == [
        "alice",
        "bob",
        f"{QUICKNET} round 1000",
    ]
    assert summary.trust.startswith("sound if at least one of these 2 contributors")
    assert [w for w in summary.warnings if "signed" in w or "beacon" in w] == []
    assert RANDOMNESS in summary.contributors[2].kind
    status = ceremony_status(tmp_path / "c")
    assert (status.state, status.n_contributions, status.next_key) == ("finalized", 2, "")


def test_the_manifest_has_the_digest_of_every_file(finished: Path) -> None:
    folder = finished / "ceremony"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["production"] is True
    for name, digests in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digests["sha256"]


def test_receipts_are_private_and_prove_inclusion(finished: Path, tmp_path: Path) -> None:
    folder = finished / "ceremony"
    for receipt in (folder / "receipts" / "0001.json", finished / "bob.zkey.receipt.json"):
        assert stat.S_IMODE(receipt.stat().st_mode) == 0o600
        assert verify_inclusion(receipt, folder / "final.zkey").n_contributions == 3
        attest_contribution(receipt, tmp_path / receipt.name)
        text = (tmp_path / receipt.name).read_text()
        assert "made contribution" in text and "ssh-ed25519" in text
    with pytest.raises(
        CheckFailed, match=r"expected contribution 1 of 1, .* is missing from the key"
    ):
        verify_inclusion(finished / "bob.zkey.receipt.json", folder / "0001.zkey")


def test_the_newest_key_is_the_ordinary_file(finished: Path) -> None:
    folder = finished / "ceremony"
    parts = folder / "circuit.r1cs", folder / "phase1.ptau"
    ledger = folder / "transcript.jsonl"
    summary = verify_key(folder / "final.zkey", *parts, ledger=ledger)
    hashes = [c.contribution_hash for c in summary.contributors]
    verify_key(folder / "final.zkey", *parts, expected=["0x" + hashes[0].upper(), hashes[2]])
    with pytest.raises(CheckFailed, match="contribution 3 of 3 is missing: the key ends before it"):
        verify_key(folder / "0002.zkey", *parts, ledger=ledger)
    with pytest.raises(CheckFailed, match="is missing from the key"):
        verify_key(folder / "0001.zkey", *parts, expected=hashes)


def test_a_ledger_whose_chain_is_broken(finished: Path, tmp_path: Path) -> None:
    """Whoever compares a key with a ledger checks the ledger first."""
    folder, broken = finished / "ceremony", tmp_path / "transcript.jsonl"
    parts = folder / "circuit.r1cs", folder / "phase1.ptau"
    lines = (folder / "transcript.jsonl").read_bytes().splitlines(keepends=True)
    broken.write_bytes(b"".join([lines[0].replace(b'"time":"20', b'"time":"19'), *lines[1:]]))
    message = "the line does not follow the one before it"
    with pytest.raises(CheckFailed, match=message):
        verify_key(folder / "final.zkey", *parts, ledger=broken)
    with pytest.raises(CheckFailed, match=message):
        read_ledger_ending_in(folder / "final.zkey", broken)


# -- before the first contribution


@pytest.mark.parametrize("seconds", [0, 10])
def test_a_known_beacon_cannot_be_announced(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    monkeypatch.setattr(clock, "now", lambda: round_time(1000) + seconds)
    with pytest.raises(IntegrityError, match="its value is known"):
        init_ceremony(tmp_path / "c", base / "c.r1cs", base / "pot.ptau", rules=DRAND)
    assert list(tmp_path.iterdir()) == []


def test_rules_that_contradict_themselves_begin_nothing(base: Path, tmp_path: Path) -> None:
    for name in ("c.r1cs", "pot.ptau"):
        shutil.copy(base / name, tmp_path / name)
    with pytest.raises(UsageError, match="minimum_players is 0"):
        begin(tmp_path, replace(PLAIN, minimum_players=0))
    assert not (tmp_path / "ceremony").exists()


@pytest.mark.parametrize("name", ["c.r1cs", "pot.ptau", "keys"])
def test_a_wrong_file_is_named_as_it_was_given(base: Path, tmp_path: Path, name: str) -> None:
    """The ceremony's folder has a copy under another name, which is gone after the refusal."""
    (tmp_path / "wrong").write_bytes((base / "c.r1cs").read_bytes()[:20])
    files = {"c.r1cs": base / "c.r1cs", "pot.ptau": base / "pot.ptau", "keys": base / "keys"}
    files[name] = tmp_path / "wrong"
    rules, participants = PLAIN, None
    if name == "keys":
        rules, participants = (
            replace(PLAIN, admission="keys", signatures_required=True),
            files["keys"],
        )
    with pytest.raises(InputError) as caught:
        init_ceremony(
            tmp_path / "c",
            files["c.r1cs"],
            files["pot.ptau"],
            rules=rules,
            participants=participants,
        )
    assert caught.value.where.startswith(str(tmp_path / "wrong"))
    assert ".partial-" not in caught.value.where


def test_beginning_again_is_refused(opened: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="the folder of the ceremony exists"):
        begin(opened.parent)
    with pytest.raises(EnvironmentProblem, match="cannot read the file"):
        init_ceremony(opened.parent / "new", opened / "x", opened / "y", rules=PLAIN)
    with pytest.raises(EnvironmentProblem, match="cannot make the folder"):
        init_ceremony(opened / "no" / "where", opened / "x", opened / "y", rules=PLAIN)
    assert sorted(p.name for p in opened.parent.iterdir() if p.name.startswith(".")) == []


# -- contributing


def test_a_parent_that_is_not_the_recorded_one(opened: Path) -> None:
    extend(opened / "0000.zkey", opened / "0001.zkey", "mallory")
    with pytest.raises(IntegrityError, match="the newest key is not the recorded one: "):
        contribute_in_folder(opened, ContributionRequest(name="bob"))


def test_an_invalid_parent_is_found_before_the_secret_is_drawn(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = read_zkey(opened / "0001.zkey")
    points = file.key.l_query.data.copy()
    points[0] = file.key.gamma_abc_g1.data[0]
    bad = replace(file.key, l_query=type(file.key.l_query)(file.key.l_query.group, points))
    saved(opened / "0001.zkey", replace(file, key=bad))
    digest = hashlib.blake2b((opened / "0001.zkey").read_bytes()).hexdigest()
    rewrite_ledger(opened, 1, key_digest=digest)
    monkeypatch.setattr("zkctl.toolchain.ceremony.folder_steps.write_contribution", pytest.fail)
    with pytest.raises(CheckFailed, match="the pairing check fails"):
        contribute_in_folder(opened, ContributionRequest(name="bob"))


def test_each_part_of_a_step_is_checked(opened: Path) -> None:
    first, good = read_zkey(opened / "0000.zkey"), read_zkey(opened / "0001.zkey")
    check_step(good, first)
    (record,), delta = good.contributions, good.key.delta_g1
    shifted = replace(record, g2_spx=record.g2_spx + record.g2_spx)
    for bad, message in (
        (
            replace(good, circuit_hash=bytes(64)),
            "the circuit hash is not that of the ceremony's first key",
        ),
        (
            replace(good, key=replace(good.key, a_query=good.key.b_g1_query)),
            "the circuit differs from the one in the key",
        ),
        (replace(good, contributions=[shifted]), "the pairing check fails"),
        (
            replace(good, key=replace(good.key, delta_g1=delta + delta)),
            "delta_g1 is not what the last contribution left",
        ),
        (
            replace(good, key=replace(good.key, h_query=first.key.h_query)),
            "the pairing check fails",
        ),
    ):
        with pytest.raises(CheckFailed, match=message):
            check_step(bad, first)


def test_a_final_key_closes_a_ceremony(opened: Path) -> None:
    check_unfinished(open_ceremony(opened))
    (opened / "final.zkey").write_bytes(b"")
    with pytest.raises(IntegrityError, match="the ceremony is closed: its beacon is in the key"):
        check_unfinished(open_ceremony(opened))


def test_a_beacon_closes_a_ceremony(copy: Path) -> None:
    (copy / "final.zkey").unlink()
    with pytest.raises(IntegrityError, match="the ceremony is closed: its beacon is in the key"):
        check_unfinished(open_ceremony(copy))


def test_another_process_has_the_lock(opened: Path) -> None:
    with (opened / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(EnvironmentProblem, match="another process is writing to this ceremony"):
            contribute_in_folder(opened, ContributionRequest(name="bob"))


def test_after_the_deadline(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("c.r1cs", "pot.ptau"):
        shutil.copy(base / name, tmp_path / name)
    ceremony = begin(tmp_path, replace(DRAND, deadline=time_text(BEFORE + 60)))
    monkeypatch.setattr(clock, "now", lambda: BEFORE + 61)
    with pytest.raises(IntegrityError, match="the ceremony ended at"):
        contribute_in_folder(ceremony, ContributionRequest(name="late"))
    late = extend(ceremony / "0000.zkey", tmp_path / "late.zkey", "late")
    with pytest.raises(IntegrityError, match="the ceremony ended at"):
        accept_contribution(ceremony, late)
    assert ceremony_status(ceremony).n_contributions == 0
    assert ceremony_status(ceremony).deadline == time_text(BEFORE + 60)


def test_a_closed_ceremony(copy: Path) -> None:
    for action in (
        lambda: contribute_in_folder(copy, ContributionRequest(name="late")),
        lambda: accept_contribution(copy, copy / "0001.zkey"),
        lambda: beacon_in_folder(copy, BeaconRequest(beacon_hex="aa")),
    ):
        with pytest.raises(
            IntegrityError, match="the ceremony is closed: its beacon is in the key"
        ):
            action()


def test_a_missing_signature_is_found_by_the_auditor(copy: Path) -> None:
    rewrite_ledger(copy, 1, signature="", public_key="")
    with pytest.raises(
        CheckFailed, match="contribution 1 is not signed, and the rules require it"
    ) as caught:
        verify_ceremony(copy)
    assert caught.value.where.endswith("transcript.jsonl, line 2")


def test_an_unsigned_receipt_is_no_signature(base: Path, tmp_path: Path) -> None:
    for name in ("c.r1cs", "pot.ptau"):
        shutil.copy(base / name, tmp_path / name)
    ceremony = begin(tmp_path, replace(PLAIN, signatures_required=True))
    contribute_offline(
        ceremony / "0000.zkey",
        tmp_path / "x.zkey",
        ContributionRequest(name="x"),
        ledger=ceremony / "transcript.jsonl",
    )
    receipt = tmp_path / "x.zkey.receipt.json"
    with pytest.raises(IntegrityError, match="the rules of the ceremony require a signature"):
        accept_contribution(ceremony, tmp_path / "x.zkey", receipt=receipt)
    assert ceremony_status(ceremony).n_contributions == 0


def test_required_signatures(base: Path, tmp_path: Path) -> None:
    for name in ("c.r1cs", "pot.ptau"):
        shutil.copy(base / name, tmp_path / name)
    ceremony = begin(tmp_path, replace(PLAIN, signatures_required=True))
    message = "the rules of the ceremony require a signature"
    with pytest.raises(IntegrityError, match=message):
        contribute_in_folder(ceremony, ContributionRequest(name="alice"))
    key = extend(ceremony / "0000.zkey", tmp_path / "a.zkey", "alice")
    with pytest.raises(IntegrityError, match=message):
        accept_contribution(ceremony, key)
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        contribute_in_folder(
            ceremony, ContributionRequest(name="alice", signing_key=key, receipt=key)
        )


def test_a_key_without_a_line_is_replaced(opened: Path) -> None:
    """What a contributor killed before the last step left behind; its secret is gone."""
    extend(opened / "0001.zkey", opened / "0002.zkey", "ghost")
    contribute_in_folder(opened, ContributionRequest(name="bob"))
    names = [c.origin.name for c in read_zkey(opened / "0002.zkey").contributions]
    assert names == ["alice", "bob"]


def test_offline_only_on_the_newest_key(opened: Path, tmp_path: Path) -> None:
    request, ledger = ContributionRequest(name="bob"), opened / "transcript.jsonl"
    with pytest.raises(IntegrityError, match="the newest key of the ledger is #1, your file is #0"):
        contribute_offline(opened / "0000.zkey", tmp_path / "b.zkey", request, ledger=ledger)
    other = extend(opened / "0000.zkey", tmp_path / "fork.zkey", "eve")
    with pytest.raises(IntegrityError, match="your file is not one of its keys"):
        contribute_offline(other, tmp_path / "b.zkey", request, ledger=ledger)
    assert (
        read_ledger_ending_in(opened / "0001.zkey", opened / "transcript.jsonl").newest.number == 1
    )
    assert not (tmp_path / "b.zkey").exists()


def test_offline_only_where_key_and_receipt_can_be_written(opened: Path, tmp_path: Path) -> None:
    """Found out before a secret is drawn: a key without its receipt would be worth nothing."""
    output = tmp_path / "b.zkey"
    (tmp_path / "b.zkey.receipt.json").write_text("mine")
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        contribute_offline(opened / "0001.zkey", output, ContributionRequest(name="bob"))
    assert not output.exists()
    assert (tmp_path / "b.zkey.receipt.json").read_text() == "mine"


@pytest.mark.parametrize(
    "content", [b"zkey\1\0\0\0", b"see -----BEGIN OPENSSH PRIVATE KEY-----\n", b"-----BEGIN X-----\n", b""]
)  # fmt: skip
def test_a_file_that_begins_as_no_private_key(opened: Path, tmp_path: Path, content: bytes) -> None:
    """Any user may read it, so that its mode would be complained about before its kind."""
    other = tmp_path / "other"
    other.write_bytes(content)
    other.chmod(0o644)
    receipt = made(opened)
    with pytest.raises(FormatError, match="expected an Ed25519 private key, found "):
        signed(receipt, other)


def made(ceremony: Path) -> Receipt:
    key = ceremony / "0001.zkey"
    stored = read_zkey(key)
    return make_receipt(stored, key, "", stored.circuit_hash, None)


def test_offline_only_on_records_that_hold(opened: Path, tmp_path: Path) -> None:
    """A coordinator may write a ledger that fits a bad key."""
    tip, good = opened / "0001.zkey", read_zkey(opened / "0001.zkey")
    (record,) = good.contributions
    shifted = replace(record, g2_spx=record.g2_spx + record.g2_spx)
    delta = good.key.delta_g1
    for bad, message in (
        (replace(good, contributions=[shifted]), "the pairing check fails"),
        (
            replace(good, key=replace(good.key, delta_g1=delta + delta)),
            "delta_g1 is not what the last contribution left",
        ),
    ):
        saved(tip, bad)
        facts = {
            "contribution": contribution_hash(bad.contributions[0]).hex(),
            "key_digest": blake2b(tip),
        }
        rewrite_ledger(opened, 1, **facts)
        with pytest.raises(CheckFailed, match=message):
            contribute_offline(
                tip,
                tmp_path / "b.zkey",
                ContributionRequest(name="bob"),
                ledger=opened / "transcript.jsonl",
            )
        assert not (tmp_path / "b.zkey").exists()


# -- accepting


def saved(key: Path, file: ZkeyFile) -> Path:
    """Replace a key whose old bytes are still mapped."""
    key.unlink()
    with key.open("wb") as stream:
        write_zkey(stream, file, order=CONTRIBUTION_ORDER)
    return key


def damaged(key: Path) -> Path:
    file = read_zkey(key)
    h = file.key.h_query.data.copy()
    h[[0, 1]] = h[[1, 0]]
    bad = replace(file.key, h_query=type(file.key.h_query)(file.key.h_query.group, h))
    return saved(key, replace(file, key=bad))


def copied(key: Path, to: Path) -> Path:
    to.write_bytes(key.read_bytes())
    return to


def other_circuit_hash(key: Path) -> Path:
    return saved(key, replace(read_zkey(key), circuit_hash=bytes(64)))


def test_refusals_are_recorded_with_their_reasons(opened: Path, tmp_path: Path) -> None:
    first, tip = opened / "0000.zkey", opened / "0001.zkey"
    beacon = beacon_origin("aa", 10, "")
    arrivals = [
        (tip, "this contribution is accepted already, as number 1"),
        (
            extend(first, tmp_path / "old.zkey", "x"),
            "contribution 1 of 1 was replaced|the newest key is",
        ),
        (
            extend(extend(first, tmp_path / "f1", "x"), tmp_path / "fork.zkey", "y"),
            "contribution 1 of 1 was replaced: the key was forked after contribution 0",
        ),
        (first, "the key has no contribution: it is the first key of the ceremony"),
        (
            damaged(copied(tip, tmp_path / "tip.zkey")),
            "the key ends in contribution number 1, which is accepted already, but its bytes"
            " are not those of the accepted key: it was altered or damaged",
        ),
        (damaged(extend(tip, tmp_path / "bad.zkey", "x")), "the pairing check fails"),
        (
            extend(tip, tmp_path / "beacon.zkey", "", beacon),
            "the contribution is a beacon, whose secret is public",
        ),
        (
            other_circuit_hash(extend(tip, tmp_path / "hash.zkey", "x")),
            "the circuit hash is not that of the ceremony's first key",
        ),
    ]
    (tmp_path / "text.zkey").write_text("not a key")
    arrivals.append((tmp_path / "text.zkey", "expected a zkey file, found|not a zkey file"))
    for k, (key, message) in enumerate(arrivals, 1):
        with pytest.raises((CheckFailed, IntegrityError, FormatError), match=message):
            accept_contribution(opened, key)
        ledger = read_ledger(opened / "transcript.jsonl")
        assert [e.kind for e in ledger.entries].count(REJECTED) == k
        assert str(tmp_path) not in ledger.entries[-1].reason
    assert ceremony_status(opened).n_rejected == len(arrivals)
    accept_contribution(opened, extend(tip, tmp_path / "good.zkey", "bob"))
    assert ceremony_status(opened).n_contributions == 2
    assert (
        "2 contributions are not signed: their names are claims" in verify_ceremony(opened).warnings
    )
    assert "the ceremony has no beacon yet" in verify_ceremony(opened).warnings


def test_receipts_that_do_not_fit(opened: Path, tmp_path: Path) -> None:
    tip = opened / "0001.zkey"
    key = extend(tip, tmp_path / "b.zkey", "bob")
    ceremony_id = open_ceremony(opened).ceremony_id
    generate_signing_key(tmp_path / "k")
    new = read_zkey(key)
    good = make_receipt(new, key, ceremony_id, new.circuit_hash, tmp_path / "k")
    for name, receipt in {
        "other": make_receipt(new, key, "another", new.circuit_hash, tmp_path / "k"),
        "key": replace(good, key_digest="00"),
    }.items():
        save_receipt(receipt, tmp_path / name)
        with pytest.raises(CheckFailed, match="the receipt is not that of this key"):
            accept_contribution(opened, key, receipt=tmp_path / name)
    save_receipt(replace(good, signature="00" * 64), tmp_path / "forged")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        accept_contribution(opened, key, receipt=tmp_path / "forged")
    save_receipt(good, tmp_path / "good")
    accept_contribution(opened, key, receipt=tmp_path / "good")
    assert open_ceremony(opened).ledger.newest.public_key == good.public_key


def test_a_contribution_is_included_in_a_chain_that_holds(opened: Path, tmp_path: Path) -> None:
    """What follows it must be right too, or its secret is in a key that nobody can trust."""
    tip, ceremony_id = opened / "0001.zkey", open_ceremony(opened).ceremony_id
    first = read_zkey(tip)
    save_receipt(
        make_receipt(first, tip, ceremony_id, first.circuit_hash, None), tmp_path / "receipt"
    )
    later = read_zkey(extend(tip, tmp_path / "2.zkey", "bob"))
    verify_inclusion(tmp_path / "receipt", tmp_path / "2.zkey")
    record = later.contributions[1]
    shifted = replace(record, g2_spx=record.g2_spx + record.g2_spx)
    delta = later.key.delta_g1
    for bad, message in (
        (
            replace(later, contributions=[first.contributions[0], shifted]),
            "the pairing check fails",
        ),
        (
            replace(later, key=replace(later.key, delta_g1=delta + delta)),
            "delta_g1 is not what the last contribution left",
        ),
    ):
        saved(tmp_path / "2.zkey", bad)
        with pytest.raises(CheckFailed, match=message):
            verify_inclusion(tmp_path / "receipt", tmp_path / "2.zkey")


def test_attestations(opened: Path, tmp_path: Path) -> None:
    key, ceremony_id = opened / "0001.zkey", open_ceremony(opened).ceremony_id
    new = read_zkey(key)
    plain = make_receipt(new, key, ceremony_id, new.circuit_hash, None)
    save_receipt(plain, tmp_path / "plain")
    summary = attest_contribution(tmp_path / "plain", tmp_path / "a.md")
    assert summary.warnings[0].startswith("the attestation is not signed: pass `signing_key`")
    generate_signing_key(tmp_path / "k1")
    generate_signing_key(tmp_path / "k2")
    signed = make_receipt(new, key, ceremony_id, new.circuit_hash, tmp_path / "k1")
    save_receipt(signed, tmp_path / "signed")
    assert attest_contribution(tmp_path / "plain", tmp_path / "b.md", signing_key=tmp_path / "k1")
    with pytest.raises(UsageError, match="the receipt is signed by another key"):
        attest_contribution(tmp_path / "signed", tmp_path / "c.md", signing_key=tmp_path / "k2")
    save_receipt(replace(plain, number=2), tmp_path / "number")
    with pytest.raises(CheckFailed, match="the contribution is number 1 in the key, number 2 in"):
        verify_inclusion(tmp_path / "number", key)
    save_receipt(replace(plain, circuit_hash="00"), tmp_path / "circuit")
    with pytest.raises(CheckFailed, match="the key belongs to another circuit than the receipt"):
        verify_inclusion(tmp_path / "circuit", key)
    save_receipt(replace(plain, parent="ab" * 64), tmp_path / "parent")
    with pytest.raises(
        CheckFailed,
        match=r"the contribution follows another one in the key: expected abababababababab\.\.\., got ",
    ):
        verify_inclusion(tmp_path / "parent", key)
    save_receipt(replace(signed, signature="00" * 64), tmp_path / "forged")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        verify_inclusion(tmp_path / "forged", key)


# -- the beacon


def test_only_the_announced_beacon(base: Path, tmp_path: Path) -> None:
    for name in ("c.r1cs", "pot.ptau"):
        shutil.copy(base / name, tmp_path / name)
    ceremony = begin(tmp_path, replace(DRAND, beacon_round=2000))
    with pytest.raises(
        IntegrityError, match="the beacon is of another kind: expected drand:quicknet"
    ):
        beacon_in_folder(ceremony, BeaconRequest(beacon_hex="aa"))
    with pytest.raises(
        IntegrityError, match="the beacon is another round: expected 2000, got 1000"
    ):
        beacon_in_folder(ceremony, BeaconRequest(drand_round=1000, drand_signature=SIGNATURE))
    with pytest.raises(CheckFailed, match="the signature is not that of round 1000"):
        beacon_in_folder(ceremony, BeaconRequest(drand_round=1000, drand_signature=FASTNET))
    with pytest.raises(EncodingError, match="the point is not compressed"):
        beacon_in_folder(ceremony, BeaconRequest(drand_round=1000, drand_signature="00" * 48))


def test_a_round_on_a_single_key(opened: Path, tmp_path: Path) -> None:
    request = BeaconRequest(drand_round=1000, drand_signature=SIGNATURE)
    summary = beacon_key(opened / "0001.zkey", tmp_path / "f.zkey", request)
    origin = read_zkey(tmp_path / "f.zkey").contributions[-1].origin
    assert (origin.beacon.hex(), origin.name) == (RANDOMNESS, f"{QUICKNET} round 1000")
    assert summary.n_contributions == 2


# -- auditing what a cheating coordinator published


def replace_file(folder: Path, name: str, raw: bytes) -> None:
    (folder / name).unlink()
    (folder / name).write_bytes(raw)


@pytest.mark.parametrize("name", ["circuit.r1cs", "phase1.ptau", "0000.zkey", "0001.zkey"])
def test_replaced_files(copy: Path, name: str) -> None:
    replace_file(copy, name, (copy / name).read_bytes() + b"x")
    with pytest.raises(IntegrityError, match="the file is not the recorded one") as caught:
        verify_ceremony(copy)
    assert caught.value.where == str(copy / name)


def test_changed_rules(copy: Path) -> None:
    text = (copy / "ceremony.yaml").read_text().replace("minimum_players: 2", "minimum_players: 1")
    (copy / "ceremony.yaml").write_text(text)
    with pytest.raises(
        CheckFailed, match="the rules were changed: the ledger has the digest of other rules"
    ):
        verify_ceremony(copy)


def test_no_ceremony(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="not the folder of a ceremony"):
        verify_ceremony(tmp_path / "nowhere")


TAMPERED = [
    (1, {"name": "Mallory"}, CheckFailed, "the manifest has another digest"),
    (1, {"contribution": "00", "signature": ""}, CheckFailed, "does not continue contribution"),
    (1, {"signature": "00" * 64}, CheckFailed, "the signature is not that of the public key"),
    (2, {"time": "2030-01-01T00:00:00Z"}, CheckFailed, "contribution 2 was recorded at 2030"),
    (2, {"time": "yesterday"}, UsageError, "is not of the form"),
    (
        3,
        {"kind": "contribution", "time": "2023-01-01T00:00:00Z"},
        CheckFailed,
        "key and ledger differ in their beacons",
    ),
    (
        2,
        {"kind": "beacon"},
        CheckFailed,
        "a contribution follows the beacon|key and ledger differ",
    ),
    (3, {"drand_round": 1001}, CheckFailed, "the signature is not that of round 1001"),
    (0, {"contribution": "00"}, CheckFailed, "does not continue contribution 0"),
]


@pytest.mark.parametrize(("index", "changes", "error", "message"), TAMPERED)
def test_a_rewritten_ledger(
    copy: Path, index: int, changes: dict[str, Any], error: Any, message: str
) -> None:
    rewrite_ledger(copy, index, **changes)
    with pytest.raises(error, match=message):
        verify_ceremony(copy)


def test_a_contribution_after_the_beacon(copy: Path, tmp_path: Path) -> None:
    (copy / "manifest.json").unlink()
    key = extend(copy / "0003.zkey", copy / "0004.zkey", "late")
    ceremony = open_ceremony(copy)
    new = read_zkey(key)
    made = make_receipt(new, key, ceremony.ceremony_id, new.circuit_hash, None)
    entry = replace(
        blank_entry("contribution"), file=key.name, key_digest=made.key_digest, number=4
    )
    append(ceremony, replace(entry, contribution=made.contribution, parent=made.parent))
    with pytest.raises(CheckFailed, match="a contribution follows the beacon"):
        verify_ceremony(copy)


def test_an_announced_round_that_was_not_used(base: Path, tmp_path: Path) -> None:
    """The rules say round 2000; a cheating coordinator used round 1000."""
    for name in ("c.r1cs", "pot.ptau"):
        shutil.copy(base / name, tmp_path / name)
    folder = begin(tmp_path, replace(DRAND, beacon_round=2000))
    accept_contribution(folder, extend(folder / "0000.zkey", tmp_path / "a", "alice"))
    beacon_key(
        folder / "0001.zkey",
        folder / "0002.zkey",
        BeaconRequest(drand_round=1000, drand_signature=SIGNATURE),
    )
    ceremony, new = open_ceremony(folder), read_zkey(folder / "0002.zkey")
    made = make_receipt(new, folder / "0002.zkey", ceremony.ceremony_id, new.circuit_hash, None)
    entry = replace(blank_entry("beacon"), file="0002.zkey", key_digest=made.key_digest, number=2)
    entry = replace(entry, contribution=made.contribution, parent=made.parent)
    append(ceremony, replace(entry, drand_round=1000, drand_signature=SIGNATURE))
    with pytest.raises(
        CheckFailed, match="the beacon is round 1000, expected the announced round 2000"
    ):
        verify_ceremony(folder)


def test_a_beacon_that_is_not_the_rounds_randomness(base: Path, tmp_path: Path) -> None:
    for name in ("c.r1cs", "pot.ptau"):
        shutil.copy(base / name, tmp_path / name)
    folder = begin(tmp_path, DRAND)
    accept_contribution(folder, extend(folder / "0000.zkey", tmp_path / "a", "alice"))
    key = extend(folder / "0001.zkey", folder / "0002.zkey", "", beacon_origin("aa" * 32, 10, ""))
    ceremony, new = open_ceremony(folder), read_zkey(key)
    made = make_receipt(new, key, ceremony.ceremony_id, new.circuit_hash, None)
    entry = replace(blank_entry("beacon"), file=key.name, key_digest=made.key_digest, number=2)
    entry = replace(entry, contribution=made.contribution, parent=made.parent)
    append(ceremony, replace(entry, drand_round=1000, drand_signature=SIGNATURE))
    with pytest.raises(
        CheckFailed, match="the beacon in the key is not the randomness of its round"
    ):
        verify_ceremony(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v.pop("files"), "the manifest is not that of this ceremony"),
        (lambda v: v["files"].pop("phase1.ptau"), "the manifest is not that of this ceremony"),
        (lambda v: v["files"].update(other={}), "the manifest is not that of this ceremony"),
        (lambda v: v.update(ceremony="x"), "the manifest is not that of this ceremony"),
        (lambda v: v["files"]["final.zkey"].update(sha256="0"), "the manifest has another digest"),
        (lambda v: v.pop("ceremony"), "the manifest is not that of this ceremony"),
        (lambda v: v.pop("trust"), "the manifest is not that of this ceremony"),
        (lambda v: v.update(audited_by="x"), "the manifest is not that of this ceremony"),
        (lambda v: v.update(schema="x"), "the field 'schema' of the manifest differs"),
        (lambda v: v.update(trust="sound"), "the field 'trust' of the manifest differs from the"),
        (lambda v: v.update(circuit_hash=None), "the field 'circuit_hash' of the manifest differs"),
        (lambda v: v["contributors"].pop(), "the field 'contributors' of the manifest differs"),
        (lambda v: v.update(contributors={}), "the field 'contributors' of the manifest differs"),
        (
            lambda v: v["contributors"][0].update(claimed_name="eve"),
            "the field 'contributors' of the manifest differs from the ceremony: expected",
        ),
        (lambda v: v["contributors"][0].update(number=True), "the field 'contributors' of the"),
        (lambda v: v["contributors"][0].update(kind="beacon"), "the field 'contributors' of the"),
        (lambda v: v["contributors"][0].update(note="x"), "the field 'contributors' of the"),
        (lambda v: v["contributors"][0].pop("kind"), "the field 'contributors' of the"),
        (
            lambda v: v.update(production=1),
            "the field 'production' of the manifest is malformed: expected true or false, got 1",
        ),
    ],
)
def test_a_rewritten_manifest(copy: Path, change: Any, message: str) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    change(manifest)
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CheckFailed, match=message):
        verify_ceremony(copy)


def test_a_manifest_that_claims_production(base: Path, tmp_path: Path) -> None:
    for name in ("c.r1cs", "pot.ptau"):
        shutil.copy(base / name, tmp_path / name)
    folder = begin(tmp_path)
    accept_contribution(folder, extend(folder / "0000.zkey", tmp_path / "a", "ann"))
    finalize_ceremony(folder)
    verify_ceremony(folder)
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"production": false', '"production": true'))
    message = "the manifest calls the ceremony fit for production: 1 players, expected at least 2"
    with pytest.raises(CheckFailed, match=message):
        verify_ceremony(folder)


@pytest.mark.parametrize(
    ("name", "other", "message"),
    [
        ("final.zkey", "0002.zkey", "the final key is not the newest one of the ledger"),
        ("verification_key.json", None, "the verification key is not the final key's"),
    ],
)
def test_published_files_of_another_key(
    copy: Path, name: str, other: str | None, message: str
) -> None:
    raw = (copy / other).read_bytes() if other else (copy / name).read_bytes()
    if other is None:
        value = json.loads(raw)
        value["IC"][0], value["IC"][1] = value["IC"][1], value["IC"][0]
        raw = json.dumps(value).encode()
    replace_file(copy, name, raw)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["files"][name] = {
        "sha256": hashlib.sha256(raw).hexdigest(),
        "blake2b": hashlib.blake2b(raw).hexdigest(),
    }
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CheckFailed, match=message):
        verify_ceremony(copy)


# -- finishing


def test_what_production_refuses(base: Path, tmp_path: Path) -> None:
    for name in ("c.r1cs", "pot.ptau"):
        shutil.copy(base / name, tmp_path / name)
    folder = begin(tmp_path)
    accept_contribution(folder, extend(folder / "0000.zkey", tmp_path / "a", "DEV ONLY me"))
    with pytest.raises(IntegrityError, match="not fit for production: ") as caught:
        finalize_ceremony(folder, production=True)
    for problem in (
        "1 players, expected at least 2 [CEREMONY-PLAYERS]",
        "contribution 1 is marked 'DEV ONLY' [CEREMONY-DEV]",
        "the key has no announced beacon [CEREMONY-BEACON]",
    ):
        assert problem in caught.value.message
    assert not (folder / "manifest.json").exists()
    summary = finalize_ceremony(folder)
    assert any("[CEREMONY-PLAYERS]" in warning for warning in summary.warnings)
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        finalize_ceremony(folder)
    finalize_ceremony(folder, force=True)
    assert verify_ceremony(folder).n_public == 2


def test_a_phase1_that_nobody_can_verify(opened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zkctl.toolchain.ceremony import finalize as ceremony_finish

    real = verify_ptau

    def cut(*arguments: Any, **options: Any):
        return replace(real(*arguments, **options), ceremony_power=9)

    monkeypatch.setattr(ceremony_finish, "verify_ptau", cut)
    with pytest.raises(
        IntegrityError, match=r"not a published file, unverifiable \[CEREMONY-PHASE1\]"
    ):
        finalize_ceremony(opened, production=True)


def test_a_plain_beacon_is_left_to_the_auditor(opened: Path) -> None:
    beacon_in_folder(opened, BeaconRequest(beacon_hex="ab" * 32))
    message = f"compare the beacon {'ab' * 32} with the announced source: bitcoin block 900000"
    assert message in verify_ceremony(opened).warnings


def test_another_circuit_in_the_first_line(opened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zkctl.toolchain.ceremony import audit as ceremony_audit

    real = verify_key

    def other(*arguments: Any, **options: Any):
        return replace(real(*arguments, **options), circuit_hash="00")

    monkeypatch.setattr(ceremony_audit, "verify_key", other)
    with pytest.raises(CheckFailed, match="the ledger began with another circuit"):
        verify_ceremony(opened)


def test_the_copy_is_what_is_verified(
    opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender changes the file just after it was copied."""

    key = extend(opened / "0001.zkey", tmp_path / "b.zkey", "bob")
    real = shutil.copyfileobj

    def copy_and_change(source: Any, target: Any, length: Any):
        real(source, target, length)
        extend(opened / "0000.zkey", key, "eve")

    monkeypatch.setattr(shutil, "copyfileobj", copy_and_change)
    accept_contribution(opened, key)
    assert [c.claimed_name for c in verify_ceremony(opened).contributors] == ["alice", "bob"]


def test_keys_that_are_no_files(opened: Path, tmp_path: Path) -> None:
    for path, message in ((opened, "it is a folder"), (tmp_path / "none", "cannot read the file")):
        with pytest.raises(EnvironmentProblem, match=message):
            accept_contribution(opened, path)
    assert ceremony_status(opened).n_rejected == 0


@pytest.mark.parametrize("name", ["../0001.zkey", "/etc/passwd", ""])
def test_a_ledger_that_names_files_elsewhere(opened: Path, name: str) -> None:
    rewrite_ledger(opened, 1, file=name)
    with pytest.raises(CheckFailed, match=r"the key of contribution 1 is not named 0001\.zkey"):
        verify_ceremony(opened)
