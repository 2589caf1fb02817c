"""The import of legacy addresses: resumable, idempotent, compared with its source; on both databases."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from zkctl.address.hashes import holder_key
from zkctl.errors import UsageError
from zkctl.service.proving.data import address_import
from zkctl.service.proving.data.address_import import (
    Destination,
    LegacySource,
    import_addresses,
    verify_import,
)
from zkctl.service.proving.data.kek import FileKek, make_kek_file
from zkctl.service.proving.data.sealed_address import Sealer, open_address
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio

COLUMNS = {"legacy_id": "ID", "pid": "PID", "holder_key": "KEY", "city": "Town"}


@pytest.fixture
def to(tmp_path: Path) -> Destination:
    make_kek_file(tmp_path / "kek")
    return Destination("acme", "tokyo", Sealer(b"p" * 32, FileKek(tmp_path / "kek")), 4)


def source_of(tmp_path: Path, *rows: tuple[str, ...]) -> LegacySource:
    path = tmp_path / "legacy.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("ID", "PID", "KEY", "Town"), *rows])
    return LegacySource(path, COLUMNS)


ROWS = (
    ("1", "JP-13-113", "", "Shibuya"),
    ("2", "jp-13-114", str(holder_key(9)), ""),
    ("3", "JP--13", "", ""),
    ("1", "JP-13-115", "", ""),
    ("5", "JP-13-113", "", ""),
)


async def test_rows_are_imported_once(store: JobQueue, to: Destination, tmp_path: Path) -> None:
    source, rejected = source_of(tmp_path, *ROWS), tmp_path / "rejected.csv"
    first = await import_addresses(store.database, source, to, rejected=rejected)
    counts = (first.n_read, first.n_imported, first.n_present, first.n_rejected)
    assert counts == (5, 2, 0, 3)
    assert first.digest_of_source == first.digest_of_database
    assert rejected.read_text().splitlines() == [
        "line,legacy_id,reason",
        "4,3,E2: part 2 of the PID is empty",
        "5,1,the legacy id occurs twice in the file",
        "6,5,the PID is registered under another legacy id",
    ]
    second = await import_addresses(store.database, source, to, rejected=rejected)
    assert (second.n_imported, second.n_present, second.n_rejected) == (0, 2, 3)
    assert second.digest_of_database == first.digest_of_database


async def test_the_row_holds_no_pid_and_opens_again(
    store: JobQueue, to: Destination, tmp_path: Path
) -> None:
    await import_addresses(
        store.database, source_of(tmp_path, *ROWS), to, rejected=tmp_path / "rejected.csv"
    )
    rows = await store.database.run(
        "addresses.sealed_page", tenant="acme", registry="tokyo", after=0, most=10
    )
    assert b"13-113" not in b"".join(bytes(row["sealed"]) for row in rows)
    first, second = (open_address(row, to.sealer, tenant="acme", registry="tokyo") for row in rows)
    assert first.credential.pid.text == "JP-13-113"
    assert first.credential.fields[2] == "Shibuya"
    assert first.holder_secret is not None
    assert first.credential.leaf(first.holder_secret) == int.from_bytes(
        bytes(rows[0]["leaf"]), "big"
    )
    assert second.holder_secret is None
    assert [row["custody"] for row in rows] == ["server", "holder"]
    assert second.credential.leaf(9) == int.from_bytes(bytes(rows[1]["leaf"]), "big")
    assert [row["leaf_index"] for row in rows] == [0, 1]


async def test_a_dry_run_changes_nothing(store: JobQueue, to: Destination, tmp_path: Path) -> None:
    source = source_of(tmp_path, *ROWS)
    options = {"rejected": tmp_path / "rejected.csv"}
    dry = await import_addresses(store.database, source, to, dry_run=True, **options)
    assert (dry.n_imported, dry.n_rejected) == (2, 3)
    assert dry.digest_of_source != dry.digest_of_database
    wet = await import_addresses(store.database, source, to, **options)
    assert wet.n_imported == 2


async def test_a_broken_import_goes_on(
    store: JobQueue, to: Destination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address_import, "BATCH_ROWS", 2)
    source = source_of(tmp_path, *[(str(k), f"JP-13-{100 + k}", "", "") for k in range(7)])
    rejected, n_batches = tmp_path / "rejected.csv", 0

    def stop(*_: object) -> None:
        nonlocal n_batches
        n_batches += 1
        if n_batches == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_addresses(store.database, source, to, rejected=rejected, progress=stop)
    again = await import_addresses(store.database, source, to, rejected=rejected)
    assert (again.n_imported, again.n_present, again.n_rejected) == (3, 4, 0)
    assert again.digest_of_source == again.digest_of_database


async def test_verify_tells_missing_and_different_rows(
    store: JobQueue, to: Destination, tmp_path: Path
) -> None:
    source = source_of(tmp_path, *ROWS)
    await import_addresses(store.database, source, to, rejected=tmp_path / "rejected.csv")
    good = await verify_import(store.database, source, to)
    assert (good.n_equal, good.n_missing, good.n_different, good.n_rejected) == (2, 0, 0, 3)
    changed = source_of(
        tmp_path,
        ("1", "JP-13-113", "", "Meguro"),
        ("2", "JP-13-99", "", ""),
        ("9", "JP-14", "", ""),
    )
    bad = await verify_import(store.database, changed, to)
    assert (bad.n_equal, bad.n_missing, bad.n_different, bad.n_rejected) == (0, 1, 1, 1)
    assert bad.digest_of_source != bad.digest_of_database


async def test_an_erased_row_is_not_imported_again(
    store: JobQueue, to: Destination, tmp_path: Path
) -> None:
    source, rejected = source_of(tmp_path, *ROWS), tmp_path / "rejected.csv"
    await import_addresses(store.database, source, to, rejected=rejected)
    await store.database.run(
        "addresses.erase", tenant="acme", legacy_id="1", registry=None, leaf=None
    )
    again = await import_addresses(store.database, source, to, rejected=rejected)
    assert (again.n_imported, again.n_present) == (0, 2)
    assert again.digest_of_source == again.digest_of_database


async def test_a_full_registry(store: JobQueue, to: Destination, tmp_path: Path) -> None:
    source = source_of(tmp_path, *[(str(k), f"JP-13-{100 + k}", "", "") for k in range(17)])
    with pytest.raises(UsageError, match="expected at most 16 leaves, got 17"):
        await import_addresses(store.database, source, to, rejected=tmp_path / "rejected.csv")
