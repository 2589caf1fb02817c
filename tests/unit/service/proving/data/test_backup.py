"""Backups: what a restored database is compared with; on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.registries import TestRegistry
from tests.support.servers import PostgresServer, client
from tests.support.stores import execute
from zkctl.errors import CheckFailed, EnvironmentProblem, FormatError, IntegrityError, UsageError
from zkctl.service.proving.data.backup import (
    _client_environment,
    _run_client,
    back_up,
    compare_with_manifest,
    manifest_of,
    restore,
)
from zkctl.service.proving.store.open import is_postgres
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio


@pytest.fixture
async def dump(
    store: JobQueue, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A backup of a database with three addresses and an epoch."""
    monkeypatch.setenv("PATH", f"{Path(client('pg_dump')).parent}:/usr/bin:/bin")
    registry = TestRegistry(store.database, tmp_path)
    await registry.add(3)
    await registry.epoch()
    path = tmp_path / "db.dump"
    summary = back_up(database_url, path)
    assert summary.n_rows >= 4
    return path


def new_url(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if is_postgres(database_url):
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.new_database()
    return f"sqlite:///{tmp_path}/restored.db"


async def test_a_restored_database_is_equal(
    dump: Path, database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    assert dump.stat().st_mode & 0o777 == manifest_of(dump).stat().st_mode & 0o777 == 0o600
    assert b"JP-13" not in dump.read_bytes()
    url = new_url(database_url, request, tmp_path)
    done = restore(url, dump)
    assert done.n_rows == compare_with_manifest(database_url, dump).n_rows
    expected = "the database is not empty: expected no tables, got"
    with pytest.raises(
        UsageError, match=expected if is_postgres(url) else "the database exists already"
    ):
        restore(url, dump)
    execute(url, "UPDATE addresses SET changed_at = changed_at WHERE leaf_index = 0")
    compare_with_manifest(url, dump)
    execute(url, "UPDATE addresses SET version = 9 WHERE leaf_index = 0")
    with pytest.raises(CheckFailed, match="addresses differs: its digest is another one"):
        compare_with_manifest(url, dump)
    execute(url, "DELETE FROM addresses WHERE leaf_index = 0")
    with pytest.raises(CheckFailed, match="addresses differs: expected 3 rows, got 2"):
        compare_with_manifest(url, dump)
    execute(url, "DROP TABLE roots")
    with pytest.raises(CheckFailed, match="addresses"):
        compare_with_manifest(url, dump)


async def test_changed_or_foreign_dumps_are_refused(
    dump: Path, database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = new_url(database_url, request, tmp_path)
    foreign = "sqlite:////tmp/x.db" if is_postgres(database_url) else "postgresql://x/y"
    with pytest.raises(UsageError, match="the dump is of another kind of database: expected"):
        compare_with_manifest(foreign, dump)
    raw = bytearray(dump.read_bytes())
    raw[-1] ^= 1
    dump.write_bytes(raw)
    with pytest.raises(
        IntegrityError, match="the dump is not the one of its manifest: its SHA-256 differs"
    ):
        restore(url, dump)
    document = json.loads(manifest_of(dump).read_text())
    manifest_of(dump).write_text(json.dumps(document | {"v": "other"}))
    with pytest.raises(FormatError, match="the manifest is of another kind: expected"):
        restore(url, dump)


def test_passwords_are_no_arguments() -> None:
    url = "postgresql://me:secret@db.example:5433/addresses?sslmode=verify-full"
    assert _client_environment(url) == {
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGUSER": "me",
        "PGPASSWORD": "secret",
        "PGDATABASE": "addresses",
        "PGSSLMODE": "verify-full",
    }


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    for url, message in (
        ("postgresql://127.0.0.1:1/x", "the database cannot be read"),
        (f"sqlite:///{tmp_path}/none.db", "the database does not exist"),
    ):
        with pytest.raises(EnvironmentProblem, match=message):
            back_up(url, tmp_path / "dump")
        assert not (tmp_path / "dump").exists()


def test_client_programs_that_fail_or_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_restore"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(EnvironmentProblem, match="failed: exit code 3"):
        _run_client("pg_restore", "postgresql://h/x")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(EnvironmentProblem, match="cannot start pg_dump"):
        _run_client("pg_dump", "postgresql://h/x")
