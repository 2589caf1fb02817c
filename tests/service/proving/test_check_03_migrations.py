"""Checks 3 and 4: psql and `zkctl service migrate` make the same schema, whole or not at all."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.conftest import ROOT, missing
from tests.support.servers import PostgresServer, client, postgres_folders, postgres_server
from zkctl.service.proving.migrate import migrate

MIGRATIONS = ROOT / "zkctl" / "deploy" / "migrations"
FILES = ("001_create_tables", "002_add_indices", "003_add_constraints")
DESCRIBED = ("addresses", "proofs", "revocation_list")


def loaded(version: str) -> bool:
    return version in postgres_folders()


@pytest.fixture(scope="module", params=["14", "15", "18"])
def server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """A server of each version; Debian's is the one that all tests share."""
    if not loaded(request.param) and request.param != "15":
        missing(f"PostgreSQL {request.param} is not installed: make .make/servers")
    is_shared = loaded(request.param) and request.param == next(iter(postgres_folders()))
    shared = request.getfixturevalue("postgres") if is_shared else None
    with nullcontext(shared) if shared else postgres_server(request.param) as opened:
        assert opened is not None
        yield opened


def apply(server: PostgresServer, url: str, *files: str) -> list[int]:
    """The return codes of psql for files on its standard input, as the guide writes it."""
    texts = [(MIGRATIONS / f"{file}.sql").read_text() for file in files]
    return [server.psql(url, text=text).returncode for text in texts]


def schema(server: PostgresServer, url: str) -> str:
    """The schema: pg_dump's, or for a newer server than pg_dump the catalogue's own texts."""
    dump = subprocess.run(
        [client("pg_dump"), "-s", url], capture_output=True, text=True, check=False, timeout=60
    )
    if dump.returncode == 0:
        return re.sub(r"^(\\(un)?restrict .*|--.*)\n", "", dump.stdout, flags=re.MULTILINE)
    assert "server version mismatch" in dump.stderr
    parts = [
        server.psql(url, "-c", "\\d+ public.*").stdout,
        server.psql(url, "-c", "\\df+ public.*").stdout,
    ]
    return "".join(parts)


def test_psql_twice_is_the_schema_of_migrate(server: PostgresServer) -> None:
    by_psql, by_migrate = server.new_database(), server.new_database()
    assert apply(server, by_psql, *FILES) == [0, 0, 0]
    first = schema(server, by_psql)
    assert apply(server, by_psql, *FILES) == [0, 0, 0]
    assert schema(server, by_psql) == first
    assert migrate(by_migrate).applied == FILES
    assert schema(server, by_migrate) == first
    for table in DESCRIBED:
        described = server.psql(by_psql, "-c", f"\\d {table}")
        assert described.returncode == 0
        assert "Column" in described.stdout
    assert migrate(by_psql).present == FILES  # it notes the digests that psql did not


def test_a_file_before_its_predecessor_changes_nothing(server: PostgresServer) -> None:
    for second in FILES[1:]:
        url = server.new_database()
        empty = schema(server, url)
        assert apply(server, url, second) != [0]
        assert schema(server, url) == empty
    done = server.psql(url, text=(MIGRATIONS / "003_add_constraints.sql").read_text())
    assert "needs 002_add_indices: apply that file first" in done.stderr
    assert apply(server, url, FILES[0], FILES[2])[1] != 0


@pytest.mark.parametrize("file", FILES)
def test_a_broken_statement_in_the_middle_changes_nothing(
    server: PostgresServer, file: str
) -> None:
    url = server.new_database()
    apply(server, url, *FILES[: FILES.index(file)])
    before = schema(server, url)
    text = (MIGRATIONS / f"{file}.sql").read_text()
    middle = text.index("\n\n", len(text) // 2)
    broken = f"{text[:middle]}\n\nCREATE TABLE broken (id no_such_type);\n{text[middle:]}"
    done = server.psql(url, text=broken)
    assert done.returncode != 0
    assert "no_such_type" in done.stderr
    assert schema(server, url) == before


def test_a_waiting_writer_does_not_hang_a_migration(postgres: PostgresServer) -> None:
    """lock_timeout: a migration behind a lock ends with an error, and changes nothing."""
    import psycopg

    url = postgres.new_database()
    apply(postgres, url, FILES[0])
    before = schema(postgres, url)
    text = (MIGRATIONS / "002_add_indices.sql").read_text().replace("'5s'", "'100ms'")
    with psycopg.connect(url) as holder:
        holder.execute("LOCK TABLE proofs IN EXCLUSIVE MODE")
        assert postgres.psql(url, text=text).returncode != 0
    assert schema(postgres, url) == before
    assert apply(postgres, url, FILES[1]) == [0]


def test_the_files_are_part_of_the_package(tmp_path: Path) -> None:
    """The guide's folder `migrations` is a copy of the package data."""
    copy = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    assert sorted(path.name for path in copy.glob("*.sql")) == [f"{name}.sql" for name in FILES]
