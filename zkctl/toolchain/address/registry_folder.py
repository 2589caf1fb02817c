"""The provider's folder: leaves, revocations and signed records, which only grow; `state.json` says how much of them counts.

    settings.json       kind, name, depths
    state.json          the committed numbers of leaves, revocations and bytes of records
    leaves.bin          32 bytes a place, little-endian; a revoked leaf stays here and is 0 in the tree
    revocations.bin     72 bytes each: place (8 bytes), value, link
    uses.bin            16 bytes a reservation of a locker operator: the digest of its use
    records.jsonl       the signed records with the numbers of leaves and revocations of their epoch

A change writes behind the committed ends, synchronises, then replaces state.json: a killed process changes nothing.  No PID, salt or
field is in the folder.  The folder is private to its owner, and one process at a time changes it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from zkctl.address.records import (
    Epoch,
    SignedRecord,
    check_chain,
    check_not_rolled_back,
    parse_record,
    parse_unsigned_record,
)
from zkctl.address.revocations import Revocation
from zkctl.errors import EnvironmentProblem, FormatError, UsageError
from zkctl.field import BN254_FR, FieldArray
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.arrays import np
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.atomic_folder import atomic_folder
from zkctl.storage.lock import take_lock
from zkctl.storage.mapped import map_file, read_bytes, system_errors
from zkctl.storage.private import private_folder, replace_private

ADDRESSES, LOCKERS = "addresses", "lockers"
LEAF_BYTES, REVOCATION_BYTES, USE_BYTES = 32, 72, 16
_FILES = {
    "leaves.bin": LEAF_BYTES,
    "revocations.bin": REVOCATION_BYTES,
    "uses.bin": USE_BYTES,
    "records.jsonl": 1,
}
_MAX_JSON = 1 << 16
MAX_NAME = 100  # characters, as in records
MAX_DEPTH = 32


@record
class RegistrySettings:
    """The folder's settings: its kind (addresses or lockers), its name in records, the depths of its trees."""

    kind: str
    name: str
    depth: int
    revocation_depth: int


@record
class RevokedPlace:
    """A revocation with the place of the leaf."""

    place: int
    revocation: Revocation


@record
class PublishedRecord:
    """A signed record, with the numbers of leaves and revocations that its roots are of."""

    signed: SignedRecord
    n_leaves: int
    n_revocations: int

    def line(self) -> bytes:
        """Return its line of records.jsonl."""
        body = self.signed.body.decode()
        facts = {"record": body, "signature": self.signed.signature}
        counts = {"n_leaves": self.n_leaves, "n_revocations": self.n_revocations}
        return json.dumps({**facts, **counts}).encode() + b"\n"


class RegistryFolder:
    """An open folder; `commit` makes a change durable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = _read_settings(path)
        self._sizes = _read_state(path)  # committed bytes by file
        for name, size in self._sizes.items():
            _check_length(path / name, size)

    @property
    def n_leaves(self) -> int:
        """The number of places in use, the erased ones included."""
        return self._sizes["leaves.bin"] // LEAF_BYTES

    def leaves(self, count: int) -> FieldArray:
        """Return the first leaves, none of them erased.  Shapes: -> (count,)."""
        raw = self._read("leaves.bin", count * LEAF_BYTES)
        words = np.frombuffer(raw, "<u8").astype(np.uint64).reshape(-1, BN254_FR.n_words)
        return FieldArray.from_words(BN254_FR, words)

    def leaf(self, place: int) -> int:
        """Return one leaf.  Raises: UsageError for a place that is not in use."""
        if not 0 <= place < self.n_leaves:
            raise UsageError(
                f"the place is not in use: expected 0 to {self.n_leaves - 1}, got {place}"
            )
        source = map_file(self.path / "leaves.bin")
        start = place * LEAF_BYTES
        return int.from_bytes(source.data[start : start + LEAF_BYTES], "little")

    def revoked(self, count: int | None = None) -> list[RevokedPlace]:
        """Return the first revocations, all of them by default."""
        size = self._sizes["revocations.bin"] if count is None else count * REVOCATION_BYTES
        raw = self._read("revocations.bin", size)
        return [
            _revoked_place(raw[k : k + REVOCATION_BYTES])
            for k in range(0, len(raw), REVOCATION_BYTES)
        ]

    def uses(self) -> set[bytes]:
        """Return the digests of the uses of reservations."""
        raw = self._read("uses.bin", self._sizes["uses.bin"])
        return {raw[k : k + USE_BYTES] for k in range(0, len(raw), USE_BYTES)}

    def records(self) -> list[PublishedRecord]:
        """Return the records."""
        return parse_records(
            self._read("records.jsonl", self._sizes["records.jsonl"]),
            printable(self.path / "records.jsonl"),
        )

    def _read(self, name: str, size: int) -> bytes:
        if size == 0:
            return b""
        source = map_file(self.path / name)
        return bytes(source.data[:size])

    @contextmanager
    def appending(self, name: str) -> Iterator[Appender]:
        """Yield a writer behind the committed end of a file; the bytes count from `commit` on."""
        place = self.path / name
        with system_errors("write the file", place):
            handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.truncate(self._sizes[name])
                file.seek(self._sizes[name])
                yield Appender(name, file)
                file.flush()
                os.fsync(file.fileno())

    def commit(self, *written: Appender) -> None:
        """Count the bytes of the writers."""
        sizes = dict(self._sizes)
        for each in written:
            sizes[each.name] += each.n_bytes
        replace_private(self.path / "state.json", json.dumps(sizes).encode() + b"\n")
        self._sizes = sizes


class Appender:
    """A writer that counts its bytes."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self.name, self._file, self.n_bytes = name, file, 0

    def write(self, raw: bytes) -> None:
        """Write bytes."""
        self._file.write(raw)
        self.n_bytes += len(raw)


def create_registry(path: Path, settings: RegistrySettings) -> None:
    """Make a folder without leaves.  Raises: UsageError for wrong settings; EnvironmentProblem if it exists."""
    _check_settings(settings, "")
    with atomic_folder(path) as folder:
        content = {name: getattr(settings, name) for name in RegistrySettings.__match_args__}
        replace_private(folder / "settings.json", json.dumps(content).encode() + b"\n")
        replace_private(
            folder / "state.json", json.dumps(dict.fromkeys(_FILES, 0)).encode() + b"\n"
        )


@contextmanager
def open_registry(path: Path) -> Iterator[RegistryFolder]:
    """Open a folder to change it; no other process changes it meanwhile.

    Raises: EnvironmentProblem if another process does, or for a folder that others can write to; FormatError.
    """
    with private_folder(path, create=False):
        pass
    lock = take_lock(path / "lock")
    if lock is None:
        raise EnvironmentProblem(
            "another process changes the registry",
            where=printable(path),
            hint="try again when it has finished",
        )
    try:
        yield RegistryFolder(path)
    finally:
        os.close(lock)


def erase(leaves: FieldArray, revoked: Sequence[RevokedPlace]) -> FieldArray:
    """Return the leaves with 0 at the revoked places.  Shapes: (n,) -> (n,)."""
    words = leaves.data.copy()
    words[[each.place for each in revoked]] = 0
    return FieldArray(leaves.field, words)


def revocation_bytes(each: RevokedPlace) -> bytes:
    """Return the bytes of a revocation in the folder."""
    numbers = (each.revocation.value, each.revocation.link)
    return each.place.to_bytes(8, "little") + b"".join(
        x.to_bytes(LEAF_BYTES, "little") for x in numbers
    )


def _revoked_place(raw: bytes) -> RevokedPlace:
    place, value, link = (int.from_bytes(part, "little") for part in (raw[:8], raw[8:40], raw[40:]))
    return RevokedPlace(place, Revocation(value, link))


def parse_records(raw: bytes, where: str) -> list[PublishedRecord]:
    """Return the records of a file; signatures are checked by `parse_epochs`.  Raises: FormatError."""
    found = []
    for k, line in enumerate(raw.splitlines()):
        node = Node(load_json(line, max_bytes=_MAX_JSON, where=f"{where} line {k + 1}"), where)
        counts = node.member("n_leaves").number(), node.member("n_revocations").number()
        signed = SignedRecord(
            node.member("record").text().encode(), node.member("signature").text()
        )
        found.append(PublishedRecord(signed, *counts))
    return found


def parse_epochs(
    records: Sequence[PublishedRecord],
    public_key: str,
    owner: str,
    *,
    where: str,
    seen: tuple[int, str] | None = None,
) -> list[Epoch]:
    """Return the epochs of records whose signatures and chain are valid.

    `seen` are number and digest of a record that was checked before: the chain must contain it, and the digests vouch for all before it,
    so their signatures are not checked again.
    Raises: FormatError; CheckFailed for a wrong signature or a rollback; IntegrityError for a broken chain.
    """
    n_seen = 0 if seen is None else seen[0]
    epochs = []
    for k, each in enumerate(records):
        place = f"{where} record {k + 1}"
        if k < n_seen:
            epochs.append(parse_unsigned_record(each.signed, where=place))
        else:
            epochs.append(parse_record(public_key, each.signed, where=place))
    check_chain(epochs, owner, where=where)
    check_not_rolled_back(epochs, seen, where=where)
    return epochs


def _read_settings(path: Path) -> RegistrySettings:
    place = path / "settings.json"
    where = printable(place)
    node = Node(load_json(read_bytes(place, _MAX_JSON), where=where), where)
    settings = RegistrySettings(
        node.member("kind").text(),
        node.member("name").text(),
        node.member("depth").number(),
        node.member("revocation_depth").number(),
    )
    _check_settings(settings, where)
    return settings


def _check_settings(settings: RegistrySettings, where: str) -> None:
    if settings.kind not in (ADDRESSES, LOCKERS):
        raise FormatError("the kind of the registry is unknown", where=where)
    if not 1 <= len(settings.name) <= MAX_NAME or not settings.name.isprintable():
        raise UsageError(
            f"the name of the registry is wrong: expected 1 to {MAX_NAME} printable characters",
            where=where,
        )
    for depth in (settings.depth, settings.revocation_depth):
        if not 1 <= depth <= MAX_DEPTH:
            raise UsageError(
                f"the depth of a tree is wrong: expected 1 to {MAX_DEPTH}, got {depth}", where=where
            )


def _read_state(path: Path) -> dict[str, int]:
    place = path / "state.json"
    where = printable(place)
    node = Node(load_json(read_bytes(place, _MAX_JSON), where=where), where)
    sizes = {name: node.member(name).number() for name in _FILES}
    if any(size < 0 or size % _FILES[name] for name, size in sizes.items()):
        raise FormatError(
            "the state of the registry has a size that is no whole number of rows", where=where
        )
    return sizes


def _check_length(path: Path, size: int) -> None:
    with system_errors("read the file", path):
        found = path.stat().st_size if path.exists() else 0
    if found < size:
        raise FormatError(
            f"the file of the registry is cut off: expected at least {size} bytes, got {found}",
            where=printable(path),
        )
