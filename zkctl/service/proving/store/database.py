"""The interface of a database: named statements, transactions, notices and health."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, Protocol

from zkctl.errors import EnvironmentProblem, ZkctlError
from zkctl.runtime.records import record

Row = Mapping[str, Any]

# channels of notices
QUEUED = "zkctl_queued"  # a job was queued; the id
FINISHED = "zkctl_finished"  # a job was finished; the id
FLAGS = "zkctl_flags"  # the feature flag was changed; its version
LISTS = "zkctl_lists"  # a revocation list was changed; registry and list version
KEYS = "zkctl_keys"  # an API key was changed; its id


@record
class PoolLimits:
    """The number of connections of this process to PostgreSQL, and times in seconds."""

    connections: int = 10
    idle_s: float = 30.0  # until an idle connection is closed
    connect_s: float = 2.0  # to connect, and to wait for a connection
    statement_s: float = 5.0
    transaction_idle_s: float = 10.0  # silence in a transaction


class StoreUnavailable(EnvironmentProblem):
    """The database does not answer, or refuses to write; `read_only` says the second."""

    kind = "store-unavailable"
    read_only = False


class StoreReadOnly(StoreUnavailable):
    """The database accepts no writes: a replica, or a full disk."""

    read_only = True


class RuleBroken(ZkctlError):
    """A statement would break a constraint; `rule` is its name or, in SQLite, its columns.  No value is shown."""

    kind = "rule-broken"

    def __init__(self, rule: str) -> None:
        super().__init__(f"the database refuses the change: {rule}")
        self.rule = rule


class Health(StrEnum):
    """The database as `/health` reports it."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    READ_ONLY = "read-only"


class Session(Protocol):
    """A place to run statements: a database, or a transaction of it."""

    async def run(self, statement: str, **values: Any) -> list[Row]:
        """Run the statement `topic.name` of the .sql files and return its rows.

        JSON is passed and returned as text or as data, times are returned as seconds since 1970, UUIDs as text.
        Raises: StoreUnavailable; RuleBroken for a constraint.
        """

    async def notify(self, channel: str, text: str) -> None:
        """Send a notice, with the commit if this is a transaction."""


class Subscription(Protocol):
    """The notices of some channels since it was opened."""

    async def next(self, timeout_s: float) -> tuple[str, str] | None:
        """Return channel and text of the next notice, None after the time.

        An empty text means that notices may have been lost: look at the tables.
        """


class Database(Session, Protocol):
    """One database for one process.  Each statement outside a transaction is a transaction."""

    kind: str  # "postgresql" or "sqlite": the folder of the statements

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """Open a transaction: committed at the end of the block, nothing of it after an exception."""

    def subscribe(self, *channels: str) -> AbstractAsyncContextManager[Subscription]:
        """Listen to channels in the block."""

    @property
    def is_listening(self) -> bool:
        """True if notices arrive at once."""

    async def now(self) -> float:
        """Return the database's time in seconds since 1970."""

    async def health(self) -> Health:
        """Return the state of the database; never raises."""

    async def close(self) -> None:
        """Close all connections."""
