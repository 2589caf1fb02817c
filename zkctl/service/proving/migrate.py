"""The migrations of the database: the files that psql runs too, each once, with their digests."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from typing import Any, Protocol

from zkctl.errors import EnvironmentProblem, IntegrityError, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.proving.store.database import StoreUnavailable
from zkctl.service.proving.store.open import is_postgres, sqlite_path
from zkctl.service.proving.store.sqlite import open_sqlite

_FILE = re.compile(r"(\d{3})_\w+\.sql")
_CONNECT_S = 2
_REASONS = {  # by a word of the client library's or the server's text
    "refused": "connection refused",
    "authentication": "the password is wrong",
    "password": "a password is needed",
    "does not exist": "the database or the user does not exist",
    "resolve": "the name of the host is unknown",
    "translate": "the name of the host is unknown",
    "too many": "the server has no free connection",
    "time": "no answer in time",
    "SSL": "TLS is refused",
}
_VERSIONS_AHEAD = 1  # a schema may be so much newer than the code


@record
class Migration:
    """One file."""

    version: int
    name: str
    text: str
    sha256: str


@record
class MigrateSummary:
    """The names of the migrations that were applied, and of those that were there."""

    applied: tuple[str, ...]
    present: tuple[str, ...]


class _Connection(Protocol):
    def script(self, text: str) -> None:
        """Run a whole file, which is one transaction."""

    def query(self, statement: str, *values: Any) -> list[Any]:
        """Return the rows of a statement; parameters are `?`."""


def migrations(kind: str) -> list[Migration]:
    """Return the migrations of "postgresql" or "sqlite" in order."""
    folder = files("zkctl").joinpath("deploy", "migrations")
    folder = folder.joinpath("sqlite") if kind == "sqlite" else folder
    found = []
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        match = _FILE.fullmatch(file.name)
        if match:
            data = file.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            name = file.name.removesuffix(".sql")
            found.append(Migration(int(match[1]), name, data.decode(), digest))
    return found


def migrate(url: str) -> MigrateSummary:
    """Apply the missing migrations and note the digests of all.

    Raises: IntegrityError if an applied file was changed; StoreUnavailable; UsageError for the URL.
    """
    with _connect(url) as connection:
        wanted, applied = _compare(url, connection)
        for each in wanted:
            if each.version not in applied:
                connection.script(_without_psql(each.text))
        for each in wanted:
            connection.query(
                "UPDATE schema_migrations SET sha256 = ? WHERE version = ? AND sha256 IS NULL",
                *(each.sha256, each.version),
            )
    return MigrateSummary(
        applied=tuple(each.name for each in wanted if each.version not in applied),
        present=tuple(each.name for each in wanted if each.version in applied),
    )


def pending(url: str) -> list[str]:
    """Return the names of the migrations that are missing.  Raises: as `migrate`."""
    with _connect(url) as connection:
        wanted, applied = _compare(url, connection)
    return [each.name for each in wanted if each.version not in applied]


def check_schema(url: str) -> None:
    """Check that this code runs on the database: no migration is missing, and at most one is newer.

    Raises: EnvironmentProblem; as `migrate`.
    """
    with _connect(url) as connection:
        wanted, applied = _compare(url, connection)
    missing = [each.name for each in wanted if each.version not in applied]
    if missing:
        raise EnvironmentProblem(
            f"the database is behind: {', '.join(missing)} not applied",
            hint="run zkctl service migrate",
        )
    newest = wanted[-1].version
    if max(applied) > newest + _VERSIONS_AHEAD:
        raise EnvironmentProblem(
            f"the database is ahead: expected migration {newest} or {newest + _VERSIONS_AHEAD}, got {max(applied)}",
            hint="install a newer version of zkctl",
        )


def _compare(url: str, connection: _Connection) -> tuple[list[Migration], dict[int, str | None]]:
    """Return all migrations and the applied ones' digests by version."""
    kind = "postgresql" if is_postgres(url) else "sqlite"
    wanted = migrations(kind)
    exists = {
        "postgresql": "SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL",
        "sqlite": "SELECT 1 FROM sqlite_master WHERE name = 'schema_migrations'",
    }
    applied: dict[int, str | None] = {}
    if connection.query(exists[kind]):
        applied = dict(connection.query("SELECT version, sha256 FROM schema_migrations"))
    for each in wanted:
        noted = applied.get(each.version)
        if noted is not None and noted != each.sha256:
            raise IntegrityError(
                f"the applied migration {each.name} was changed: expected SHA-256 {noted}, got {each.sha256}",
                hint="restore the file, and put the change into a new one",
            )
    return wanted, applied


def _without_psql(text: str) -> str:
    """Return a file without the settings of psql.  Raises: IntegrityError for another command of psql."""
    lines = []
    for line in text.splitlines():
        if line.startswith("\\") and not line.startswith("\\set "):
            raise IntegrityError(f"the migration has a command of psql: {printable(line)!r}")
        if not line.startswith("\\"):
            lines.append(line)
    return "\n".join(lines)


@contextmanager
def _connect(url: str) -> Iterator[_Connection]:
    """Yield a connection; an error of the database is a StoreUnavailable."""
    if not is_postgres(url):
        try:
            with closing(open_sqlite(sqlite_path(url))) as connection:
                yield _Sqlite(connection)
        except sqlite3.Error as problem:
            raise StoreUnavailable(
                f"the migration fails: {printable(str(problem))}", hint="nothing of it was applied"
            ) from None
        return
    try:
        import psycopg
    except ImportError:
        raise EnvironmentProblem(
            "this database needs the extra `postgres`", hint='pip install "zkctl[postgres]"'
        ) from None
    try:
        opened = psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_S)
    except psycopg.OperationalError as problem:
        reason = _reason(str(problem))
        raise StoreUnavailable(f"no database: {reason}", hint="check DATABASE_URL") from None
    except psycopg.Error as problem:
        raise UsageError(
            f"the database URL is malformed: {type(problem).__name__}",
            hint="write postgresql://user@host/name",
        ) from None
    try:
        with opened:
            yield _Postgres(opened)
    except psycopg.Error as problem:
        text = problem.diag.message_primary or type(problem).__name__  # of the schema, never a row
        raise StoreUnavailable(f"the migration fails: {printable(text)}") from None


def _reason(text: str) -> str:
    """Return why there is no connection; the driver's text may quote a piece of a password as the name of a host."""
    return next((reason for word, reason in _REASONS.items() if word in text), "connection failed")


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def script(self, text: str) -> None:
        try:
            self._connection.executescript(text)
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def query(self, statement: str, *values: Any) -> list[Any]:
        return [tuple(row) for row in self._connection.execute(statement, values).fetchall()]


class _Postgres:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def script(self, text: str) -> None:
        self._connection.execute(text)  # without parameters: many statements in one message

    def query(self, statement: str, *values: Any) -> list[Any]:
        cursor = self._connection.execute(statement.replace("?", "%s"), values or None)
        return list(cursor.fetchall()) if cursor.description else []
