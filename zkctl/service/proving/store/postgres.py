"""The database of a service on several machines: PostgreSQL 14 or later, through a pool of connections."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.store.database import (
    FINISHED,
    FLAGS,
    LISTS,
    QUEUED,
    DatabaseSession,
    Health,
    PoolLimits,
    Row,
    RuleBroken,
    StoreReadOnly,
    StoreUnavailable,
    Subscription,
)
from zkctl.service.proving.store.notices import Notices
from zkctl.service.proving.store.statements import for_psycopg, statements
from zkctl.service.proving.store.turns import Turns
from zkctl.service.proving.store.write_probe import accepts_writes

try:
    import psycopg
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool, PoolTimeout
    from psycopg_pool.errors import PoolClosed
except ImportError:
    raise EnvironmentProblem(
        "this database needs the extra `postgres`", hint='pip install "zkctl[postgres]"'
    ) from None

for _name in (
    "psycopg",
    "psycopg.pool",
):  # the log of a service has JSON lines only, and reports the database itself
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False

if TYPE_CHECKING:
    from collections.abc import Iterator

    Connection = psycopg.AsyncConnection[dict[str, Any]]

T = TypeVar("T")

_CHANNELS = (QUEUED, FINISHED, FLAGS, LISTS)
_SLACK_S = 0.3  # after the server's own time-out, before the connection is closed
_RECONNECT_S = 0.5
_GIVE_UP_S = 3.0  # the pauses of the pool double; after this time it begins again with the shortest
# a broken network is noticed within ten seconds
_KEEPALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,
}


class PostgresDatabase:
    """A pool of connections, and one connection that listens to notices while there are subscribers."""

    kind = "postgresql"

    def __init__(
        self, url: str, listen_url: str | None = None, limits: PoolLimits | None = None
    ) -> None:
        self._limits = limits = limits or PoolLimits()
        times = {
            "statement_timeout": limits.statement_s,
            "idle_in_transaction_session_timeout": limits.transaction_idle_s,
        }
        self._session: dict[str, Any] = {
            "autocommit": True,
            "options": " ".join(f"-c {name}={round(s * 1000)}" for name, s in times.items()),
            "connect_timeout": max(2, round(limits.connect_s)),  # libpq has no shorter time
            **_KEEPALIVE,
        }
        self._statements = statements(self.kind)
        self._listen_url = listen_url or url
        self._pool = AsyncConnectionPool[Any](
            url,
            kwargs={"row_factory": dict_row, **self._session},
            min_size=1,
            max_size=limits.connections,
            max_idle=limits.idle_s,
            timeout=limits.connect_s,
            reconnect_timeout=_GIVE_UP_S,
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        self._opened = asyncio.Lock()
        self._turns = Turns(limits.connect_s)
        self._notices = Notices(self._start_listening)
        self._listener: asyncio.Task[None] | None = None
        self._is_listening = False
        self._refused_write = False

    async def run(self, statement: str, **values: Any) -> list[Row]:
        """Run one statement, which is a transaction."""
        async with self._connection() as connection:
            return await self._run(connection, statement, values)

    async def _run(
        self, connection: Connection, statement: str, values: dict[str, Any]
    ) -> list[Row]:
        text = self._statements[statement]
        found = await self._bounded(connection, _rows(connection, text, values))
        self._turns.note_progress()
        return found

    async def notify(self, channel: str, text: str) -> None:
        """Send a notice to all processes."""
        await self.run("database.notify", channel=channel, text=text)

    @asynccontextmanager
    async def transaction(self, *, serial: bool = False) -> AsyncIterator[DatabaseSession]:
        """Open a transaction (READ COMMITTED)."""
        turn = self._turns.turn() if serial else nullcontext()
        async with turn, self._connection() as connection, connection.transaction():
            yield _Transaction(self, connection)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        """Yield a connection that was checked, within the connect time-out."""
        with self._errors():
            await self._open()
            waiting = asyncio.ensure_future(self._pool.getconn())
            done, _ = await asyncio.wait({waiting}, timeout=self._limits.connect_s + _SLACK_S)
            if not done:
                waiting.add_done_callback(self._give_back)
                waiting.cancel()
                raise StoreUnavailable("the database does not answer: no connection in time")
            connection = waiting.result()
            try:
                yield connection
            finally:
                await asyncio.shield(self._pool.putconn(connection))

    def _give_back(self, waiting: asyncio.Future[Connection]) -> None:
        """Return a connection that arrived too late."""
        if not waiting.cancelled() and waiting.exception() is None:
            _in_background(self._pool.putconn(waiting.result()))

    async def _open(self) -> None:
        if self._pool.closed:
            async with self._opened:
                if self._pool.closed:
                    await self._pool.open()

    async def _bounded(self, connection: Connection, work: Coroutine[Any, Any, T]) -> T:
        """Return the result, or close the connection after the time: a silent network answers no cancellation."""
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._limits.statement_s + _SLACK_S)
        except asyncio.CancelledError:
            await connection.close()
            task.cancel()
            raise
        if not done:
            await connection.close()
            task.cancel()
            raise StoreUnavailable("the database does not answer: no result in time")
        return task.result()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Translate the errors of the driver; the server's texts may hold values and are not shown."""
        try:
            yield
        except psycopg.IntegrityError as problem:
            raise RuleBroken(problem.diag.constraint_name or "a constraint") from None
        except (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.DiskFull) as problem:
            self._refused_write = True
            raise StoreReadOnly(
                f"the database cannot be written: {type(problem).__name__}"
            ) from None
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
            raise StoreUnavailable(
                "the database has not the tables of this version", hint="run zkctl service migrate"
            ) from None
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, PoolClosed) as error:
            raise StoreUnavailable(
                f"the database does not answer: {type(error).__name__}",
                hint="run zkctl service doctor",
            ) from None

    # -- notices

    def subscribe(self, *channels: str) -> AbstractAsyncContextManager[Subscription]:
        """Listen to channels."""
        return self._notices.subscribe(*channels)

    @property
    def is_listening(self) -> bool:
        """True if the listening connection stands."""
        return self._is_listening

    def _start_listening(self) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        """Deliver notices; after each connection attempt, report to the subscribers that some may be lost."""
        while True:
            with suppress(psycopg.Error, OSError):
                connection = await psycopg.AsyncConnection.connect(
                    self._listen_url, **self._session
                )
                async with connection:
                    for channel in _CHANNELS:
                        await connection.execute(f"LISTEN {channel}")
                    self._is_listening = True
                    self._notices.deliver_doubt()
                    async for notice in connection.notifies():
                        self._notices.deliver(notice.channel, notice.payload)
            self._is_listening = False
            self._notices.deliver_doubt()
            await asyncio.sleep(_RECONNECT_S)

    async def now(self) -> float:
        """Return the server's time."""
        (row,) = await self.run("database.now")
        return float(row["now"])

    async def health(self) -> Health:
        """Return the state of the server."""
        try:
            (row,) = await self.run("database.health")
        except StoreUnavailable:
            return Health.DISCONNECTED
        if self._refused_write and not row["is_read_only"]:
            self._refused_write = not await accepts_writes(self)
        is_read_only = row["is_read_only"] or self._refused_write
        return Health.READ_ONLY if is_read_only else Health.CONNECTED

    async def close(self) -> None:
        """Close all connections."""
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
        await self._pool.close()


class _Transaction:
    """The statements of one transaction."""

    def __init__(self, database: PostgresDatabase, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    async def run(self, statement: str, **values: Any) -> list[Row]:
        return await self._database._run(self._connection, statement, values)

    async def notify(self, channel: str, text: str) -> None:
        await self.run("database.notify", channel=channel, text=text)


async def _rows(connection: Connection, text: str, values: dict[str, Any]) -> list[Row]:
    cursor = await connection.execute(for_psycopg(text), values)
    if cursor.description is None:
        return []
    return [{name: _plain(value) for name, value in row.items()} for row in await cursor.fetchall()]


def _plain(value: Any) -> Any:
    """Return a value as both databases have it."""
    if isinstance(value, datetime):
        return value.timestamp()
    return str(value) if isinstance(value, UUID) else value


_background: set[asyncio.Future[Any]] = set()  # a loop keeps weak references only


def _in_background(work: Coroutine[Any, Any, Any]) -> None:
    task = asyncio.ensure_future(work)
    _background.add(task)
    task.add_done_callback(_background.discard)
