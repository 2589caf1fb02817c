"""Change and publish a registry: revoke leaves, sign the roots of an epoch, withdraw an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.address.duties import MAX_ROOT_AGE
from zkctl.address.merkle import MerkleTree
from zkctl.address.records import LOCKERS as LOCKER_RECORD
from zkctl.address.records import ROOTS, WITHDRAWN, Epoch, sign_record
from zkctl.address.revocations import Revocation, RevocationTree, check_revocations
from zkctl.ceremony.record.signing import public_key_of
from zkctl.errors import UsageError
from zkctl.runtime import clock
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.private import read_secret
from zkctl.toolchain.address.registry_folder import (
    LOCKERS,
    PublishedRecord,
    RegistryFolder,
    RegistrySettings,
    RevokedPlace,
    create_registry,
    erase,
    open_registry,
    parse_epochs,
    revocation_bytes,
)

MAX_KEY_BYTES = 1 << 16


@record
class RegistrySummary:
    """A new registry, empty and not published yet."""

    registry: str
    kind: str
    name: str
    depth: int
    revocation_depth: int


@record
class RevokeSummary:
    """The leaves revoked; verifiers see it from the next published epoch on."""

    registry: str
    n_revoked: int
    n_revocations: int


@record
class PublishSummary:
    """A signed record."""

    registry: str
    epoch: int
    roots: dict[str, str]
    n_leaves: int
    n_revocations: int
    public_key: str


def new_registry(registry: Path, settings: RegistrySettings) -> RegistrySummary:
    """Make the folder of a registry, or of a locker operator.  Raises: as `create_registry`."""
    create_registry(registry, settings)
    depths = settings.depth, settings.revocation_depth
    return RegistrySummary(str(registry), settings.kind, settings.name, *depths)


def revoke_leaves(registry: Path, places: Sequence[int]) -> RevokeSummary:
    """Revoke the leaves at some places, without a successor; all or none.

    Raises: UsageError for a place that is not in use, or revoked; InputError for a full revocation tree.
    """
    with open_registry(registry) as folder:
        revoked = folder.revoked()
        known = {each.place for each in revoked}
        added = []
        for place in places:
            if place in known:
                raise UsageError(f"the leaf at place {place} is revoked already")
            known.add(place)
            added.append(RevokedPlace(place, Revocation(folder.leaf(place), 0)))
        whole = [each.revocation for each in (*revoked, *added)]
        check_revocations(folder.settings.revocation_depth, whole)
        with folder.appending("revocations.bin") as writer:
            writer.write(b"".join(map(revocation_bytes, added)))
        folder.commit(writer)
        return RevokeSummary(str(registry), len(added), len(whole))


def publish_epoch(
    registry: Path, signing_key: Path, *, valid_for: int = MAX_ROOT_AGE, progress: Progress = silent
) -> PublishSummary:
    """Compute the roots and append a signed record, also if nothing changed.

    Raises: UsageError for a clock behind the last record; CheckFailed if the earlier records are not of this key.
    """
    with open_registry(registry) as folder:
        progress("computing the roots", None)
        revoked = folder.revoked()
        leaves = erase(folder.leaves(folder.n_leaves), revoked)
        root = MerkleTree(folder.settings.depth, leaves).root()
        settings = folder.settings
        numbers = {"depth": settings.depth}
        if settings.kind == LOCKERS:
            kind, numbers["locker_root"] = LOCKER_RECORD, root
        else:
            kind, numbers["root"] = ROOTS, root
            numbers["revocation_depth"] = settings.revocation_depth
            tree = RevocationTree(settings.revocation_depth, [each.revocation for each in revoked])
            numbers["revocation_root"] = tree.root()
        return _append(folder, signing_key, kind, numbers, valid_for)


def withdraw_epoch(registry: Path, epoch: int, signing_key: Path) -> PublishSummary:
    """Append the record that withdraws an earlier epoch: its roots serve no statement any more.

    Raises: UsageError for an epoch that is not there, no roots, or withdrawn; and as `publish_epoch`.
    """
    with open_registry(registry) as folder:
        return _append(folder, signing_key, WITHDRAWN, {"withdrawn": epoch}, None)


def _append(
    folder: RegistryFolder,
    signing_key: Path,
    kind: str,
    numbers: dict[str, int],
    valid_for: int | None,
) -> PublishSummary:
    private, where = read_secret(signing_key, MAX_KEY_BYTES), printable(signing_key)
    public_key = public_key_of(private, where)
    name, records = folder.settings.name, folder.records()
    place = printable(folder.path)
    epochs = parse_epochs(records, public_key, name, where=place)
    now = clock.now()
    if epochs and now < epochs[-1].issued_at:
        raise UsageError(
            f"the clock is behind the last record: expected at least {epochs[-1].issued_at}, got {now}",
            where=place,
        )
    if kind == WITHDRAWN:
        _check_can_be_withdrawn(epochs, numbers["withdrawn"])
    numbers = {**numbers, "epoch": len(epochs) + 1, "issued_at": now}
    if valid_for is not None:
        numbers["valid_until"] = now + valid_for
    body = {key: str(value) for key, value in numbers.items()}
    body["operator" if folder.settings.kind == LOCKERS else "registry"] = name
    body |= {"v": kind, "prev": epochs[-1].digest if epochs else ""}
    signed = sign_record(private, body, where=where)
    n_revocations = len(folder.revoked())
    with folder.appending("records.jsonl") as writer:
        writer.write(PublishedRecord(signed, folder.n_leaves, n_revocations).line())
    folder.commit(writer)
    roots = {key: value for key, value in body.items() if key.endswith("root")}
    counts = folder.n_leaves, n_revocations
    return PublishSummary(str(folder.path), len(epochs) + 1, roots, *counts, public_key)


def _check_can_be_withdrawn(epochs: Sequence[Epoch], number: int) -> None:
    known = {each.number for each in epochs if each.kind != WITHDRAWN}
    known -= {each.numbers["withdrawn"] for each in epochs if each.kind == WITHDRAWN}
    if number not in known:
        raise UsageError(f"epoch {number} cannot be withdrawn: it has no roots, or is withdrawn")
