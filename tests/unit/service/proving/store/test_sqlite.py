"""The SQLite database."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.support.stores import new_job
from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.jobs import QueueLimits
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.store import sqlite
from zkctl.service.proving.store.database import FLAGS, Health, StoreReadOnly, StoreUnavailable
from zkctl.service.proving.store.open import open_store
from zkctl.service.proving.store.sqlite import SqliteDatabase, open_sqlite

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    migrate(f"sqlite://{tmp_path}/service.db")
    return tmp_path / "service.db"


def test_the_file_is_private_and_each_commit_is_on_the_disk(path: Path) -> None:
    file = open_sqlite(path)
    settings = [
        file.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert settings == ["wal", 2, 1]
    file.execute("INSERT INTO served_circuits VALUES ('a', 0)")
    for each in path.parent.glob("service.db*"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    file.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("this is not a database" * 100)
    with pytest.raises(StoreUnavailable, match="the database cannot be opened"):
        open_sqlite(tmp_path / "text")
    with pytest.raises(StoreUnavailable, match="the database cannot be opened"):
        open_sqlite(tmp_path / "text" / "below")


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 37, 9))
    with pytest.raises(
        EnvironmentProblem, match=r"the SQLite library is too old: expected 3.38 or later, got "
    ):
        open_sqlite(tmp_path / "a")


async def test_a_transaction_excludes_other_statements(path: Path) -> None:
    database = SqliteDatabase(path)

    async def first() -> None:
        async with database.transaction() as session:
            await session.run("jobs.note_served", circuits='["a"]')
            await asyncio.sleep(0.05)
            await session.notify(FLAGS, "1")
            raise ZeroDivisionError

    async with database.subscribe(FLAGS) as notices:
        running = asyncio.create_task(first())
        await asyncio.sleep(0.02)
        await database.run("jobs.note_served", circuits='["b"]')  # waits, and is no part of it
        with pytest.raises(ZeroDivisionError):
            await running
        assert await notices.next(0) is None
    rows = database._connection.execute("SELECT circuit_id FROM served_circuits").fetchall()
    assert [tuple(row) for row in rows] == [("b",)]
    await database.close()


async def test_a_cancelled_transaction_is_rolled_back(path: Path) -> None:
    database = SqliteDatabase(path)

    async def forever() -> None:
        async with database.transaction() as session:
            await session.run("jobs.note_served", circuits='["a"]')
            await asyncio.sleep(60)

    running = asyncio.create_task(forever())
    await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    async with database.transaction() as session:
        await session.run("jobs.note_served", circuits='["b"]')
    assert len(await database.run("jobs.counts")) == 0
    assert not database._connection.in_transaction
    await database.close()


async def test_a_locked_file_is_unavailable_after_a_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_S", 0.05)
    store = open_store(f"sqlite://{path}")
    other = open_sqlite(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="the database does not answer: database is locked"):
        await store.enqueue(new_job(), QueueLimits())
    other.execute("ROLLBACK")
    assert (await store.enqueue(new_job(), QueueLimits())).job.state == "queued"
    other.close()
    await store.close()


async def test_a_full_disk_writes_nothing_and_is_reported(path: Path) -> None:
    async with open_store(f"sqlite://{path}") as store:
        database = store.database
        assert isinstance(database, SqliteDatabase)
        assert await database.health() == Health.CONNECTED
        (pages,) = database._connection.execute("PRAGMA page_count").fetchone()
        database._connection.execute(f"PRAGMA max_page_count = {pages}")
        big = new_job(sealing_aad=b"x" * 100_000)
        with pytest.raises(StoreReadOnly, match="the database cannot be written: database or disk"):
            await store.enqueue(big, QueueLimits())
        assert await database.health() == Health.READ_ONLY
        assert (await store.counts()).queued == {}
        database._connection.execute("PRAGMA max_page_count = 1000000")
        await store.enqueue(big, QueueLimits())
        assert await database.health() == Health.CONNECTED


async def test_missing_tables_are_named(tmp_path: Path) -> None:
    async with open_store(f"sqlite://{tmp_path}/empty.db") as store:
        with pytest.raises(StoreUnavailable, match="no such table") as caught:
            await store.counts()
        assert caught.value.hint == "zkctl service migrate creates missing tables"
        assert await store.database.health() == Health.DISCONNECTED


async def test_the_time_is_that_of_this_machine(path: Path) -> None:
    import time

    database = SqliteDatabase(path)
    assert await database.now() == pytest.approx(time.time(), abs=5)
    await database.close()
