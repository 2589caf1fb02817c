"""The state of the coordinator in SQLite: the queue, the slot, uploads.

Everything that an answer promises is committed (WAL, synchronous=FULL) before the answer is sent.  Times
are seconds of service, which stop while no server runs.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from zkctl.errors import EnvironmentProblem, IntegrityError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.private import open_private_file


class ParticipantState(StrEnum):
    """The state of a public key in the queue; the database and the API hold the values."""

    WAITING = "waiting"
    ACTIVE = "active"
    VERIFYING = "verifying"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LEFT = "left"


WAITING, ACTIVE, VERIFYING, ACCEPTED, REFUSED, LEFT = ParticipantState

# the states that may follow each state; `Store.change` checks them
ALLOWED: dict[ParticipantState, frozenset[ParticipantState]] = {
    WAITING: frozenset({ACTIVE, LEFT}),
    ACTIVE: frozenset({WAITING, VERIFYING, REFUSED, LEFT}),
    VERIFYING: frozenset({ACCEPTED, REFUSED}),
    ACCEPTED: frozenset(),
    REFUSED: frozenset({WAITING}),
    LEFT: frozenset({WAITING}),
}

_VERSION = 2
_SCHEMA = """
CREATE TABLE participant (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    ticket INTEGER NOT NULL,
    not_before REAL NOT NULL DEFAULT 0,
    granted REAL NOT NULL DEFAULT 0,
    faults INTEGER NOT NULL DEFAULT 0,
    number INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX by_state ON participant (state, ticket);
CREATE TABLE upload (
    participant INTEGER PRIMARY KEY REFERENCES participant (id),
    n_bytes INTEGER NOT NULL,
    digest TEXT NOT NULL,
    receipt TEXT NOT NULL,
    n_stored INTEGER NOT NULL DEFAULT 0,
    first_line INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE clock (seconds REAL NOT NULL);
INSERT INTO clock VALUES (0);
PRAGMA user_version = 1;
"""
_TO_VERSION_2 = """
ALTER TABLE participant ADD COLUMN network TEXT NOT NULL DEFAULT '';
CREATE TABLE coordinator (id TEXT NOT NULL);
INSERT INTO coordinator VALUES (lower(hex(randomblob(16))));
CREATE TABLE invitation (digest TEXT PRIMARY KEY, public_key TEXT NOT NULL);
PRAGMA user_version = 2;
"""


@record
class Participant:
    """One public key.  `token` is the SHA-256 of its bearer token; `ticket` its place in the order."""

    id: int
    public_key: str
    name: str
    token: str
    state: ParticipantState
    ticket: int
    not_before: float
    granted: float
    faults: int
    number: int
    reason: str
    network: str


@record
class Upload:
    """An upload: the announced key, and the bytes that are on the disk.

    `first_line` is the length of the ledger when all of it had arrived: its verdict stands later.
    """

    participant: int
    n_bytes: int
    digest: str  # BLAKE2b-512
    receipt: str
    n_stored: int
    first_line: int
    attempts: int


class Store:
    """The database.  Its users take turns: every call comes under the coordinator's lock."""

    def __init__(self, path: Path) -> None:
        for name in (
            path,
            *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")),
        ):
            if name == path or os.path.lexists(name):
                _make_private(name)
        try:
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._database.row_factory = sqlite3.Row
            self._run("PRAGMA journal_mode = WAL")
            self._run("PRAGMA synchronous = FULL")
            self._run("PRAGMA foreign_keys = ON")
            self._create(path)
        except sqlite3.Error as problem:
            raise EnvironmentProblem(
                f"the queue cannot be opened: {problem}", where=printable(path)
            ) from None

    def _create(self, path: Path) -> None:
        (version,) = self._run("PRAGMA user_version").fetchone()
        steps = (_SCHEMA, _TO_VERSION_2)
        if version in (0, 1):
            with self.transaction():
                for statement in filter(str.strip, ";".join(steps[version:]).split(";")):
                    self._run(statement)
        elif version != _VERSION:
            raise EnvironmentProblem(
                f"the queue was made by another version: {version}, this one makes {_VERSION}",
                where=printable(path),
            )

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Yield all changes of the block, or none of them.  Raises: EnvironmentProblem, on a full disk say."""
        try:
            self._run("BEGIN IMMEDIATE")
            yield
            self._run("COMMIT")
        except sqlite3.Error as problem:
            raise EnvironmentProblem(f"the queue cannot be written: {problem}") from None
        finally:
            if self._database.in_transaction:  # also when it was the commit that failed
                self._run("ROLLBACK")

    def _run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return self._database.execute(statement, values)

    # -- participants

    def add(self, public_key: str, name: str, token: str) -> Participant:
        """Add a participant at the end of the queue."""
        self._run(
            "INSERT INTO participant (public_key, name, token, state, ticket) VALUES (?, ?, ?, ?, ?)",
            *(public_key, name, token, WAITING, self.next_ticket()),
        )
        found = self.with_key(public_key)
        assert found is not None
        return found

    def change(self, participant: Participant, **values: Any) -> Participant:
        """Set fields of a participant; returns the changed one.

        Raises: AssertionError for a state that may not follow the present one.
        """
        present, following = participant.state, values.get("state", participant.state)
        assert following == present or following in ALLOWED[present], f"{present} to {following}"
        names = ", ".join(f"{name} = ?" for name in values)
        statement = f"UPDATE participant SET {names} WHERE id = ?"  # noqa: S608  (our own names)
        self._run(statement, *values.values(), participant.id)
        return self.participant(participant.id)

    def forget(self, participant: Participant) -> None:
        """Remove a participant."""
        self._run("DELETE FROM participant WHERE id = ?", participant.id)

    def next_ticket(self) -> int:
        """Return the ticket after the last one."""
        (last,) = self._run("SELECT coalesce(max(ticket), 0) FROM participant").fetchone()
        return int(last) + 1

    def participant(self, number: int) -> Participant:
        """Return the participant with this id.  Raises: IntegrityError for one that is forgotten."""
        found = self._one("id = ?", number)
        if found is None:
            raise IntegrityError("you have left the queue", hint="enter it again")
        return found

    def with_key(self, public_key: str) -> Participant | None:
        """Return the participant with this public key."""
        return self._one("public_key = ?", public_key)

    def with_token(self, token: str) -> Participant | None:
        """Return the participant whose token has this SHA-256."""
        return self._one("token = ?", token)

    def holder(self) -> Participant | None:
        """Return the holder of the slot, contributing or being verified."""
        return self._one("state IN (?, ?)", ACTIVE, VERIFYING)

    def waiting(self, limit: int = -1) -> list[Participant]:
        """Return the waiting participants in order."""
        statement = "SELECT * FROM participant WHERE state = ? ORDER BY ticket LIMIT ?"
        return [_participant(row) for row in self._run(statement, WAITING, limit)]

    def n_waiting(self, before: int | None = None) -> int:
        """Return the number of waiting participants, with a ticket before this one."""
        statement = "SELECT count(*) FROM participant WHERE state = ? AND (? IS NULL OR ticket < ?)"
        (count,) = self._run(statement, WAITING, before, before).fetchone()
        return int(count)

    def networks(self) -> list[str]:
        """Return the networks of all places in the queue, the slot's included; one entry for each place."""
        statement = "SELECT network FROM participant WHERE state IN (?, ?, ?)"
        return [str(network) for (network,) in self._run(statement, WAITING, ACTIVE, VERIFYING)]

    def _one(self, condition: str, *values: Any) -> Participant | None:
        statement = f"SELECT * FROM participant WHERE {condition}"  # noqa: S608  (our own conditions)
        row = self._run(statement, *values).fetchone()
        return None if row is None else _participant(row)

    # -- uploads

    def begin_upload(
        self, participant: Participant, n_bytes: int, digest: str, receipt: str
    ) -> None:
        """Begin an upload of which nothing has arrived, in place of an earlier one."""
        self._run(
            "REPLACE INTO upload (participant, n_bytes, digest, receipt) VALUES (?, ?, ?, ?)",
            *(participant.id, n_bytes, digest, receipt),
        )

    def upload(self, participant: Participant) -> Upload | None:
        """Return the announced or arriving upload."""
        statement = "SELECT * FROM upload WHERE participant = ?"
        row = self._run(statement, participant.id).fetchone()
        return None if row is None else Upload(**dict(row))

    def change_upload(self, upload: Upload, **values: Any) -> None:
        """Set fields of an upload."""
        names = ", ".join(f"{name} = ?" for name in values)
        statement = f"UPDATE upload SET {names} WHERE participant = ?"  # noqa: S608  (our own names)
        self._run(statement, *values.values(), upload.participant)

    def end_upload(self, participant: Participant) -> None:
        """Forget an upload."""
        self._run("DELETE FROM upload WHERE participant = ?", participant.id)

    # -- the coordinator

    def coordinator_id(self) -> str:
        """Return the random id of this coordinator."""
        (identity,) = self._run("SELECT id FROM coordinator").fetchone()
        return str(identity)

    def is_invited(self, public_key: str) -> bool:
        """Return whether this key has used an invitation."""
        statement = "SELECT count(*) FROM invitation WHERE public_key = ?"
        return bool(self._run(statement, public_key).fetchone()[0])

    def use_invitation(self, digest: str, public_key: str) -> bool:
        """Note that a key uses an invitation; return whether it is the first one to use it."""
        statement = "INSERT OR IGNORE INTO invitation VALUES (?, ?)"
        return self._run(statement, digest, public_key).rowcount == 1

    # -- the clock

    def seconds(self) -> float:
        """Return the seconds that servers have run on this database, as last noted."""
        (seconds,) = self._run("SELECT seconds FROM clock").fetchone()
        return float(seconds)

    def note_seconds(self, seconds: float) -> None:
        """Note how long."""
        self._run("UPDATE clock SET seconds = ?", seconds)


def _participant(row: sqlite3.Row) -> Participant:
    values = dict(row)
    return Participant(**values | {"state": ParticipantState(values["state"])})


def _make_private(path: Path) -> None:
    """Check a file of the database, which may be new, and let only this user read it; SQLite copies its mode."""
    handle = open_private_file(path, os.O_RDWR | os.O_CREAT)
    try:
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)
