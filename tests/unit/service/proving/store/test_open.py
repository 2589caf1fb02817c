"""Database URLs, and the store of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import UsageError
from zkctl.service.proving.jobs import QueueLimits, Retention
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.open import (
    is_postgres,
    open_database,
    pool_limits,
    queue_limits,
    retention,
    sqlite_path,
    store_of,
)


def test_the_scheme_chooses_the_database() -> None:
    assert is_postgres("postgresql://host/name")
    assert is_postgres("postgres://host/name")
    assert not is_postgres("sqlite:///file")
    with pytest.raises(
        UsageError,
        match="the scheme of the database URL is unknown: expected postgresql or sqlite, got",
    ):
        is_postgres("mysql://host/secret")


def test_a_file_is_named_after_three_slashes() -> None:
    assert sqlite_path("sqlite:///tmp/a.db") == Path("/tmp/a.db")  # noqa: S108
    assert str(sqlite_path("sqlite:////tmp/a.db")) == "/tmp/a.db"  # noqa: S108
    assert sqlite_path("sqlite:///~/a.db") == Path.home() / "a.db"
    for wrong in ("sqlite://", "sqlite:///", "sqlite://host/a.db", "sqlite:///a?mode=ro"):
        with pytest.raises(UsageError, match="the database URL names no file"):
            sqlite_path(wrong)


def test_a_store_has_the_limits_of_the_settings(tmp_path: Path) -> None:
    settings = ServiceSettings(
        database_url=f"sqlite://{tmp_path}/a.db",
        max_unfinished_per_tenant=3,
        max_queued=7,
        job_days=2,
        audit_days=1,
        statement_s=1.5,
    )
    assert queue_limits(settings) == QueueLimits(3, 100, 7)
    assert retention(settings) == Retention(86_400.0, 2 * 86_400, 86_400)
    assert pool_limits(settings, 4).statement_s == 1.5
    assert store_of(settings, connections=1).database.kind == "sqlite"


def test_a_pool_connects_when_it_is_used() -> None:
    assert open_database("postgresql://127.0.0.1:1/none").kind == "postgresql"
