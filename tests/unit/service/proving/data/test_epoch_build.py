"""Epochs: the tree file is what the audit of the address tooling accepts; on both databases."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.registries import REGISTRY, TENANT, TestRegistry
from zkctl.ceremony.record.signing import new_key
from zkctl.errors import CheckFailed, EnvironmentProblem, UsageError
from zkctl.service.proving.data.epoch_build import build_epoch, tree_path, withdraw_epoch
from zkctl.service.proving.data.revocation_table import Reason, revoke_leaf
from zkctl.service.proving.store.queue import JobQueue
from zkctl.storage.lock import take_lock
from zkctl.toolchain.address.snapshot import audit_snapshot, open_snapshot, view_of

pytestmark = pytest.mark.anyio


async def test_epochs_pass_the_audit(store: JobQueue, tmp_path: Path) -> None:
    registry = TestRegistry(store.database, tmp_path)
    empty = await registry.epoch()
    assert (empty.epoch, empty.n_leaves) == (1, 0)
    leaves = await registry.add(3)
    first = await registry.epoch()
    await revoke_leaf(store.database, TENANT, REGISTRY, leaves[1], Reason.USER_REQUEST)
    await registry.add(1, first=200)
    second = await registry.epoch()
    assert (second.epoch, second.n_leaves, second.n_revocations, second.list_version) == (
        3,
        4,
        1,
        1,
    )
    assert second.revocation_root != first.revocation_root
    assert Path(second.tree) == tree_path(registry.trees.folder, REGISTRY, 3)
    assert hashlib.sha256(Path(second.tree).read_bytes()).hexdigest() == second.tree_digest
    audit = audit_snapshot(
        Path(second.tree), registry.public_key, REGISTRY, previous=Path(first.tree)
    )
    assert (audit.epoch, audit.n_live, audit.n_revocations) == (3, 3, 1)
    view, _ = view_of(open_snapshot(Path(second.tree), registry.public_key, REGISTRY), 2)
    assert view.path.root(leaves[2]) == int(second.root)


async def test_withdrawn_epochs(store: JobQueue, tmp_path: Path) -> None:
    registry = TestRegistry(store.database, tmp_path)
    await registry.add(2)
    await registry.epoch()
    assert await withdraw_epoch(store.database, REGISTRY, 1, registry.signing_key) == 2
    for epoch in (1, 2, 3):
        with pytest.raises(UsageError, match=f"epoch {epoch} cannot be withdrawn"):
            await withdraw_epoch(store.database, REGISTRY, epoch, registry.signing_key)
    third = await registry.epoch()
    assert third.epoch == 3
    assert audit_snapshot(Path(third.tree), registry.public_key, REGISTRY).n_records == 3
    rows = await store.database.run("roots.of_registry", registry=REGISTRY)
    assert [bool(row["withdrawn"]) for row in rows] == [True, True, False]


async def test_other_keys_depths_and_builders_are_refused(store: JobQueue, tmp_path: Path) -> None:
    registry = TestRegistry(store.database, tmp_path)
    await registry.add(1)
    await registry.epoch()
    with pytest.raises(CheckFailed):
        await build_epoch(store.database, registry.trees, new_key(), valid_for_s=600)
    deeper = replace(registry.trees, depth=5)
    with pytest.raises(UsageError, match="depth differs from epoch 1: expected 4, got 5"):
        await build_epoch(store.database, deeper, registry.signing_key, valid_for_s=600)
    lock = take_lock(registry.trees.folder / f"{REGISTRY}.lock")
    assert lock is not None
    with pytest.raises(EnvironmentProblem, match="another process builds an epoch"):
        await registry.epoch()


async def test_two_machines_that_publish_at_once(
    store: JobQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = TestRegistry(store.database, tmp_path)
    await registry.add(1)
    other = replace(registry.trees, folder=tmp_path / "other")
    original = type(store.database).now

    async def now(database: object) -> float:
        monkeypatch.setattr(type(store.database), "now", original)
        await build_epoch(store.database, other, registry.signing_key, valid_for_s=600)
        return await original(store.database)

    monkeypatch.setattr(type(store.database), "now", now)
    with pytest.raises(CheckFailed, match="another process published an epoch meanwhile"):
        await registry.epoch()
