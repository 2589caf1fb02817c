"""Snapshots of an epoch: all that a holder needs to make a path, and an auditor to compute the roots again.

    records.jsonl                 the signed records up to the epoch
    leaves-00000.bin ...          the leaves in buckets of 4,096 places, 32 bytes each, little-endian; 0 for an erased one
    buckets.bin                   the node over each bucket
    revocations.bin               (value, link) in order, 64 bytes each

A holder needs records.jsonl, buckets.bin, revocations.bin and the bucket of the own place: the server learns no more than the bucket.
A folder of lockers has no revocations.  A tree file (`tree_file`) is such a folder in one file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from zkctl.address.holder_inputs import RegistryView
from zkctl.address.merkle import MerkleTree
from zkctl.address.records import (
    ROOTS,
    WITHDRAWN,
    Epoch,
    parse_unsigned_record,
    withdrawn_epochs,
)
from zkctl.address.revocations import Revocation, RevocationTree
from zkctl.errors import CheckFailed, FormatError, UsageError
from zkctl.field import BN254_FR, FieldArray
from zkctl.runtime.arrays import np
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic_folder import atomic_folder
from zkctl.toolchain.address.registry_folder import (
    LEAF_BYTES,
    PublishedRecord,
    erase,
    open_registry,
    parse_epochs,
    parse_records,
)
from zkctl.toolchain.address.tree_file import snapshot_part

BUCKET_HEIGHT = 12
_ENTRY = 2 * LEAF_BYTES


@record
class SnapshotSummary:
    """A snapshot written."""

    snapshot: str
    epoch: int
    n_leaves: int
    n_buckets: int
    n_revocations: int


@record
class AuditSummary:
    """A snapshot whose records, roots and revocations are right."""

    snapshot: str
    owner: str
    epoch: int
    n_records: int
    n_leaves: int
    n_live: int
    n_revocations: int
    compared_with_epoch: int | None


@record
class OpenSnapshot:
    """A snapshot whose records are checked."""

    path: Path
    epochs: list[Epoch]
    published: PublishedRecord

    @property
    def epoch(self) -> Epoch:
        """The epoch that the snapshot is of."""
        return self.epochs[-1]

    def bucket_height(self) -> int:
        """Return the height of the buckets, less than 12 only in a smaller tree."""
        return min(BUCKET_HEIGHT, self.epoch.numbers["depth"])


def write_snapshot(registry: Path, output: Path, *, epoch: int | None = None) -> SnapshotSummary:
    """Write a new folder with a snapshot, of the newest epoch by default.

    Raises: UsageError for an epoch that is not there, has no roots or is withdrawn; EnvironmentProblem.
    """
    with open_registry(registry) as folder:
        records = folder.records()
        number = _wanted(records, epoch)
        chosen = records[number - 1]
        revoked = folder.revoked(chosen.n_revocations)
        leaves = erase(folder.leaves(chosen.n_leaves), revoked)
        tree = MerkleTree(folder.settings.depth, leaves)
        entries = [each.revocation for each in revoked]
        with atomic_folder(output, public=True) as made:
            for name, content in snapshot_parts(records[:number], tree, entries):
                (made / name).write_bytes(content)
    size = 1 << min(BUCKET_HEIGHT, tree.depth)
    return SnapshotSummary(str(output), number, len(leaves), -(-len(leaves) // size), len(revoked))


def snapshot_parts(
    records: Sequence[PublishedRecord], tree: MerkleTree, revocations: Sequence[Revocation]
) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of a snapshot; the tree's revoked leaves are erased."""
    yield "records.jsonl", b"".join(each.line() for each in records)
    height = min(BUCKET_HEIGHT, tree.depth)
    yield "buckets.bin", _raw(tree.nodes(height))
    yield "revocations.bin", b"".join(map(_entry_bytes, revocations))
    for k, bucket in enumerate(_buckets(tree.nodes(0), height)):
        yield f"leaves-{k:05}.bin", _raw(bucket)


def open_snapshot(path: Path, public_key: str, owner: str) -> OpenSnapshot:
    """Open a snapshot and check its records.  Raises: FormatError; CheckFailed; IntegrityError."""
    place = path / "records.jsonl"
    records = parse_records(bytes(snapshot_part(path, place.name).data), printable(place))
    epochs = parse_epochs(records, public_key, owner, where=printable(place))
    if not epochs or epochs[-1].kind == WITHDRAWN:
        raise FormatError("the last record of the snapshot has no roots", where=printable(place))
    return OpenSnapshot(path, epochs, records[-1])


def view_of(snapshot: OpenSnapshot, place: int) -> tuple[RegistryView, int]:
    """Return the view from one place, and the number of leaves in its bucket that are not erased.

    Reads the bucket of the place only; its node must be in buckets.bin, and that under the root.
    Raises: CheckFailed if the files are not of the record; UsageError for a place outside.
    """
    epoch, height = snapshot.epoch, snapshot.bucket_height()
    if not 0 <= place < snapshot.published.n_leaves:
        raise UsageError("the place is not in the snapshot: its leaf is of a later epoch")
    bucket = _read_elements(snapshot.path, f"leaves-{place >> height:05}.bin", LEAF_BYTES)
    above = MerkleTree(
        epoch.numbers["depth"] - height,
        _read_elements(snapshot.path, "buckets.bin", LEAF_BYTES),
        height=height,
    )
    within = place & (1 << height) - 1
    tree = MerkleTree(height, bucket)
    path = tree.path(within).continued(above.path(place >> height))
    leaf = int(bucket[within]) if within < len(bucket) else 0
    view = RegistryView(epoch, path, _revocations(snapshot))
    if path.root(leaf) != view.root():
        raise CheckFailed(
            "the leaves of the snapshot are not those of its record", where=printable(snapshot.path)
        )
    return view, int((~bucket.is_zero()).sum())


def _revocations(snapshot: OpenSnapshot) -> RevocationTree | None:
    epoch = snapshot.epoch
    if epoch.kind != ROOTS:
        return None
    numbers = _read_elements(snapshot.path, "revocations.bin", _ENTRY).to_ints()
    revocations = [Revocation(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    tree = RevocationTree(epoch.numbers["revocation_depth"], revocations)
    if tree.root() != epoch.numbers["revocation_root"]:
        raise CheckFailed(
            "the revocations of the snapshot are not those of its record",
            where=printable(snapshot.path / "revocations.bin"),
        )
    return tree


def audit_snapshot(
    path: Path,
    public_key: str,
    owner: str,
    *,
    previous: Path | None = None,
    progress: Progress = silent,
) -> AuditSummary:
    """Check a whole snapshot: signatures and chain, both roots, rules T1 to T5, each revoked leaf erased.

    With an earlier snapshot also that no leaf changed but by a revocation, and that no revocation was lost or changed.
    Raises: CheckFailed or IntegrityError that names the fault.
    """
    snapshot = open_snapshot(path, public_key, owner)
    epoch, where = snapshot.epoch, printable(path)
    progress("computing the roots", None)
    leaves = _all_leaves(snapshot)
    root_name = "root" if epoch.kind == ROOTS else "locker_root"
    merkle = MerkleTree(epoch.numbers["depth"], leaves)
    if merkle.root() != epoch.numbers[root_name]:
        raise CheckFailed("the leaves of the snapshot are not those of its record", where=where)
    nodes = _raw(merkle.nodes(snapshot.bucket_height()))
    if snapshot_part(path, "buckets.bin").data != nodes:
        raise CheckFailed("the nodes over the buckets are not those of the leaves", where=where)
    tree = _revocations(snapshot)
    entries = [] if tree is None else tree.entries[1:]
    _check_counts(snapshot, len(leaves), len(_entries(snapshot)))
    live = {value for value in leaves.to_ints() if value}
    n_live = int((~leaves.is_zero()).sum())
    if len(live) < n_live:
        raise CheckFailed("two places of the registry have the same leaf", where=where)
    if any(value in live for value, _, _ in entries):
        raise CheckFailed("a revoked leaf is not erased", where=where)
    earlier = None
    if previous is not None:
        earlier = open_snapshot(previous, public_key, owner)
        _check_continues(snapshot, leaves, earlier)
    return AuditSummary(
        str(path),
        owner,
        epoch.number,
        len(snapshot.epochs),
        len(leaves),
        n_live,
        len(entries),
        None if earlier is None else earlier.epoch.number,
    )


def _check_counts(snapshot: OpenSnapshot, n_leaves: int, n_revocations: int) -> None:
    """Check the counts beside the record, which no signature covers: a holder's place is compared with them."""
    found = snapshot.published
    announced = (found.n_leaves, found.n_revocations)
    if announced != (n_leaves, n_revocations):
        raise CheckFailed(
            f"the snapshot announces other counts: expected {n_leaves} leaves and {n_revocations} revocations,"
            f" got {announced[0]} and {announced[1]}",
            where=printable(snapshot.path),
        )


def _check_continues(snapshot: OpenSnapshot, leaves: FieldArray, earlier: OpenSnapshot) -> None:
    where, number = printable(snapshot.path), earlier.epoch.number
    if snapshot.epoch.number < number or snapshot.epochs[number - 1].digest != earlier.epoch.digest:
        raise CheckFailed("the snapshot does not continue the earlier one", where=where)
    before = _all_leaves(earlier)
    kept = leaves[: len(before)]
    changed = np.flatnonzero((kept.data != before.data).any(axis=1))
    erased = before[changed].to_ints()
    if len(kept) < len(before) or not kept[changed].is_zero().all():
        raise CheckFailed("a leaf of the earlier snapshot was replaced", where=where)
    old, new = (_entries(each) for each in (earlier, snapshot))
    if new[: len(old)] != old:
        raise CheckFailed("a revocation of the earlier snapshot was changed", where=where)
    if snapshot.epoch.kind == ROOTS and not set(erased) <= {value for value, _ in new[len(old) :]}:
        raise CheckFailed("a leaf was erased without a revocation", where=where)


def _entries(snapshot: OpenSnapshot) -> list[tuple[int, int]]:
    numbers = _read_elements(snapshot.path, "revocations.bin", _ENTRY).to_ints()
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _all_leaves(snapshot: OpenSnapshot) -> FieldArray:
    n_leaves, size = snapshot.published.n_leaves, 1 << snapshot.bucket_height()
    parts = [
        _read_elements(snapshot.path, f"leaves-{k:05}.bin", LEAF_BYTES).data
        for k in range(-(-n_leaves // size))
    ]
    empty = FieldArray.zeros(BN254_FR, 0).data
    return FieldArray(BN254_FR, np.concatenate([empty, *parts]))


def _buckets(leaves: FieldArray, height: int) -> Sequence[FieldArray]:
    size = 1 << height
    return [leaves[start : start + size] for start in range(0, len(leaves), size)]


def _raw(elements: FieldArray) -> bytes:
    return elements.to_words().astype("<u8").tobytes()


def _read_elements(snapshot: Path, name: str, row_bytes: int) -> FieldArray:
    source = snapshot_part(snapshot, name)
    if source.size % row_bytes:
        raise FormatError(
            f"the file has a wrong size: expected a multiple of {row_bytes} bytes, got {source.size}",
            where=source.where,
        )
    words = np.frombuffer(source.data, "<u8").astype(np.uint64).reshape(-1, BN254_FR.n_words)
    return FieldArray.from_words(BN254_FR, words)


def _entry_bytes(each: Revocation) -> bytes:
    return b"".join(x.to_bytes(LEAF_BYTES, "little") for x in (each.value, each.link))


def _wanted(records: Sequence[PublishedRecord], epoch: int | None) -> int:
    epochs = [parse_unsigned_record(each.signed, where="") for each in records]
    withdrawn = withdrawn_epochs(epochs)
    with_roots = [each.number for each in epochs if each.kind != WITHDRAWN]
    if not with_roots:
        raise UsageError("the registry has no epoch yet", hint="publish one first")
    if (epoch or with_roots[-1]) in withdrawn:
        raise UsageError(
            f"epoch {epoch or with_roots[-1]} is withdrawn: its roots serve no statement",
            hint="publish a new epoch",
        )
    if epoch is None:
        return with_roots[-1]
    if epoch not in with_roots:
        raise UsageError(
            f"epoch {epoch} has no roots: expected 1 to {with_roots[-1]}, without withdrawals"
        )
    return epoch
