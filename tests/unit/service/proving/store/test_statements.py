"""The .sql files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.servers import PostgresServer
from tests.support.stores import empty_database
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.store.sqlite import open_sqlite
from zkctl.service.proving.store.statements import for_psycopg, json_value, statements


def test_both_databases_have_the_same_statements_with_the_same_parameters() -> None:
    """SQLite, which one process writes, may need fewer: no lock, and no notice."""

    def parameters(kind: str) -> dict[str, set[str]]:
        found = statements(kind).items()
        return {name: set(re.findall(r"(?<![:\w]):([a-z_]\w*)", text)) for name, text in found}

    ours, others = parameters("sqlite"), parameters("postgresql")
    assert others.keys() - ours.keys() == {"database.notify"}
    assert not [name for name in ours if not ours[name] <= others[name]]


def test_each_statement_is_used_by_its_name() -> None:
    texts = "".join(path.read_text() for path in (ROOT / "zkctl" / "service").rglob("*.py"))
    assert not [name for name in statements("sqlite") if f'"{name}"' not in texts]


def test_sqlite_compiles_every_statement(tmp_path: Path) -> None:
    migrate(f"sqlite://{tmp_path}/db")
    file = open_sqlite(tmp_path / "db")
    for text in statements("sqlite").values():
        names = re.findall(r":([a-z_]\w*)", text)
        file.execute(f"EXPLAIN {text}", dict.fromkeys(names))
    file.close()


def test_parameters_are_translated_and_casts_and_percent_signs_kept() -> None:
    text = "SELECT a::text, :b, x LIKE 'c%' FROM t WHERE d = :b_2"
    assert for_psycopg(text) == "SELECT a::text, %(b)s, x LIKE 'c%%' FROM t WHERE d = %(b_2)s"


def test_json_is_text_or_data() -> None:
    assert json_value('{"a": 1}') == json_value({"a": 1}) == {"a": 1}
    assert json_value(None) is None


def plan(url: str, statement: str) -> str:
    """The plan of a statement; parameters are replaced by constants."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        return "\n".join(row[0] for row in server.execute(f"EXPLAIN {statement}"))


def test_a_claim_reads_no_finished_rows(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresServer
) -> None:
    """With 20,000 finished rows and 100 queued ones the plan uses a partial index."""
    import psycopg

    request.param = "postgresql"
    url = empty_database(request, tmp_path)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(
            """INSERT INTO proofs (id, tenant, subject, circuit_id, protocol, mode, state, deadline, finished_at)
            SELECT gen_random_uuid(), 't', 's', 'c', 'groth16', 'inputs',
                CASE WHEN n <= 100 THEN 'queued' ELSE 'failed' END, now() + interval '1 hour',
                CASE WHEN n > 100 THEN now() END
            FROM generate_series(1, 20000) AS n"""
        )
        server.execute("ANALYZE proofs")
    claim = statements("postgresql")["jobs.claim"]
    values = {":lease_s": "15", ":lease": "gen_random_uuid()", ":worker": "'w'"}
    values |= {":most": "1", ":circuits": "ARRAY['c']"}
    for name, value in values.items():
        claim = re.sub(f"{name}\\b", value, claim)
    found = plan(url, claim)
    assert "Seq Scan on proofs" not in found, found
    assert re.search(r"proofs_(unfinished|queued)", found), found
