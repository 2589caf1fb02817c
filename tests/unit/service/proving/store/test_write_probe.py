"""The write that needs room, on both databases; full disks are in tests/chaos/test_full_disk.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.stores import KINDS, empty_database, execute
from zkctl.service.proving.store.open import open_database
from zkctl.service.proving.store.sqlite import SqliteDatabase
from zkctl.service.proving.store.write_probe import accepts_writes

pytestmark = pytest.mark.anyio


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return empty_database(request, tmp_path)


async def test_a_probe_leaves_no_row(database_url: str) -> None:
    database = open_database(database_url)
    assert await accepts_writes(database)
    assert execute(database_url, "SELECT count(*) FROM challenges") == [(0,)]
    await database.close()


async def test_a_row_that_is_left_is_deleted_by_the_reaper(database_url: str) -> None:
    database = open_database(database_url)
    await database.run("challenges.probe", nonce=bytes(32), filler="x")
    await database.run("challenges.delete", challenges_s=24 * 3600.0)
    assert execute(database_url, "SELECT count(*) FROM challenges") == [(0,)]
    await database.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_change_of_no_rows_succeeds_where_a_probe_fails(database_url: str) -> None:
    database = open_database(database_url)
    assert isinstance(database, SqliteDatabase)
    (pages,) = database._connection.execute("PRAGMA page_count").fetchone()
    database._connection.execute(f"PRAGMA max_page_count = {pages}")
    await database.run("challenges.delete", challenges_s=0.0)
    assert not await accepts_writes(database)
    database._connection.execute("PRAGMA max_page_count = 1000000")
    assert await accepts_writes(database)
    await database.close()
