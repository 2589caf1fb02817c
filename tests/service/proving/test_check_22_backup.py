"""Check 22: backup, drop, pg_restore -C; and recovery to the time before a mass delete."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.registries import TestRegistry
from tests.support.replica import base_backup, recovered
from tests.support.servers import PostgresServer, client, postgres_server, server_folder
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.store.open import open_database

pytestmark = pytest.mark.anyio
N_ROWS = 1000


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def filled(url: str, folder: Path, n_rows: int) -> None:
    migrate(url)
    database = open_database(url)
    registry = TestRegistry(database, folder, depth=12)
    await registry.add(min(n_rows, 800))
    if n_rows > 800:
        await registry.add(n_rows - 800, first=1000)
    await registry.epoch()
    await database.close()


def zkctl(url: str, *words: str) -> subprocess.CompletedProcess:
    programs = Path(client("pg_dump")).parent
    environ = {**os.environ, "DATABASE_URL": url, "PATH": f"{programs}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "zkctl.cli.app", "service", *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


async def test_the_guides_commands(tmp_path: Path) -> None:
    with postgres_server() as server:
        url = server.url("addresses_db")
        assert server.psql(server.url(), text="CREATE DATABASE addresses_db").returncode == 0
        await filled(url, tmp_path, 50)
        dump = tmp_path / "addresses_db.dump"
        made = zkctl(url, "backup", "-o", str(dump), "--json")
        assert made.returncode == 0, made.stderr
        assert json.loads(made.stdout)["result"]["n_rows"] > 50
        dropped = server.psql(server.url(), text="DROP DATABASE addresses_db WITH (FORCE)")
        assert dropped.returncode == 0, dropped.stderr
        restore = [client("pg_restore"), "-d", server.url(), "-C", str(dump)]
        done = subprocess.run(restore, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        same = zkctl(url, "restore", str(dump), "--check")
        assert same.returncode == 0, same.stderr
        server.psql(url, text="DELETE FROM roots")
        other = zkctl(url, "restore", str(dump), "--check")
        assert other.returncode == 1
        assert "the table roots differs: expected 1 rows, got 0" in other.stderr
        again = server.new_database()
        whole = zkctl(again, "restore", str(dump))
        assert whole.returncode == 0, whole.stderr
        refused = zkctl(again, "restore", str(dump))
        assert refused.returncode == 2


async def test_recovery_to_before_a_mass_delete(tmp_path: Path) -> None:
    with server_folder() as folder, server_folder() as copy:
        archive = folder / "archive"
        archive.mkdir()
        archive.chmod(0o777)
        options = ("-c", "fsync=off", "-c", "archive_mode=on", "-c", "wal_level=replica")
        options += ("-c", f"archive_command=cp %p {archive}/%f")
        with postgres_server(options=options) as server:
            url = server.new_database()
            base_backup(server, copy, "--wal-method=none")
            await filled(url, tmp_path, N_ROWS)
            before = sql(server, url, "SELECT clock_timestamp()")
            digest = sql(
                server, url, "SELECT md5(string_agg(md5(a::text), '' ORDER BY id)) FROM addresses a"
            )
            time.sleep(0.01)
            sql(server, url, "DELETE FROM addresses")
            last = sql(server, url, "SELECT pg_walfile_name(pg_current_wal_lsn())")
            sql(server, url, "SELECT pg_switch_wal()")
            wait_for(archive / last)
            with recovered(server, copy, archive, before) as restored:
                there = restored.url(url.rpartition("/")[2])
                assert sql(restored, there, "SELECT count(*) FROM addresses") == str(N_ROWS)
                again = sql(
                    restored,
                    there,
                    "SELECT md5(string_agg(md5(a::text), '' ORDER BY id)) FROM addresses a",
                )
                assert again == digest
            assert sql(server, url, "SELECT count(*) FROM addresses") == "0"


def sql(server: PostgresServer, url: str, text: str) -> str:
    done = server.psql(url, "-At", text=text)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def wait_for(path: Path) -> None:
    end = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} is not archived"
        time.sleep(0.05)
