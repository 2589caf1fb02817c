"""The verifier's database: requests that were made and are not answered, uses that were granted, the last record of each owner.

A nonce is spent and a use recorded in one transaction, under unique constraints; SQLite serialises processes.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from zkctl.address.duties import NullifierUse
from zkctl.address.records import Epoch, check_not_rolled_back
from zkctl.address.requests import Request
from zkctl.errors import CheckFailed, EnvironmentProblem
from zkctl.runtime.printable import printable
from zkctl.storage.private import open_private_file
from zkctl.toolchain.address.documents import request_document

_SCHEMA = """
CREATE TABLE IF NOT EXISTS request (nonce TEXT PRIMARY KEY, digest TEXT NOT NULL, expiry INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS granted (kind TEXT, scope TEXT, value TEXT, PRIMARY KEY (kind, scope, value)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (owner TEXT PRIMARY KEY, epoch INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
"""
_WAIT = 30.0  # seconds for another process


class VerifierStore:
    """An open database."""

    def __init__(self, path: Path) -> None:
        os.close(open_private_file(path, os.O_RDWR | os.O_CREAT))
        self._path = path
        with self._errors():
            self._database = sqlite3.connect(path, isolation_level=None, timeout=_WAIT)
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def issue(self, request: Request, *, now: int) -> None:
        """Record a request by its nonce and digest, and forget those that have expired."""
        row = (str(request.nonce), _digest(request), request.expiry)
        with self._transaction() as database:
            database.execute("DELETE FROM request WHERE expiry < ?", (now,))
            database.execute("INSERT INTO request VALUES (?, ?, ?)", row)

    def last_seen(self, owner: str) -> tuple[int, str] | None:
        """Return epoch and digest of the newest record that was seen of a registry or operator."""
        with self._errors():
            row = self._database.execute(
                "SELECT epoch, digest FROM seen WHERE owner = ?", (owner,)
            ).fetchone()
        return None if row is None else (int(row[0]), str(row[1]))

    def see(self, owner: str, epochs: Sequence[Epoch], *, where: str) -> None:
        """Record the newest of an owner's records, if they continue what any process has seen by now.

        Raises: CheckFailed for a rollback or a second record of an epoch.
        """
        with self._transaction() as database:
            check_not_rolled_back(epochs, self.last_seen(owner), where=where)
            for newest in epochs[-1:]:
                row = (owner, newest.number, newest.digest)
                database.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", row)

    def accept(self, request: Request, use: NullifierUse | None) -> None:
        """Spend a request's nonce and record a use, both or neither.

        Raises: CheckFailed for a request that was not made here, was changed, or is answered (duty 3); for a use that was granted
        before (duty 5).
        """
        row = (str(request.nonce), _digest(request))
        with self._transaction() as database:
            spent = database.execute("DELETE FROM request WHERE nonce = ? AND digest = ?", row)
            if spent.rowcount != 1:
                raise CheckFailed(
                    "duty 3: the request was not made by this verifier, or is answered or expired"
                )
            if use is not None:
                scope = "" if use.scope is None else str(use.scope)
                values = (use.kind, scope, str(use.value))
                granted = database.execute("INSERT OR IGNORE INTO granted VALUES (?, ?, ?)", values)
                if granted.rowcount != 1:
                    name = "" if use.kind == "nullifier" else f"{use.kind} "
                    raise CheckFailed(f"duty 5: the {name}nullifier was used before")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._errors():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as problem:
            raise EnvironmentProblem(
                f"the verifier's database cannot be used: {problem}", where=printable(self._path)
            ) from None


def _digest(request: Request) -> str:
    """Return the digest of all that was asked: a holder's copy with other conditions has another one."""
    return hashlib.sha256(request_document(request)).hexdigest()
