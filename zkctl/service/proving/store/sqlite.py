"""The database of an embedded service: one SQLite file, one connection in a thread of this process."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from zkctl.errors import EnvironmentProblem
from zkctl.runtime.printable import printable
from zkctl.service.proving.store.database import (
    DatabaseSession,
    Health,
    Row,
    RuleBroken,
    StoreReadOnly,
    StoreUnavailable,
    Subscription,
)
from zkctl.service.proving.store.notices import Notices
from zkctl.service.proving.store.statements import statements
from zkctl.service.proving.store.write_probe import accepts_writes
from zkctl.storage.private import open_private_file

T = TypeVar("T")

_BUSY_S = 5.0
_LOOK_S = 0.025  # between two looks for the changes of other processes
_MIN_VERSION = (3, 38, 0)
_WRITES_NOTHING = ("readonly", "full", "disk i/o")


def open_sqlite(path: Path, clock: Callable[[], float] = time.time) -> sqlite3.Connection:
    """Open a private database file: WAL, each commit on the disk; `clock` is its time.  Raises: StoreUnavailable."""
    if sqlite3.sqlite_version_info < _MIN_VERSION:
        raise EnvironmentProblem(
            f"the SQLite library is too old: expected 3.38 or later, got {sqlite3.sqlite_version}",
            hint="use PostgreSQL, or a Python with a newer SQLite",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_private(path)
        connection = sqlite3.connect(
            path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.create_function("now", 0, clock)
        connection.create_function("unhex", 1, _from_hex, deterministic=True)  # built in since 3.41
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")
    except (sqlite3.Error, OSError) as problem:
        raise StoreUnavailable(
            f"the database cannot be opened: {printable(str(problem))}",
            where=printable(str(path)),
        ) from None
    return connection


class SqliteDatabase:
    """A database file.  Statements run in order in a thread; transactions exclude each other.

    Its time is that of `clock`, which all processes of a service share.
    """

    kind = "sqlite"

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._statements = statements(self.kind)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="zkctl-sqlite")
        self._connection = open_sqlite(path, clock)
        self._turn = asyncio.Lock()
        self._notices = Notices(self._look_for_changes)
        self._looking: asyncio.Task[None] | None = None
        self._refused_write = False

    async def run(self, statement: str, **values: Any) -> list[Row]:
        """Run one statement, which is a transaction."""
        async with self._turn:
            return await self._run(statement, values)

    async def _run(self, statement: str, values: dict[str, Any]) -> list[Row]:
        text = self._statements[statement]
        rows = await self._in_thread(lambda: self._connection.execute(text, values).fetchall())
        return [dict(row) for row in rows]

    async def notify(self, channel: str, text: str) -> None:
        """Send a notice to this process; others see that the file changed."""
        self._notices.deliver(channel, text)

    @asynccontextmanager
    async def transaction(self, *, serial: bool = False) -> AsyncIterator[DatabaseSession]:  # noqa: ARG002  # all are
        """Open a transaction (BEGIN IMMEDIATE)."""
        async with self._turn:
            session = _Transaction(self._run)
            try:
                await self._in_thread(lambda: self._connection.execute("BEGIN IMMEDIATE"))
                yield session
                await self._in_thread(lambda: self._connection.execute("COMMIT"))
            finally:
                await asyncio.shield(self._in_thread(self._roll_back))
        for channel, text in session.notices:
            self._notices.deliver(channel, text)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.IntegrityError as problem:
            raise RuleBroken(str(problem)) from None
        except (sqlite3.Error, RuntimeError) as problem:  # RuntimeError: the thread has ended
            raise self._unavailable(problem) from None

    def _unavailable(self, problem: Exception) -> StoreUnavailable:
        text = printable(str(problem))
        if any(word in text.lower() for word in _WRITES_NOTHING):
            self._refused_write = True
            return StoreReadOnly(f"the database cannot be written: {text}")
        return StoreUnavailable(
            f"the database does not answer: {text}",
            hint="zkctl service migrate creates missing tables" if "no such" in text else "",
        )

    def subscribe(self, *channels: str) -> AbstractAsyncContextManager[Subscription]:
        """Listen to channels; the changes of other processes arrive as doubts."""
        return self._notices.subscribe(*channels)

    @property
    def is_listening(self) -> bool:
        """True: there are no replicas."""
        return True

    def _look_for_changes(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        """Report the commits of other connections while there are subscribers."""
        seen = None
        while self._notices:
            with suppress(StoreUnavailable, sqlite3.Error):
                # a read of shared memory: 5 microseconds, against 150 through the thread, which may be writing
                is_busy = self._turn.locked()
                version = await self._in_thread(self._version) if is_busy else self._version()
                if seen is not None and version != seen:
                    self._notices.deliver_doubt()
                seen = version
            await asyncio.sleep(_LOOK_S)

    def _version(self) -> int:
        """Return a number that changes with the commits of other connections."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    async def now(self) -> float:
        """Return the time of the service."""
        (row,) = await self.run("database.now")
        return float(row["now"])

    async def health(self) -> Health:
        """Return the state of the file."""
        try:
            await self.run("database.health")
        except StoreUnavailable:
            return Health.DISCONNECTED
        if self._refused_write:
            self._refused_write = not await accepts_writes(self)
        return Health.READ_ONLY if self._refused_write else Health.CONNECTED

    async def close(self) -> None:
        """Close the file."""
        if self._looking is not None:
            self._looking.cancel()
        with suppress(StoreUnavailable):
            await self._in_thread(self._connection.close)
        self._thread.shutdown()


class _Transaction:
    """The statements of one transaction; its notices leave with the commit."""

    def __init__(self, run: Callable[[str, dict[str, Any]], Any]) -> None:
        self._run = run
        self.notices: list[tuple[str, str]] = []

    async def run(self, statement: str, **values: Any) -> list[Row]:
        rows: list[Row] = await self._run(statement, values)
        return rows

    async def notify(self, channel: str, text: str) -> None:
        self.notices.append((channel, text))


def _from_hex(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def _make_private(path: Path) -> None:
    """Create the file if it is missing and let only this user read it; SQLite copies its mode."""
    handle = open_private_file(path, os.O_RDWR | os.O_CREAT)
    try:
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)
