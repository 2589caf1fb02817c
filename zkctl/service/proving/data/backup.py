"""Backups: a dump of the database and a manifest with the rows and the digest of each table; restoring compares them.

PostgreSQL is dumped by pg_dump in the snapshot that the manifest is made of.  Passwords reach the client programs by the environment.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from zkctl.errors import CheckFailed, EnvironmentProblem, IntegrityError, UsageError
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime import clock
from zkctl.runtime.isolated import start_program
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.proving.store.open import is_postgres, sqlite_path
from zkctl.storage.atomic import atomic_output
from zkctl.storage.mapped import map_file

if TYPE_CHECKING:
    import psycopg

VERSION = "zkctl.backup.1"
_BLOCK = 1 << 20
_ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
}


@record
class TableState:
    """The number of rows of a table, and the SHA-256 of them in order."""

    n_rows: int
    digest: str


@record
class BackupSummary:
    """A backup: the dump and its manifest."""

    dump: str
    manifest: str
    sha256: str
    n_tables: int
    n_rows: int


@record
class RestoreSummary:
    """A database whose tables are those of a manifest."""

    dump: str
    n_tables: int
    n_rows: int
    made_at: str


def back_up(url: str, output: Path, *, force: bool = False) -> BackupSummary:
    """Write a dump and OUTPUT.json, which only their owner can read.

    Raises: EnvironmentProblem without pg_dump, or if the database does not answer; UsageError.
    """
    with _snapshot_of(url) as (tables, dump):
        digest = hashlib.sha256()
        with atomic_output(output, force=force, private=True) as stream:
            for block in dump:
                digest.update(block)
                stream.write(block)
    made_at = datetime.fromtimestamp(clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = {
        "v": VERSION,
        "made_at": made_at,
        "kind": "postgresql" if is_postgres(url) else "sqlite",
        "sha256": digest.hexdigest(),
        "tables": {
            name: {"rows": state.n_rows, "digest": state.digest} for name, state in tables.items()
        },
    }
    manifest = manifest_of(output)
    with atomic_output(manifest, force=True, private=True) as stream:
        stream.write(json.dumps(document, indent=2).encode() + b"\n")
    n_rows = sum(state.n_rows for state in tables.values())
    return BackupSummary(str(output), str(manifest), digest.hexdigest(), len(tables), n_rows)


def restore(url: str, dump: Path) -> RestoreSummary:
    """Restore a dump into an empty database, then compare it with the manifest.

    Raises: IntegrityError for a changed dump; UsageError for a database that has tables; CheckFailed; EnvironmentProblem.
    """
    found = _read_manifest(dump)
    actual = hashlib.sha256(map_file(dump).data).hexdigest()
    if actual != found.member("sha256").text():
        raise IntegrityError(
            "the dump is not the one of its manifest: its SHA-256 differs", where=printable(dump)
        )
    _check_kind(url, found)
    if is_postgres(url):
        _check_empty(url)
        arguments = ("--exit-on-error", "--no-owner", "--no-privileges")
        _run_client("pg_restore", url, *arguments, "-d", _members(url)["dbname"], str(dump))
    else:
        path = sqlite_path(url)
        if path.exists():
            raise UsageError("the database exists already", where=printable(path))
        with atomic_output(path, private=True) as stream:
            stream.write(map_file(dump).data)
    return compare_with_manifest(url, dump)


def compare_with_manifest(url: str, dump: Path) -> RestoreSummary:
    """Compare a database with the manifest of a dump.  Raises: CheckFailed that names the first table that differs."""
    found = _read_manifest(dump)
    _check_kind(url, found)
    expected = {
        each.path.rpartition(".")[2]: TableState(
            each.member("rows").number(), each.member("digest").text()
        )
        for each in found.member("tables").members()
    }
    with _snapshot_of(url, dump=False) as (tables, _):
        for name in sorted(expected.keys() | tables.keys()):
            wanted, actual = expected.get(name), tables.get(name)
            if wanted is None or actual is None:
                missing = "the manifest" if wanted is None else "the database"
                raise CheckFailed(f"the table {name} is not in {missing}")
            if wanted.n_rows != actual.n_rows:
                raise CheckFailed(
                    f"the table {name} differs: expected {wanted.n_rows} rows, got {actual.n_rows}"
                )
            if wanted.digest != actual.digest:
                raise CheckFailed(f"the table {name} differs: its digest is another one")
    n_rows = sum(state.n_rows for state in expected.values())
    return RestoreSummary(str(dump), len(expected), n_rows, found.member("made_at").text())


def manifest_of(dump: Path) -> Path:
    """Return the path of a dump's manifest."""
    return dump.with_name(f"{dump.name}.json")


def _read_manifest(dump: Path) -> Node:
    path = manifest_of(dump)
    node = Node(load_json(path), printable(path))
    if node.member("v").text() != VERSION:
        raise node.fail(f"the manifest is of another kind: expected {VERSION}")
    return node


def _check_kind(url: str, found: Node) -> None:
    kind = "postgresql" if is_postgres(url) else "sqlite"
    if found.member("kind").text() != kind:
        raise UsageError(
            f"the dump is of another kind of database: expected {kind}, got {found.member('kind').text()}"
        )


@contextmanager
def _snapshot_of(
    url: str, *, dump: bool = True
) -> Iterator[tuple[dict[str, TableState], Iterator[bytes]]]:
    """Yield the states of all tables, and the bytes of a dump of the same moment."""
    reader = _postgres_snapshot if is_postgres(url) else _sqlite_snapshot
    with reader(url, dump) as found:
        yield found


@contextmanager
def _postgres_snapshot(
    url: str, dump: bool
) -> Iterator[tuple[dict[str, TableState], Iterator[bytes]]]:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for setting in ("timezone = 'UTC'", "datestyle = 'ISO'", "bytea_output = 'hex'"):
                connection.execute(f"SET LOCAL {setting}")
            connection.execute("SET LOCAL statement_timeout = 0")
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            tables = {name: _state_of(connection, name) for name in _tables(connection)}
            blocks: Iterator[bytes] = iter(())
            if dump:
                row = connection.execute("SELECT pg_export_snapshot()").fetchone()
                assert row is not None
                blocks = _dumped(url, row[0])
            yield tables, blocks
    except psycopg.Error as problem:
        raise EnvironmentProblem(f"the database cannot be read: {type(problem).__name__}") from None


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    statement = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    return [row[0] for row in connection.execute(statement).fetchall()]


def _state_of(connection: psycopg.Connection[Any], table: str) -> TableState:
    from psycopg import sql

    digest, n_rows = hashlib.sha256(), 0
    name = sql.Identifier(table)
    statement = sql.SQL(
        'COPY (SELECT * FROM {} AS given ORDER BY (given::text) COLLATE "C") TO STDOUT'
    ).format(name)
    with connection.cursor().copy(statement) as rows:
        for block in rows:
            digest.update(block)
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone()
    if row is not None:
        n_rows = int(row[0])
    return TableState(n_rows, digest.hexdigest())


def _dumped(url: str, snapshot: str) -> Iterator[bytes]:
    with _client("pg_dump", url, "--format=custom", f"--snapshot={snapshot}") as process:
        stream = process.stdout
        assert stream is not None
        yield from _blocks(stream)
        _check_ended(process, "pg_dump")


@contextmanager
def _client(program: str, url: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = start_program([program, *arguments], _client_environment(url))
    except EnvironmentProblem as problem:
        problem.hint = "install the client programs of PostgreSQL"
        raise
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _run_client(program: str, url: str, *arguments: str) -> None:
    with _client(program, url, *arguments) as process:
        process.wait()
        _check_ended(process, program)


def _check_ended(process: subprocess.Popen[bytes], program: str) -> None:
    if process.wait() != 0:
        raise EnvironmentProblem(
            f"{program} failed: exit code {process.returncode}",
            hint=f"run {program} by hand: it explains itself",
        )


def _members(url: str) -> Mapping[str, str]:
    from psycopg.conninfo import conninfo_to_dict

    found = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    return {"dbname": found.get("user", "postgres")} | found


def _client_environment(url: str) -> dict[str, str]:
    """Return the connection as variables: arguments of a process are visible to other users."""
    members = _members(url)
    return {_ENVIRONMENT[name]: value for name, value in members.items() if name in _ENVIRONMENT}


def _check_empty(url: str) -> None:
    with _snapshot_of(url, dump=False) as (tables, _):
        if tables:
            raise UsageError(
                f"the database is not empty: expected no tables, got {len(tables)}",
                hint="restore into a new database",
            )


@contextmanager
def _sqlite_snapshot(
    url: str, dump: bool
) -> Iterator[tuple[dict[str, TableState], Iterator[bytes]]]:
    """Copy the database by SQLite's own backup, so the states are those of the copy."""
    path = sqlite_path(url)
    if not path.is_file():
        raise EnvironmentProblem("the database does not exist", where=printable(path))
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(":memory:")) as copy,
        ):
            source.backup(copy)
            names = copy.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            ).fetchall()
            tables = {name: _state_of_copy(copy, name) for (name,) in names}
            yield tables, iter((copy.serialize(),)) if dump else iter(())
    except sqlite3.Error as problem:
        raise EnvironmentProblem(f"the database cannot be read: {problem}") from None


def _state_of_copy(copy: sqlite3.Connection, table: str) -> TableState:
    quoted = '"' + table.replace('"', '""') + '"'
    rows = sorted(repr(row) for row in copy.execute(f"SELECT * FROM {quoted}"))  # noqa: S608  (a name of the schema)
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row.encode() + b"\n")
    return TableState(len(rows), digest.hexdigest())


def _blocks(stream: BinaryIO | Any) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block
