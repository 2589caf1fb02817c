"""The folder of a registry: what a killed process leaves, and files that are cut off or changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.address.provider import OWNER, Provider
from zkctl.address.records import SignedRecord
from zkctl.errors import CheckFailed, EnvironmentProblem, FormatError, IntegrityError, ZkctlError
from zkctl.toolchain.address import registry_folder
from zkctl.toolchain.address.epochs import publish_epoch, revoke_leaves
from zkctl.toolchain.address.registry_folder import (
    PublishedRecord,
    open_registry,
    parse_epochs,
    parse_records,
)


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    made = Provider(tmp_path)
    made.add()
    return made


def state(provider: Provider) -> tuple[int, int, int]:
    with open_registry(provider.registry) as folder:
        return folder.n_leaves, len(folder.revoked()), len(folder.records())


@pytest.mark.parametrize("action", ["add", "revoke", "publish"])
def test_a_process_that_ends_before_the_commit_changes_nothing(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    actions = {
        "add": provider.add,
        "revoke": lambda: revoke_leaves(provider.registry, [0]),
        "publish": lambda: publish_epoch(provider.registry, provider.key),
    }
    with monkeypatch.context() as patch:
        patch.setattr(
            registry_folder, "replace_private", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            actions[action]()
    assert state(provider) == (3, 0, 0)
    actions[action]()
    expected = {"add": (6, 0, 0), "revoke": (3, 1, 0), "publish": (3, 0, 1)}
    assert state(provider) == expected[action]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("state.json", b"{}", "missing 'leaves.bin'"),
        ("state.json", b"x", "not valid JSON"),
        (
            "settings.json",
            b'{"kind":"x","name":"a","depth":4,"revocation_depth":4}',
            "the kind of the registry is unknown",
        ),
        (
            "leaves.bin",
            b"",
            "the file of the registry is cut off: expected at least 96 bytes, got 0",
        ),
    ],
)
def test_damaged_files(provider: Provider, name: str, content: bytes, message: str) -> None:
    (provider.registry / name).write_bytes(content)
    with pytest.raises(ZkctlError, match=message), open_registry(provider.registry):
        pass


def test_a_size_of_half_a_row(provider: Provider) -> None:
    place = provider.registry / "state.json"
    sizes = json.loads(place.read_bytes())
    place.write_text(json.dumps({**sizes, "leaves.bin": 95}))
    with (
        pytest.raises(
            FormatError,
            match="the state of the registry has a size that is no whole number of rows",
        ),
        open_registry(provider.registry),
    ):
        pass


def test_a_folder_that_others_can_write_to(provider: Provider) -> None:
    provider.registry.chmod(0o777)
    with (
        pytest.raises(EnvironmentProblem, match="other users can write to it"),
        open_registry(provider.registry),
    ):
        pass


def test_altered_records_are_refused(provider: Provider) -> None:
    for _ in range(2):
        publish_epoch(provider.registry, provider.key)
    raw = (provider.registry / "records.jsonl").read_bytes()
    parse_epochs(parse_records(raw, ""), provider.public_key, OWNER, where="")
    lines = raw.splitlines(keepends=True)
    altered = raw.replace(b'\\"depth\\":\\"4\\"', b'\\"depth\\":\\"5\\"')
    for wrong in (altered, lines[1], lines[1] + lines[0], lines[0] + lines[0]):
        with pytest.raises((CheckFailed, IntegrityError)):
            parse_epochs(parse_records(wrong, ""), provider.public_key, OWNER, where="")
    with pytest.raises(FormatError):
        parse_records(raw[:-20], "records.jsonl")


def test_a_record_that_was_seen_vouches_for_those_before(provider: Provider) -> None:
    for _ in range(3):
        publish_epoch(provider.registry, provider.key)
    records = parse_records((provider.registry / "records.jsonl").read_bytes(), "")
    key = provider.public_key
    seen = (2, records[1].signed.digest())
    unsigned = [PublishedRecord(SignedRecord(r.signed.body, ""), 3, 0) for r in records[:2]]
    epochs = parse_epochs([*unsigned, records[2]], key, OWNER, where="", seen=seen)
    assert [each.number for each in epochs] == [1, 2, 3]
    with pytest.raises(ZkctlError):  # the one behind it needs its signature
        last = PublishedRecord(SignedRecord(records[2].signed.body, "00" * 64), 3, 0)
        parse_epochs([*records[:2], last], key, OWNER, where="", seen=seen)
    body = records[0].signed.body.replace(b'"depth":"4"', b'"depth":"5"')
    forged = PublishedRecord(SignedRecord(body, ""), 3, 0)
    with pytest.raises(IntegrityError, match="the chain of records is broken"):
        parse_epochs([forged, *records[1:]], key, OWNER, where="", seen=seen)
    with pytest.raises(CheckFailed, match="there are two records of epoch 2"):
        parse_epochs(records, key, OWNER, where="", seen=(2, records[0].signed.digest()))
    with pytest.raises(
        CheckFailed, match="the records are rolled back: expected epoch 2 or later, got 1"
    ):
        parse_epochs(records[:1], key, OWNER, where="", seen=seen)


def test_a_missing_registry_is_not_made(tmp_path: Path) -> None:
    with (
        pytest.raises(EnvironmentProblem, match="cannot open the folder"),
        open_registry(tmp_path / "typo"),
    ):
        pass
    assert not (tmp_path / "typo").exists()
