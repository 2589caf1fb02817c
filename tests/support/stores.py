"""Stores for tests: both databases, migrated."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import PostgresServer
from zkctl.service.proving.jobs import NewJob
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.store.open import is_postgres, sqlite_path
from zkctl.service.proving.store.sqlite import open_sqlite

KINDS = ("sqlite", "postgresql")
_TABLES = (
    "addresses, proofs, served_circuits, revocation_list, roots, nullifiers, challenges, api_keys,"
    " feature_flags, audit_log"
)
_emptied: dict[int, str] = {}  # port of a server: its database


def empty_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of a migrated database without rows, of the kind that is the fixture's parameter.

    A process has one database of PostgreSQL, which is emptied: creating one takes half a second.
    """
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = _emptied.get(server.port) or server.new_database()
        if server.port in _emptied:
            execute(url, f"TRUNCATE {_TABLES}")
        else:
            migrate(url)
            _emptied[server.port] = url
        return url
    url = f"sqlite://{folder}/service.db"
    migrate(url)
    return url


def execute(url: str, statement: str, *values: Any) -> list[tuple]:
    """Run a statement beside the store; parameters are `%s`."""
    if is_postgres(url):
        import psycopg

        with psycopg.connect(url, autocommit=True) as server:
            cursor = server.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []
    with closing(open_sqlite(sqlite_path(url))) as file:
        return [tuple(row) for row in file.execute(statement.replace("%s", "?"), values)]


def new_job(tenant: str = "acme", circuit_id: str = "membership-v1", **values: Any) -> NewJob:
    """A job with a sealed input that is recognized in a dump."""
    return NewJob(
        tenant=tenant,
        subject="did:example:1",
        circuit_id=circuit_id,
        protocol="groth16",
        mode="inputs",
        sealed_input=b"sealed-input-of-a-test",
        sealing_key="key-1",
        **values,
    )
