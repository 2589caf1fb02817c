"""Add leaves to a registry from a CSV: draw salts, commit, write credentials for the holders.

Rows are processed in groups, so the memory does not grow with the file but for 24 bytes a row.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias, TypeVar

from zkctl.address.credentials import Credential, Reservation
from zkctl.address.hashes import TAGS
from zkctl.address.pid import N_LEVELS, Pid
from zkctl.address.poseidon import poseidon_columns
from zkctl.address.requests import SECRET_BYTES
from zkctl.address.revocations import Revocation, check_revocations
from zkctl.address.texts import FIELDS
from zkctl.errors import InputError, UsageError
from zkctl.field import BN254_FR, FieldArray, words_from_ints
from zkctl.runtime.arrays import np
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output
from zkctl.toolchain.address.addresses_csv import (
    AddressRow,
    ReservationRow,
    address_rows,
    reservation_rows,
)
from zkctl.toolchain.address.documents import (
    credential_document,
    line_of,
    reservation_document,
)
from zkctl.toolchain.address.registry_folder import (
    LOCKERS,
    USE_BYTES,
    RegistryFolder,
    RevokedPlace,
    open_registry,
    revocation_bytes,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS_AT_ONCE = 1 << 14
_N_FIELDS = len(FIELDS)
T = TypeVar("T")
Salts: TypeAlias = "NDArray[np.uint8]"


@record
class AddSummary:
    """The leaves added; they count from the next published epoch on."""

    registry: str
    n_added: int
    n_replaced: int
    n_leaves: int
    credentials: str


def add_leaves(
    registry: Path,
    rows: Path,
    credentials: Path,
    *,
    force: bool = False,
    progress: Progress = silent,
) -> AddSummary:
    """Add all rows of a CSV or none; write a line of `credentials` for each, which only the provider can read.

    A row with `replaces` revokes the leaf at that place in favour of the new one.
    Raises: InputError for a wrong or repeated row; UsageError for a full tree or a replaced place that is not in use.
    """
    with open_registry(registry) as folder:
        adding = _Locker(folder) if folder.settings.kind == LOCKERS else _Addresses(folder)
        before = folder.n_leaves
        with (
            atomic_output(credentials, force=force, inputs=[rows], private=True) as output,
            folder.appending("leaves.bin") as leaves,
            folder.appending("revocations.bin") as revocations,
            folder.appending("uses.bin") as uses,
        ):
            for group in adding.leaves(rows, output):
                leaves.write(group)
                progress("adding leaves", None)
            revocations.write(adding.revocations())
            uses.write(adding.uses())
        # the credentials are on the disk: without them a committed leaf could not be opened
        folder.commit(leaves, revocations, uses)
        n_added = folder.n_leaves - before
        return AddSummary(
            str(registry), n_added, adding.n_replaced, folder.n_leaves, str(credentials)
        )


class _Addresses:
    """Registered addresses on their way into a folder."""

    def __init__(self, folder: RegistryFolder) -> None:
        self._folder, self._next = folder, folder.n_leaves
        self._revoked = folder.revoked()
        self._replaced: list[RevokedPlace] = []
        self._unusable = {each.place for each in self._revoked}
        self._seen = _Repeats()

    @property
    def n_replaced(self) -> int:
        """The number of leaves that new ones replace."""
        return len(self._replaced)

    def leaves(self, path: Path, output: BinaryIO) -> Iterator[bytes]:
        """Write the credentials of all rows and yield their leaves, group by group."""
        for group in _groups(address_rows(path)):
            yield self._add(group, output)
        self._seen.check(printable(path))

    def _add(self, rows: Sequence[AddressRow], output: BinaryIO) -> bytes:
        _check_room(self._folder, self._next + len(rows), rows[-1].where)
        salts = new_salts(len(rows) * (_N_FIELDS + 1))
        by_row = salts.reshape(len(rows), _N_FIELDS + 1, -1)
        leaves = address_leaves(rows, by_row).leaves
        lines: list[bytes] = []
        for row, own in zip(rows, by_row, strict=True):
            self._seen.add(f"{row.key}|{row.pid.text}".encode(), row.line)
            numbers = [int.from_bytes(salt.tobytes(), "little") for salt in own]
            credential = Credential(
                registry=self._folder.settings.name,
                place=self._next + len(lines),
                pid=row.pid,
                pid_salt=numbers[0],
                fields=row.fields,
                field_salts=numbers[1:],
                version=row.version,
            )
            lines.append(line_of(credential_document(credential)))
        output.write(b"".join(lines))
        raw = leaves.to_words().astype("<u8").tobytes()
        self._replace(rows, raw)
        self._next += len(rows)
        return raw

    def _replace(self, rows: Sequence[AddressRow], raw: bytes) -> None:
        for k, row in enumerate(rows):
            if row.replaces is None:
                continue
            if row.replaces in self._unusable:
                raise UsageError("the place to replace is revoked already", where=row.where)
            self._unusable.add(row.replaces)
            size = len(raw) // len(rows)
            link = int.from_bytes(raw[k * size : (k + 1) * size], "little")
            revocation = Revocation(self._folder.leaf(row.replaces), link)
            self._replaced.append(RevokedPlace(row.replaces, revocation))

    def revocations(self) -> bytes:
        """Return the bytes of the revocations."""
        whole = [each.revocation for each in (*self._revoked, *self._replaced)]
        check_revocations(self._folder.settings.revocation_depth, whole)
        return b"".join(map(revocation_bytes, self._replaced))

    def uses(self) -> bytes:
        """Return nothing: addresses have no uses."""
        return b""


class _Locker:
    """Reservations of lockers on their way into a folder."""

    n_replaced = 0

    def __init__(self, folder: RegistryFolder) -> None:
        self._folder, self._next = folder, folder.n_leaves
        self._known, self._new = folder.uses(), bytearray()

    def leaves(self, path: Path, output: BinaryIO) -> Iterator[bytes]:
        """Write all reservations and yield their leaves, group by group."""
        return (self._add(group, output) for group in _groups(reservation_rows(path)))

    def _add(self, rows: Sequence[ReservationRow], output: BinaryIO) -> bytes:
        _check_room(self._folder, self._next + len(rows), rows[-1].where)
        for row in rows:
            self._check_use(row)
        columns = [
            [r.facility_id for r in rows],
            [r.locker_id for r in rows],
            [r.commitment for r in rows],
            [r.valid_from for r in rows],
            [r.valid_until for r in rows],
        ]
        leaves = poseidon_columns([TAGS["locker"], *map(_column, columns)])
        for k, row in enumerate(rows):
            reservation = Reservation(
                operator=self._folder.settings.name,
                place=self._next + k,
                facility=row.facility,
                locker_id=row.locker_id,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
            )
            output.write(line_of(reservation_document(reservation)))
        self._next += len(rows)
        return leaves.to_words().astype("<u8").tobytes()

    def _check_use(self, row: ReservationRow) -> None:
        """Check that no reservation has the same reservation nullifier."""
        numbers = row.commitment, row.facility_id, row.locker_id, row.valid_until
        digest = hashlib.sha256(repr(numbers).encode()).digest()[:USE_BYTES]
        if digest in self._known:
            raise InputError(
                "the reservation has the access commitment, facility, locker and end of an earlier one",
                where=row.where,
                hint="take a new access secret for each reservation",
            )
        self._known.add(digest)
        self._new += digest

    def revocations(self) -> bytes:
        """Return nothing: a new reservation replaces none."""
        return b""

    def uses(self) -> bytes:
        """Return the digests of the new reservations."""
        return bytes(self._new)


class _Repeats:
    """Digests of rows, keyed with a number of this run, to find rows that occur twice."""

    def __init__(self) -> None:
        self._key = os.urandom(USE_BYTES)
        self._digests = bytearray()
        self._lines = array("Q")

    def add(self, content: bytes, line: int) -> None:
        """Add a row."""
        self._digests += hashlib.blake2b(content, digest_size=USE_BYTES, key=self._key).digest()
        self._lines.append(line)

    def check(self, name: str) -> None:
        """Check that all rows differ.  Raises: InputError that names the second of two equal rows."""
        digests = np.frombuffer(bytes(self._digests), f"V{USE_BYTES}")
        _, first = np.unique(digests, return_index=True)
        if len(first) == len(digests):
            return
        repeated = np.ones(len(digests), np.bool_)
        repeated[first] = False
        second = int(np.flatnonzero(repeated)[0])
        raise InputError(
            "the row has the PID and the holder key of an earlier row",
            where=f"{name} line {self._lines[second]}",
        )


def new_salts(count: int) -> Salts:
    """Return salts of 31 bytes from the operating system, none of them 0.  Shapes: -> (count, 32) bytes, the lowest first."""
    salts = np.zeros((count, SECRET_BYTES + 1), np.uint8)
    salts[:, :SECRET_BYTES] = np.frombuffer(os.urandom(count * SECRET_BYTES), np.uint8).reshape(
        count, SECRET_BYTES
    )
    while not (good := salts.any(axis=1)).all():
        again = np.flatnonzero(~good)
        drawn = np.frombuffer(os.urandom(len(again) * SECRET_BYTES), np.uint8)
        salts[again, :SECRET_BYTES] = drawn.reshape(len(again), SECRET_BYTES)
    return salts


class AddressValues(Protocol):
    """The numbers of an address that its leaf commits to."""

    @property
    def pid(self) -> Pid:
        """The PID."""

    @property
    def values(self) -> Sequence[int]:
        """The eight fields as field elements."""

    @property
    def key(self) -> int:
        """The holder key."""

    @property
    def version(self) -> int:
        """The version."""


@record
class AddressLeaves:
    """Commitments and leaves of n addresses.  Shapes: (n,) each."""

    pid_commitments: FieldArray
    fields_commitments: FieldArray
    leaves: FieldArray


def address_leaves(rows: Sequence[AddressValues], salts: Salts) -> AddressLeaves:
    """Return commitments and leaves.  Shapes: n rows, (n, 9, 32) bytes: the PID's salt, then those of the fields -> (n,)."""
    components = [row.pid.components() for row in rows]
    pid = poseidon_columns(
        [
            TAGS["pid"],
            *(_column([each[k] for each in components]) for k in range(N_LEVELS)),
            _column([row.pid.collision for row in rows]),
            _salt_column(salts, 0),
        ]
    )
    fields = poseidon_columns(
        [
            TAGS["fields"],
            *(
                poseidon_columns(
                    [
                        TAGS["field"],
                        k,
                        _column([row.values[k] for row in rows]),
                        _salt_column(salts, k + 1),
                    ]
                )
                for k in range(_N_FIELDS)
            ),
        ]
    )
    keys, versions = _column([row.key for row in rows]), _column([row.version for row in rows])
    leaves = poseidon_columns([TAGS["leaf"], pid, fields, keys, versions])
    return AddressLeaves(pid, fields, leaves)


def _salt_column(salts: Salts, k: int) -> FieldArray:
    words = np.ascontiguousarray(salts[:, k]).view("<u8").astype(np.uint64)
    return FieldArray.from_canonical_words(BN254_FR, words)


def _column(values: Sequence[int]) -> FieldArray:
    words = words_from_ints(values, BN254_FR.n_words)
    return FieldArray.from_canonical_words(BN254_FR, words)


def _groups(rows: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(rows)
    while group := list(islice(remaining, ROWS_AT_ONCE)):
        yield group


def _check_room(folder: RegistryFolder, n_leaves: int, where: str) -> None:
    limit = 1 << folder.settings.depth
    if n_leaves > limit:
        raise UsageError(
            f"the registry is full: expected at most {limit} leaves, got {n_leaves}", where=where
        )
