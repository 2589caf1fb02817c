"""Migrations through `zkctl service migrate`; psql's side is tests/service/proving/test_check_03_migrations.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.servers import PostgresServer
from tests.support.stores import KINDS, execute
from zkctl.errors import EnvironmentProblem, IntegrityError, ZkctlError
from zkctl.service.proving import migrate as module
from zkctl.service.proving.migrate import check_schema, migrate, migrations, pending
from zkctl.service.proving.store.database import StoreUnavailable

NAMES = ("001_create_tables", "002_add_indices", "003_add_constraints")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/service.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


def test_both_databases_have_the_same_migrations() -> None:
    for kind in KINDS:
        assert tuple(each.name for each in migrations(kind)) == NAMES
        assert [each.version for each in migrations(kind)] == [1, 2, 3]


def test_missing_migrations_are_applied_once_with_their_digests(url: str) -> None:
    assert pending(url) == list(NAMES)
    with pytest.raises(EnvironmentProblem, match="the database is behind: 001_create_tables, 002"):
        check_schema(url)
    done = migrate(url)
    assert (done.applied, done.present) == (NAMES, ())
    assert (migrate(url).applied, pending(url)) == ((), [])
    check_schema(url)
    kind = "sqlite" if url.startswith("sqlite") else "postgresql"
    stored = dict(execute(url, "SELECT version, sha256 FROM schema_migrations"))
    assert stored == {each.version: each.sha256 for each in migrations(kind)}


def test_a_changed_file_is_refused(url: str) -> None:
    migrate(url)
    execute(url, "UPDATE schema_migrations SET sha256 = 'other' WHERE version = 2")
    for act in (migrate, pending, check_schema):
        with pytest.raises(
            IntegrityError, match="the applied migration 002_add_indices "
        ) as caught:
            act(url)
        assert "was changed: expected SHA-256 other, got" in caught.value.message


def test_a_newer_schema_is_used_up_to_one_version(url: str) -> None:
    migrate(url)
    execute(url, "INSERT INTO schema_migrations (version, name) VALUES (4, '004_next')")
    check_schema(url)
    execute(url, "INSERT INTO schema_migrations (version, name) VALUES (5, '005_after')")
    with pytest.raises(EnvironmentProblem, match="the database is ahead: expected migration 3 or"):
        check_schema(url)


def test_a_broken_file_changes_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(kind: str) -> list[module.Migration]:
        first, second, *rest = migrations(kind)
        text = second.text.replace("COMMIT;", "CREATE INDEX x ON no_such_table (a);\nCOMMIT;")
        return [first, replace(second, text=text), *rest]

    monkeypatch.setattr(module, "migrations", broken)
    with pytest.raises(StoreUnavailable, match=r"the migration fails: .*no_such_table"):
        migrate(url)
    monkeypatch.undo()
    assert pending(url) == list(NAMES[1:])
    assert migrate(url).applied == NAMES[1:]


def test_other_commands_of_psql_are_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\\set ON_ERROR_STOP on\n\\! echo here\nSELECT 1;\n"
    monkeypatch.setattr(module, "migrations", lambda _: [module.Migration(1, "001_x", text, "s")])
    with pytest.raises(IntegrityError, match="the migration has a command of psql"):
        migrate(url)


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable, match="no database: connection refused"):
        migrate("postgresql://zkctl:sesame@127.0.0.1:1/none")
    for url, message in (
        (
            "postgresql://zkctl:ses@me@127.0.0.1:1/none",
            "no database: the name of the host is unknown",
        ),
        ("postgresql://zkctl:ses/me@127.0.0.1:1/none", "no database"),
        ("postgresql://zkctl:ses%zme@127.0.0.1:1/none", "the database URL is malformed"),
    ):
        with pytest.raises(ZkctlError, match=message) as caught:
            migrate(url)
        assert not any(part in str(caught.value) for part in ("ses", "me@", "zme"))
