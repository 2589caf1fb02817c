"""The commands `zkctl service` on an SQLite database in the working folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.service_examples import KEY_ID, prepare_service
from tests.support.stores import execute


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "ZKCTL_STATE_DIR", "ZKCTL_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return prepare_service(tmp_path)


def test_migrate_applies_what_is_missing_and_check_reports_it(
    run: Run, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("service", "migrate", "--check").code == 0
    monkeypatch.setenv("DATABASE_URL", f"sqlite://{tmp_path}/new.db")
    done = run("service", "migrate", "--check")
    assert done.code == 1
    assert "the database is behind: 001_create_tables, 002_add_indices, 003_add" in done.err
    assert "001_create_tables" in run("service", "migrate").out
    assert run("service", "migrate", "--check").code == 0
    assert run("service", "migrate").code == 0


def test_an_unknown_database_is_a_wrong_usage(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user:secret@host/x")
    done = run("service", "migrate")
    assert done.code == 2
    assert "secret" not in done.err


def test_a_key_is_printed_once(run: Run, url: str) -> None:
    made = run("service", "keys", "create", "--tenant", "shop", "--scope", "prove", "--json")
    result = json.loads(made.out)["result"]
    assert re.fullmatch(r"zk_live_[a-z0-9]{8}_[\w-]{43}", result["key"])
    assert (result["tenant"], result["subject"], result["scopes"]) == ("shop", "shop", ["prove"])
    listed = run("service", "keys", "list")
    assert result["id"] in listed.out
    assert result["key"] not in listed.out


def test_a_key_with_an_end(run: Run, url: str) -> None:
    made = run(
        *("service", "keys", "create", "--tenant", "t", "--scope", "verify"),
        *("--days", "2", "--subject", "did:x", "--json"),
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", json.loads(made.out)["result"]["expires"])
    execute(url, "UPDATE api_keys SET expires_at = 1 WHERE tenant = 't'")
    assert " expired " in run("service", "keys", "list").out


def test_keys_are_rotated_and_revoked(run: Run, url: str) -> None:
    rotated = run("service", "keys", "rotate", KEY_ID, "--overlap", "60", "--json")
    new = json.loads(rotated.out)["result"]["id"]
    assert (
        json.loads(run("service", "keys", "list", "--json").out)["result"]["keys"][0]["replaced_by"]
        == new
    )
    assert "revoked" in run("service", "keys", "revoke", KEY_ID).out
    again = run("service", "keys", "revoke", KEY_ID)
    assert again.code == 1
    assert f"no key that is not revoked has the id '{KEY_ID}'" in again.err


def test_no_keys_is_said(run: Run, url: str) -> None:
    execute(url, "DELETE FROM api_keys")
    assert run("service", "keys", "list").out.strip() == "no keys"


def test_an_unknown_scope_is_refused(run: Run, url: str) -> None:
    done = run("service", "keys", "create", "--tenant", "t", "--scope", "root")
    assert done.code == 2
    assert "the scope is unknown: expected prove, verify, registry, admin, got root" in done.err


def test_reap_counts_what_it_ended(run: Run, url: str) -> None:
    execute(
        url,
        "INSERT INTO proofs (id, tenant, subject, circuit_id, protocol, mode, deadline)"
        " VALUES ('a', 't', 's', 'c', 'groth16', 'inputs', 1)",
    )
    result = json.loads(run("service", "reap", "--json").out)["result"]
    assert result["expired"] == 1
    assert sum(result.values()) == 1


def test_another_file_of_settings(run: Run, url: str, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(f'database_url: "sqlite://{tmp_path}/other.db"\nstate_dir: "{tmp_path}"\n')
    done = run("service", "migrate", "--config", str(other), "--check")
    assert done.code == 1
