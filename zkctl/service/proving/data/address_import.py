"""Import the addresses of a legacy system: resumable, idempotent by legacy id, checked by reading everything back.

Each row ends imported, present or rejected.  A batch of rows is one transaction: a killed import goes on where it was.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from zkctl.errors import UsageError
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.service.proving.data.legacy_csv import LegacyAddress, RejectedRow, legacy_rows
from zkctl.service.proving.data.sealed_address import (
    NewAddress,
    Sealer,
    multiset_digest,
    multiset_term,
    open_address,
    rows_of,
    with_new_holder,
)
from zkctl.service.proving.store.database import Database, Session
from zkctl.storage.atomic import atomic_output

BATCH_ROWS = 1000
MAX_DEPTH = 32


@record
class LegacySource:
    """A CSV of the legacy system, and our names with its columns."""

    path: Path
    columns: Mapping[str, str]

    def batches(self) -> Iterator[list[LegacyAddress | RejectedRow]]:
        """Yield the rows in batches."""
        rows = legacy_rows(self.path, self.columns)
        while batch := list(islice(rows, BATCH_ROWS)):
            yield batch


@record(repr=False)
class Destination:
    """Where addresses go: tenant and registry, the keys of addresses at rest, and the depth of the registry's tree."""

    tenant: str
    registry: str
    sealer: Sealer
    depth: int = 20


@record
class ImportSummary:
    """The rows of a source: n_read = n_imported + n_present + n_rejected; the digests are of (legacy id, PID)."""

    source: str
    rejected: str
    n_read: int
    n_imported: int
    n_present: int
    n_rejected: int
    digest_of_source: str
    digest_of_database: str


@record
class VerifySummary:
    """A source compared with the database."""

    source: str
    n_read: int
    n_equal: int
    n_missing: int
    n_different: int
    n_rejected: int
    digest_of_source: str
    digest_of_database: str


async def import_addresses(
    database: Database,
    source: LegacySource,
    to: Destination,
    *,
    rejected: Path,
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportSummary:
    """Import all rows that are right and write the others, with reasons, to `rejected` (line, legacy id, reason).

    Raises: UsageError for a full registry; FormatError for a wrong header; StoreUnavailable.  Nothing is deleted in the source.
    """
    pass_ = _Pass(to)
    refusals: list[RejectedRow] = []
    n_imported = n_present = 0
    for rows in source.batches():
        progress("importing addresses", None)
        async with database.transaction() as session:
            await session.run("addresses.lock_registry", registry=to.registry)
            found = await pass_.sort(session, rows)
            if not dry_run:
                await _insert(session, found.new, to)
        refusals += found.rejected
        n_imported += len(found.new)
        n_present += len(found.present)
    with atomic_output(rejected, force=True, inputs=[source.path], private=True) as stream:
        stream.write(_rejected_csv(refusals))
    checked = await verify_import(database, source, to, progress=progress)
    return ImportSummary(
        str(source.path),
        str(rejected),
        pass_.n_read,
        n_imported,
        n_present,
        len(refusals),
        checked.digest_of_source,
        checked.digest_of_database,
    )


async def verify_import(
    database: Database,
    source: LegacySource,
    to: Destination,
    *,
    progress: Progress = silent,
) -> VerifySummary:
    """Read the source again and compare each row with the opened row of the database.

    Raises: IntegrityError for a row that does not open; FormatError; StoreUnavailable.
    """
    pass_, sealer = _Pass(to), to.sealer
    n_equal = n_missing = n_different = n_rejected = 0
    before = after = 0
    for rows in source.batches():
        progress("comparing addresses", None)
        found = await pass_.sort(database, rows)
        n_rejected += len(found.rejected)
        n_missing += len(found.new)
        before += sum(multiset_term(sealer, row.legacy_id, row.pid) for row in found.new)
        for row, stored in found.present:
            if stored["sealed"] is None:  # erased since: neither side counts it
                n_equal += 1
                continue
            before += multiset_term(sealer, row.legacy_id, row.pid)
            opened = open_address(stored, sealer, tenant=to.tenant, registry=to.registry).credential
            after += multiset_term(sealer, stored["legacy_id"], opened.pid)
            is_equal = (opened.pid.text, list(opened.fields)) == (row.pid.text, list(row.fields))
            n_equal += is_equal
            n_different += not is_equal
    return VerifySummary(
        str(source.path),
        pass_.n_read,
        n_equal,
        n_missing,
        n_different,
        n_rejected,
        multiset_digest(before),
        multiset_digest(after),
    )


@record
class _Sorted:
    """The rows of a batch."""

    new: list[LegacyAddress]
    present: list[tuple[LegacyAddress, Mapping[str, Any]]]
    rejected: list[RejectedRow]


class _Pass:
    """One reading of a source; the decision on a row depends on the source and the table only."""

    def __init__(self, to: Destination) -> None:
        self._to = to
        self._ids: set[str] = set()
        self._lookups: set[bytes] = set()
        self.n_read = 0

    async def sort(self, session: Session, rows: Sequence[LegacyAddress | RejectedRow]) -> _Sorted:
        """Return which rows are new, present and rejected."""
        self.n_read += len(rows)
        found = _Sorted([], [], [row for row in rows if isinstance(row, RejectedRow)])
        right = [row for row in rows if isinstance(row, LegacyAddress)]
        lookups = [self._to.sealer.lookup(row.pid) for row in right]
        by_id, taken = await self._known(session, right, lookups)
        for row, lookup in zip(right, lookups, strict=True):
            reason = ""
            stored = by_id.get(row.legacy_id)
            if row.legacy_id in self._ids:
                reason = "the legacy id occurs twice in the file"
            elif stored is not None:
                if stored["sealed"] is not None and bytes(stored["pid_lookup"]) != lookup:
                    reason = "the address was imported with another PID"
                else:
                    found.present.append((row, stored))
            elif lookup in self._lookups or lookup in taken:
                reason = "the PID is registered under another legacy id"
            else:
                found.new.append(row)
            if reason:
                found.rejected.append(RejectedRow(row.line, row.legacy_id, reason))
                continue
            self._ids.add(row.legacy_id)
            self._lookups.add(lookup)
        return found

    async def _known(
        self, session: Session, rows: Sequence[LegacyAddress], lookups: Sequence[bytes]
    ) -> tuple[dict[str, Mapping[str, Any]], set[bytes]]:
        stored = await session.run(
            "addresses.known",
            tenant=self._to.tenant,
            ids=json.dumps([row.legacy_id for row in rows]),
            lookups=json.dumps([lookup.hex() for lookup in lookups]),
        )
        by_id = {row["legacy_id"]: row for row in stored if row["legacy_id"] is not None}
        return by_id, {bytes(row["pid_lookup"]) for row in stored if row["pid_lookup"] is not None}


async def _insert(session: Session, rows: Sequence[LegacyAddress], to: Destination) -> None:
    if not rows:
        return
    (next_row,) = await session.run("addresses.next_index", registry=to.registry)
    first, limit = int(next_row["next_index"]), 1 << to.depth
    if first + len(rows) > limit:
        raise UsageError(
            f"the registry is full: expected at most {limit} leaves, got {first + len(rows)}"
        )
    made = rows_of(
        [_new_address(row) for row in rows],
        to.sealer,
        tenant=to.tenant,
        registry=to.registry,
        first_index=first,
    )
    await session.run(
        "addresses.insert_rows", tenant=to.tenant, registry=to.registry, rows=json.dumps(made)
    )


def _new_address(row: LegacyAddress) -> NewAddress:
    if row.key is None:
        return with_new_holder(row.pid, row.fields, row.values, row.legacy_id)
    return NewAddress(row.pid, row.fields, row.values, row.key, legacy_id=row.legacy_id)


def _rejected_csv(rows: Iterable[RejectedRow]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("line", "legacy_id", "reason"))
    writer.writerows(
        (row.line, row.legacy_id, row.reason) for row in sorted(rows, key=lambda row: row.line)
    )
    return text.getvalue().encode()
