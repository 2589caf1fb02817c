"""Publish an epoch: compute the roots of a registry, write its tree file, sign and store the record."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zkctl.address.merkle import MerkleTree
from zkctl.address.records import (
    ROOTS,
    WITHDRAWN,
    SignedRecord,
    parse_record,
    parse_unsigned_record,
    sign_record,
)
from zkctl.address.revocations import Revocation, RevocationTree
from zkctl.ceremony.record.signing import public_key_of
from zkctl.errors import CheckFailed, EnvironmentProblem, UsageError
from zkctl.field import BN254_FR, FieldArray
from zkctl.runtime.arrays import np
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.service.proving.data.address_table import check_registry
from zkctl.service.proving.data.sealed_address import number_bytes
from zkctl.service.proving.store.database import LISTS, Database
from zkctl.storage.atomic import atomic_output
from zkctl.storage.lock import take_lock
from zkctl.storage.private import make_private_folder
from zkctl.toolchain.address.registry_folder import PublishedRecord
from zkctl.toolchain.address.snapshot import snapshot_parts
from zkctl.toolchain.address.tree_file import tree_blocks

_PAGE_ROWS = 1 << 15  # of leaves, in one statement
NOTHING = bytes(32)  # in place of the roots of a withdrawal


@record
class RegistryTrees:
    """A registry: its name, the depths of its trees, and the folder of its tree files."""

    name: str
    folder: Path
    depth: int = 20
    revocation_depth: int = 20


@record
class EpochSummary:
    """A published epoch; `tree_digest` is the SHA-256 of the tree file."""

    registry: str
    epoch: int
    root: str
    revocation_root: str
    n_leaves: int
    n_revocations: int
    list_version: int
    tree: str
    tree_digest: str
    public_key: str


@record
class _Contents:
    """The registry as it was read."""

    leaves: FieldArray
    revocations: list[Revocation]
    list_version: int


async def build_epoch(
    database: Database,
    registry: RegistryTrees,
    signing_key: bytes,
    *,
    valid_for_s: int,
    progress: Progress = silent,
) -> EpochSummary:
    """Publish the next epoch, also if nothing changed: a record counts for a limited time.

    Raises: UsageError for other depths than before; CheckFailed if another process published meanwhile, or if the last record is
    not of this key; StoreUnavailable.
    """
    check_registry(registry.name)
    with _only_process(registry):  # a tree file of the same epoch would be replaced
        return await _build(database, registry, signing_key, valid_for_s, progress)


async def _build(
    database: Database,
    registry: RegistryTrees,
    signing_key: bytes,
    valid_for_s: int,
    progress: Progress,
) -> EpochSummary:
    before = await database.run("roots.of_registry", registry=registry.name)
    public_key = public_key_of(signing_key, "the signing key")
    _check_key(before, public_key)
    contents = await _read(database, registry)
    progress("computing the roots", None)
    tree = MerkleTree(registry.depth, contents.leaves)
    revocation_tree = RevocationTree(registry.revocation_depth, contents.revocations)
    now = await _time_after(database, before)
    numbers = {
        "depth": registry.depth,
        "revocation_depth": registry.revocation_depth,
        "root": tree.root(),
        "revocation_root": revocation_tree.root(),
        "valid_until": now + valid_for_s,
    }
    _check_depths(before, numbers)
    signed = _signed(signing_key, registry.name, ROOTS, numbers, before, now)
    counts = len(contents.leaves), len(contents.revocations)
    path = tree_path(registry.folder, registry.name, len(before) + 1)
    published = [*map(_published, before), PublishedRecord(signed, *counts)]
    digest = hashlib.sha256()
    with atomic_output(path, force=True) as stream:
        for block in tree_blocks(snapshot_parts(published, tree, contents.revocations)):
            digest.update(block)
            stream.write(block)
    await _append(
        database,
        before,
        registry=registry.name,
        epoch=len(before) + 1,
        root=number_bytes(numbers["root"]),
        revocation_root=number_bytes(numbers["revocation_root"]),
        n_leaves=counts[0],
        n_revocations=counts[1],
        list_version=contents.list_version,
        record=signed.body,
        signature=bytes.fromhex(signed.signature),
        tree_digest=digest.hexdigest(),
        valid_from=float(now),
        withdrawn=False,
    )
    return EpochSummary(
        registry.name,
        len(before) + 1,
        str(numbers["root"]),
        str(numbers["revocation_root"]),
        *counts,
        contents.list_version,
        str(path),
        digest.hexdigest(),
        public_key,
    )


async def withdraw_epoch(database: Database, registry: str, epoch: int, signing_key: bytes) -> int:
    """Withdraw an earlier epoch by a signed record of its own; returns the number of that record.

    Raises: UsageError for an epoch that has no roots or is withdrawn; CheckFailed as `build_epoch`; StoreUnavailable.
    """
    before = await database.run("roots.of_registry", registry=registry)
    if epoch not in {row["epoch"] for row in before if not row["withdrawn"]}:
        raise UsageError(f"epoch {epoch} cannot be withdrawn: it has no roots, or is withdrawn")
    _check_key(before, public_key_of(signing_key, "the signing key"))
    now = await _time_after(database, before)
    signed = _signed(signing_key, registry, WITHDRAWN, {"withdrawn": epoch}, before, now)
    newest = before[-1]
    await _append(
        database,
        before,
        withdraws=epoch,
        registry=registry,
        epoch=len(before) + 1,
        root=NOTHING,
        revocation_root=NOTHING,
        n_leaves=newest["n_leaves"],
        n_revocations=newest["n_revocations"],
        list_version=newest["list_version"],
        record=signed.body,
        signature=bytes.fromhex(signed.signature),
        tree_digest=None,
        valid_from=float(now),
        withdrawn=True,
    )
    return len(before) + 1


def tree_path(folder: Path, registry: str, epoch: int) -> Path:
    """Return the file of an epoch."""
    return folder / f"{registry}-{epoch}.tree"


@contextmanager
def _only_process(registry: RegistryTrees) -> Iterator[None]:
    make_private_folder(registry.folder)
    lock = take_lock(registry.folder / f"{registry.name}.lock")
    if lock is None:
        raise EnvironmentProblem(
            "another process builds an epoch of the registry", hint="try again when it has finished"
        )
    try:
        yield
    finally:
        os.close(lock)


async def _read(database: Database, registry: RegistryTrees) -> _Contents:
    """Read the list first: a leaf that it names is then among the leaves."""
    revoked = await database.run("revocations.list", registry=registry.name)
    (row,) = await database.run("addresses.next_index", registry=registry.name)
    count = int(row["next_index"])
    words = np.zeros((count, 4), "<u8")
    for start in range(0, count, _PAGE_ROWS):
        stop = min(count, start + _PAGE_ROWS)
        page = await database.run(
            "addresses.leaves", registry=registry.name, start=start, stop=stop
        )
        if len(page) != stop - start:
            raise CheckFailed(f"the registry has no leaf at each place from {start} to {stop - 1}")
        raw = b"".join(bytes(each["leaf"])[::-1] for each in page)
        words[start:stop] = np.frombuffer(raw, "<u8").reshape(-1, 4)
    words[[int(each["leaf_index"]) for each in revoked]] = 0
    leaves = FieldArray.from_words(BN254_FR, words.astype(np.uint64))
    revocations = [_revocation(each) for each in revoked]
    version = max((int(each["list_version"]) for each in revoked), default=0)
    return _Contents(leaves, revocations, version)


def _revocation(row: Mapping[str, Any]) -> Revocation:
    link = row["new_leaf"]
    number = 0 if link is None else int.from_bytes(bytes(link), "big")
    return Revocation(int.from_bytes(bytes(row["leaf"]), "big"), number)


async def _time_after(database: Database, before: Sequence[Mapping[str, Any]]) -> int:
    now = int(await database.now())
    if before and now < int(before[-1]["valid_from"]):
        raise UsageError(
            f"the clock is behind the last record: expected at least {int(before[-1]['valid_from'])}, got {now}"
        )
    return now


def _signed(
    signing_key: bytes,
    registry: str,
    kind: str,
    numbers: Mapping[str, int],
    before: Sequence[Mapping[str, Any]],
    now: int,
) -> SignedRecord:
    whole = {**numbers, "epoch": len(before) + 1, "issued_at": now}
    body = {name: str(value) for name, value in whole.items()}
    prev = _published(before[-1]).signed.digest() if before else ""
    body |= {"registry": registry, "v": kind, "prev": prev}
    return sign_record(signing_key, body, where="the signing key")


def _published(row: Mapping[str, Any]) -> PublishedRecord:
    signed = SignedRecord(bytes(row["record"]), bytes(row["signature"]).hex())
    return PublishedRecord(signed, int(row["n_leaves"]), int(row["n_revocations"]))


def _check_key(before: Sequence[Mapping[str, Any]], public_key: str) -> None:
    for row in before[-1:]:
        parse_record(public_key, _published(row).signed, where="the last record")


def _check_depths(before: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]) -> None:
    for row in before:
        epoch = parse_unsigned_record(_published(row).signed, where="roots")
        for name in ("depth", "revocation_depth"):
            if epoch.kind == ROOTS and epoch.numbers[name] != numbers[name]:
                raise UsageError(
                    f"{name} differs from epoch {epoch.number}: expected {epoch.numbers[name]}, got {numbers[name]}"
                )


async def _append(
    database: Database,
    before: Sequence[Mapping[str, Any]],
    *,
    withdraws: int | None = None,
    **row: Any,
) -> None:
    async with database.transaction() as session:
        await session.run("addresses.lock_registry", registry=row["registry"])
        newest = await session.run("roots.newest", registry=row["registry"])
        expected = before[-1]["epoch"] if before else None
        if (newest[0]["epoch"] if newest else None) != expected:
            raise CheckFailed("another process published an epoch meanwhile", hint="publish again")
        await session.run("roots.insert", **row)
        if withdraws is not None:
            await session.run("roots.withdraw", registry=row["registry"], epoch=withdraws)
        await session.notify(LISTS, json.dumps([row["registry"], row["list_version"]]))
