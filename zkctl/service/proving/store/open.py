"""The store of a database URL, or of the settings."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from zkctl.errors import UsageError
from zkctl.runtime.printable import printable
from zkctl.service.proving.jobs import QueueLimits, Retention
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.database import Database, PoolLimits
from zkctl.service.proving.store.queue import JobQueue
from zkctl.service.proving.store.steady_time import steady_time

_DAY_S = 24 * 3600
POSTGRES_SCHEMES = ("postgresql", "postgres")


def open_store(
    url: str,
    *,
    listen_url: str = "",
    limits: PoolLimits | None = None,
    time_offset: float | None = None,
) -> JobQueue:
    """Open the store of this process; connections are made when they are used.

    `listen_url` reaches the server without a pooler of transactions.  `time_offset` is that of the service (`steady_time`), for
    SQLite; without one the time is the machine's.
    Raises: UsageError for the URL; StoreUnavailable for a file that cannot be opened.
    """
    database = open_database(url, listen_url=listen_url, limits=limits, time_offset=time_offset)
    return JobQueue(database)


def open_database(
    url: str,
    *,
    listen_url: str = "",
    limits: PoolLimits | None = None,
    time_offset: float | None = None,
) -> Database:
    """Open a database without its queue, a replica say.  Raises: as `open_store`."""
    if is_postgres(url):
        from zkctl.service.proving.store.postgres import PostgresDatabase

        return PostgresDatabase(url, listen_url, limits)
    from zkctl.service.proving.store.sqlite import SqliteDatabase

    if time_offset is None:
        return SqliteDatabase(sqlite_path(url))
    return SqliteDatabase(sqlite_path(url), partial(steady_time, time_offset))


def store_of(
    settings: ServiceSettings, connections: int, time_offset: float | None = None
) -> JobQueue:
    """Open the store of the settings; `connections` is this process's share of the pool.  Raises: as `open_store`."""
    return open_store(
        settings.database_url,
        listen_url=settings.database_listen_url,
        limits=pool_limits(settings, connections),
        time_offset=time_offset,
    )


def pool_limits(settings: ServiceSettings, connections: int) -> PoolLimits:
    """Return the limits of a pool, also of one on a replica."""
    return PoolLimits(
        connections,
        settings.pool_idle_s,
        settings.pool_connect_s,
        settings.statement_s,
        settings.transaction_idle_s,
    )


def queue_limits(settings: ServiceSettings) -> QueueLimits:
    """Return the limits of the queue."""
    return QueueLimits(
        settings.max_unfinished_per_tenant, settings.max_queued_per_circuit, settings.max_queued
    )


def retention(settings: ServiceSettings) -> Retention:
    """Return the times of the reaper."""
    return Retention(
        idempotency_s=settings.idempotency_ttl_s,
        rows_s=settings.job_days * _DAY_S,
        audit_s=settings.audit_days * _DAY_S,
    )


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
    home = text.startswith("/~/")
    return Path(text[1:]).expanduser() if home else Path("/" + text.lstrip("/"))
