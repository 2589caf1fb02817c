"""The store of a database URL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from zkctl.errors import UsageError
from zkctl.runtime.printable import printable
from zkctl.service.proving.store.database import Database
from zkctl.service.proving.store.queue import JobQueue

POSTGRES_SCHEMES = ("postgresql", "postgres")


def open_store(
    url: str,
    *,
    listen_url: str | None = None,
    connections: int = 10,
    idle_s: float = 30.0,
) -> JobQueue:
    """Open the store of this process; `connections` is its share of the pool of all.

    Connections are made when they are used.  Raises: UsageError; StoreUnavailable for a file that cannot be opened.
    """
    return JobQueue(
        open_database(url, listen_url=listen_url, connections=connections, idle_s=idle_s)
    )


def open_database(
    url: str, *, listen_url: str | None = None, connections: int = 10, idle_s: float = 30.0
) -> Database:
    """Open a database without its queue, a replica say.  Raises: as `open_store`."""
    if is_postgres(url):
        from zkctl.service.proving.store.postgres import PoolLimits, PostgresDatabase

        return PostgresDatabase(url, listen_url, PoolLimits(connections, idle_s))
    from zkctl.service.proving.store.sqlite import SqliteDatabase

    return SqliteDatabase(sqlite_path(url))


def is_postgres(url: str) -> bool:
    """Return whether a URL names a PostgreSQL server.  Raises: UsageError for another scheme than the two."""
    scheme = url.partition(":")[0]
    if scheme in POSTGRES_SCHEMES:
        return True
    if scheme == "sqlite":
        return False
    raise UsageError(
        f"the scheme of the database URL is unknown: expected postgresql or sqlite, got {printable(scheme)!r}",
        hint="write postgresql://user@host/name or sqlite:///path/to/file",
    )


def sqlite_path(url: str) -> Path:
    """Return the file of `sqlite:///path`; `/~/` is the home folder.  Raises: UsageError."""
    parts = urlsplit(url)
    if parts.netloc or len(parts.path) < 2 or parts.query or parts.fragment:
        raise UsageError(
            "the database URL names no file", hint="write sqlite:///path/to/file with three slashes"
        )
    text = parts.path
    return Path(text[1:]).expanduser() if text.startswith("/~/") else Path(text)
