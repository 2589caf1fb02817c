"""The commands `zkctl service` for addresses, revocations, roots, the flag, backups, and the doctor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.kms import moto_server, new_key
from tests.support.service_examples import prepare_registry
from tests.support.stores import execute

TO = ("--registry", "tokyo", "--tenant", "acme")
LEGACY = ("legacy.csv", "--map", "columns.yaml", *TO)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "ZKCTL_STATE_DIR", "ZKCTL_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    prepare_registry(tmp_path)
    return tmp_path


def test_an_import_and_its_comparison(run: Run, folder: Path) -> None:
    done = run("service", "addresses", "import", *LEGACY, "--json")
    found = done.json["result"]
    assert (done.code, found["n_imported"], found["n_present"], found["n_rejected"]) == (0, 0, 1, 1)
    assert run("service", "addresses", "verify-import", *LEGACY).code == 0
    (folder / "legacy.csv").write_text("ID,PID\n4711,JP-13-113\n4713,JP-13-114\n")
    other = run("service", "addresses", "verify-import", *LEGACY)
    assert other.code == 1
    assert "the database differs from the source: 1 rows are missing, 0 differ" in other.err
    dry = run("service", "addresses", "import", *LEGACY, "--dry-run", "--json")
    assert (dry.code, dry.json["result"]["n_imported"]) == (0, 1)


def test_credentials_and_erasure(run: Run, folder: Path) -> None:
    done = run("service", "addresses", "export", *TO, "-o", "c.jsonl", "--json")
    assert done.json["result"]["n_credentials"] == 0  # the provider keeps the holder's secret
    erase = ("service", "addresses", "erase", "--tenant", "acme")
    assert run(*erase, "--legacy-id", "4711").code == 0
    assert run(*erase, "--legacy-id", "4711").code == 3
    assert run(*erase, "--registry", "tokyo", "--leaf", "123").code == 0
    assert run(*erase).code == 2


def test_a_new_key_encryption_key(run: Run, folder: Path) -> None:
    state = folder / "state"
    (state / "kek").rename(state / "old")
    (state / "kek-of-last-year").rename(state / "kek")
    (state / "old").rename(state / "kek-of-last-year")
    done = run("service", "addresses", "rewrap", "--json")
    assert done.json["result"]["n_rewrapped"] == 1
    assert run("service", "addresses", "verify-import", *LEGACY).code == 0


def test_a_key_encryption_key_in_aws_kms(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = folder / "state/kek-of-last-year"
    (folder / "state/kek").rename(old)
    with moto_server(monkeypatch):
        monkeypatch.setenv("ZKCTL_KEK", f"aws-kms:{new_key()}")
        monkeypatch.setenv("ZKCTL_KEK_PREVIOUS", f"file:{old}")
        done = run("service", "addresses", "rewrap", "--json")
        assert done.json["result"]["n_rewrapped"] == 1
        monkeypatch.delenv("ZKCTL_KEK_PREVIOUS")
        assert run("service", "addresses", "verify-import", *LEGACY).code == 0
        found = run("service", "doctor", "--json").json["result"]["findings"]
        (kek,) = [each for each in found if each["check"] == "key-encryption key"]
        assert (kek["verdict"], kek["detail"]) == ("pass", "aws-kms")
    away = run("service", "addresses", "verify-import", *LEGACY)
    assert (away.code, away.err.count("\n")) == (5, 2)  # the error and its hint
    assert "cannot be used in AWS KMS: EndpointConnectionError" in away.err


def test_a_revocation_and_the_epochs(run: Run, folder: Path) -> None:
    revoke = ("service", "revoke", "123", *TO, "--reason", "user_request", "--json")
    assert run(*revoke).json["result"]["list_version"] == 1
    assert run(*revoke).json["result"]["is_new"] is False
    built = run("service", "roots", "build", "tokyo", "--json").json["result"]
    assert (built["epoch"], built["n_revocations"]) == (2, 1)
    listed = run("service", "roots", "list", "tokyo")
    assert listed.out.splitlines() == ["1  2 leaves, 0 revoked", "2  2 leaves, 1 revoked"]
    assert run("service", "roots", "withdraw", "tokyo", "1").code == 0
    assert "1  2 leaves, 0 revoked  withdrawn" in run("service", "roots", "list", "tokyo").out
    assert run("service", "roots", "list", "osaka").out == "no epochs\n"


def test_the_flag(run: Run, folder: Path) -> None:
    words = ("zkp_enabled=true", "rollout_percentage=2.5", "whitelist=alice,acme")
    assert run("service", "flags", "set", *words).code == 0
    found = run("service", "flags", "get", "--json").json["result"]
    assert (found["rollout_percentage"], found["whitelist"]) == (2.5, ["alice", "acme"])
    wrong = run("service", "flags", "set", "rollout_percentage=101")
    assert wrong.code == 3
    assert "the percentage is wrong: expected 0 to 100 with at most one decimal" in wrong.err
    assert run("service", "flags", "set", "rollout").code == 2


def test_a_backup(run: Run, folder: Path) -> None:
    assert run("service", "restore", "addresses_db.dump", "--check").code == 0
    assert run("service", "backup", "-o", "addresses_db.dump").code == 5
    assert run("service", "backup", "-o", "addresses_db.dump", "--force").code == 0
    there = run("service", "restore", "addresses_db.dump")
    assert there.code == 2
    assert "the database exists already" in there.err
    execute(f"sqlite://{folder}/state/service.db", "DELETE FROM roots")
    assert run("service", "restore", "addresses_db.dump", "--check").code == 1
    (folder / "state/service.db").unlink()
    assert run("service", "restore", "addresses_db.dump").code == 0


def test_the_doctor(run: Run, folder: Path) -> None:
    good = run("service", "doctor")
    assert good.code == 0, good.out
    assert "pass     migrations: all are applied" in good.out
    (folder / "state/trees/tokyo-1.tree").unlink()
    bad = run("service", "doctor", "--json")
    assert bad.code == 1
    assert json.loads(bad.out)["result"]["n_failed"] == 1
    assert "checks that failed: expected 0, got 1" in run("service", "doctor").err
