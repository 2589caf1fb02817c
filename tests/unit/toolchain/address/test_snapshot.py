"""Snapshots: paths from one bucket, audits, and each kind of forgery."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.address.provider import OWNER, Provider
from zkctl.errors import CheckFailed, FormatError, UsageError, ZkctlError
from zkctl.toolchain.address import snapshot as snapshots
from zkctl.toolchain.address.epochs import publish_epoch, revoke_leaves, withdraw_epoch
from zkctl.toolchain.address.registry_folder import open_registry
from zkctl.toolchain.address.snapshot import (
    audit_snapshot,
    open_snapshot,
    view_of,
    write_snapshot,
)


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setattr(snapshots, "BUCKET_HEIGHT", 1)
    made = Provider(tmp_path)
    made.add()
    return made


def test_a_path_needs_one_bucket(provider: Provider) -> None:
    first = provider.epoch("epoch-1")
    with open_registry(provider.registry) as folder:
        leaves = folder.leaves(3).to_ints()
    opened = open_snapshot(first, provider.public_key, OWNER)
    for place, n_live in ((0, 2), (1, 2), (2, 1)):
        partial = provider.folder / f"partial{place}"
        shutil.copytree(first, partial)
        for path in partial.glob("leaves-*.bin"):
            if path.name != f"leaves-{place >> 1:05}.bin":
                path.unlink()
        view, found = view_of(open_snapshot(partial, provider.public_key, OWNER), place)
        assert (view.path.root(leaves[place]), found) == (view.root(), n_live)
    with pytest.raises(
        UsageError, match="the place is not in the snapshot: its leaf is of a later epoch"
    ):
        view_of(opened, 3)


def test_a_web_server_can_read_a_snapshot(provider: Provider) -> None:
    (provider.folder / "usual").mkdir()
    made = provider.epoch("epoch-1")
    assert made.stat().st_mode == (provider.folder / "usual").stat().st_mode


def test_snapshots_of_earlier_epochs(provider: Provider) -> None:
    first = provider.epoch("epoch-1")
    revoke_leaves(provider.registry, [0])
    provider.add([["JP-13", "5", "", ""]])
    provider.epoch("epoch-2")
    provider.epoch("epoch-3")
    withdraw_epoch(provider.registry, 2, provider.key)
    again = provider.folder / "again"
    write_snapshot(provider.registry, again, epoch=1)
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in first.iterdir()
    }
    for epoch in (4, 5):
        with pytest.raises(
            UsageError, match=f"epoch {epoch} has no roots: expected 1 to 3, without withdrawals"
        ):
            write_snapshot(provider.registry, provider.folder / "none", epoch=epoch)


def test_no_snapshot_of_a_withdrawn_epoch(provider: Provider) -> None:
    """Its records would end before the withdrawal, so that holders and auditors would not see it."""
    provider.epoch("epoch-1")
    publish_epoch(provider.registry, provider.key)
    withdraw_epoch(provider.registry, 2, provider.key)
    for epoch in (None, 2):
        with pytest.raises(UsageError, match="epoch 2 is withdrawn: its roots serve no statement"):
            write_snapshot(provider.registry, provider.folder / "none", epoch=epoch)
    provider.epoch("epoch-4")


def test_a_registry_without_epochs(provider: Provider) -> None:
    with pytest.raises(UsageError, match="the registry has no epoch yet"):
        write_snapshot(provider.registry, provider.folder / "none")


def test_audits(provider: Provider) -> None:
    first = provider.epoch("epoch-1")
    revoke_leaves(provider.registry, [0])
    header = ["pid", "holder_key", "version", "replaces"]
    provider.add([["JP-13", "5", "2", "2"]], header)
    second = provider.epoch("epoch-2")
    summary = audit_snapshot(second, provider.public_key, OWNER, previous=first)
    assert (summary.epoch, summary.compared_with_epoch, summary.n_records) == (2, 1, 2)
    assert (summary.n_leaves, summary.n_live, summary.n_revocations) == (4, 2, 2)
    with pytest.raises(CheckFailed, match="the snapshot does not continue the earlier one"):
        audit_snapshot(first, provider.public_key, OWNER, previous=second)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (
            "leaves-00000.bin",
            lambda raw: b"forged" + raw[6:],
            "the leaves of the snapshot are not those of its record",
        ),
        (
            "leaves-00000.bin",
            lambda raw: raw[:-1],
            "the file has a wrong size: expected a multiple of 32 bytes, got 63",
        ),
        ("leaves-00001.bin", lambda raw: raw[:-32], "the leaves of the snapshot are not"),
        ("leaves-00000.bin", lambda raw: b"\xff" * 32 + raw[32:], "is not below the modulus"),
        (
            "revocations.bin",
            lambda raw: b"forged" + raw[6:],
            "the revocations of the snapshot are not those of its record",
        ),
        ("revocations.bin", lambda raw: raw + raw, "T2: revocation 1 repeats an earlier one"),
        ("revocations.bin", lambda raw: b"", "the revocations of the snapshot are not those"),
        (
            "buckets.bin",
            lambda raw: b"forged" + raw[6:],
            "the nodes over the buckets are not those",
        ),
        ("buckets.bin", lambda raw: raw + bytes(32), "the nodes over the buckets are not those"),
        ("buckets.bin", lambda raw: b"", "the nodes over the buckets are not those of the leaves"),
        ("leaves-00001.bin", lambda raw: raw + bytes(32), "the snapshot announces other counts"),
        (
            "records.jsonl",
            lambda raw: raw.replace(b'"n_leaves": 3', b'"n_leaves": 4'),
            "the snapshot announces other counts: expected 3 leaves and 1 revocations, got 4 and 1",
        ),
        (
            "records.jsonl",
            lambda raw: raw.replace(b'"n_revocations": 1', b'"n_revocations": 0'),
            "expected 3 leaves and 1 revocations, got 3 and 0",
        ),
        ("records.jsonl", lambda raw: b"", "the last record of the snapshot has no roots"),
        (
            "records.jsonl",
            lambda raw: raw.replace(b'depth\\":\\"4', b'depth\\":\\"5'),
            "the signature is not that of",
        ),
    ],
)
def test_forged_snapshots(provider: Provider, name: str, change: object, message: str) -> None:
    revoke_leaves(provider.registry, [1])
    path = provider.epoch("epoch-1")
    place = path / name
    place.write_bytes(change(place.read_bytes()))  # type: ignore[operator]
    with pytest.raises(ZkctlError, match=message):
        audit_snapshot(path, provider.public_key, OWNER)


def test_a_view_of_forged_buckets(provider: Provider) -> None:
    path = provider.epoch("epoch-1")
    for name, place in (("leaves-00000.bin", 0), ("buckets.bin", 2)):
        forged = provider.folder / name
        shutil.copytree(path, forged)
        raw = (forged / name).read_bytes()
        (forged / name).write_bytes(b"forged" + raw[6:])
        with pytest.raises(
            CheckFailed, match="the leaves of the snapshot are not those of its record"
        ):
            view_of(open_snapshot(forged, provider.public_key, OWNER), place)


def registry_that_lies(provider: Provider, name: str, row: int, new: bytes, *, size: int) -> Path:
    """A second epoch, signed after a row of a file was replaced."""
    place = provider.registry / name
    raw = bytearray(place.read_bytes())
    raw[row * size : row * size + len(new)] = new
    place.write_bytes(raw)
    return provider.epoch("epoch-2")


def test_a_provider_that_replaces_a_leaf(provider: Provider) -> None:
    first = provider.epoch("epoch-1")
    second = registry_that_lies(provider, "leaves.bin", 1, b"forged", size=32)
    audit_snapshot(second, provider.public_key, OWNER)
    with pytest.raises(CheckFailed, match="a leaf of the earlier snapshot was replaced"):
        audit_snapshot(second, provider.public_key, OWNER, previous=first)


def test_a_provider_that_changes_a_revocation(provider: Provider) -> None:
    revoke_leaves(provider.registry, [1])
    first = provider.epoch("epoch-1")
    link = (5).to_bytes(32, "little")
    row = (provider.registry / "revocations.bin").read_bytes()[:40] + link
    second = registry_that_lies(provider, "revocations.bin", 0, row, size=72)
    audit_snapshot(second, provider.public_key, OWNER)
    with pytest.raises(CheckFailed, match="a revocation of the earlier snapshot was changed"):
        audit_snapshot(second, provider.public_key, OWNER, previous=first)


def test_a_provider_that_erases_in_silence(provider: Provider) -> None:
    first = provider.epoch("epoch-1")
    second = registry_that_lies(provider, "leaves.bin", 1, bytes(32), size=32)
    with pytest.raises(CheckFailed, match="a leaf was erased without a revocation"):
        audit_snapshot(second, provider.public_key, OWNER, previous=first)


def test_a_provider_that_revokes_without_erasing(provider: Provider) -> None:
    revoke_leaves(provider.registry, [1])
    second = registry_that_lies(provider, "revocations.bin", 0, b"\x02", size=72)
    with pytest.raises(CheckFailed, match="a revoked leaf is not erased"):
        audit_snapshot(second, provider.public_key, OWNER)


def test_a_provider_with_one_leaf_at_two_places(provider: Provider) -> None:
    leaf = (provider.registry / "leaves.bin").read_bytes()[:32]
    second = registry_that_lies(provider, "leaves.bin", 1, leaf, size=32)
    with pytest.raises(CheckFailed, match="two places of the registry have the same leaf"):
        audit_snapshot(second, provider.public_key, OWNER)


def test_another_owner(provider: Provider) -> None:
    path = provider.epoch("epoch-1")
    with pytest.raises(ZkctlError, match="the record is of another registry or operator"):
        open_snapshot(path, provider.public_key, "osaka.example")
    publish_epoch(provider.registry, provider.key)
    withdraw_epoch(provider.registry, 1, provider.key)
    shutil.copy(provider.registry / "records.jsonl", path / "records.jsonl")
    with pytest.raises(FormatError, match="the last record of the snapshot has no roots"):
        open_snapshot(path, provider.public_key, OWNER)
