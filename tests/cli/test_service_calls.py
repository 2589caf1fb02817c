"""`zkctl prove` and `verify` with a service or a bundle: words that do not go together, and the settings as printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from zkctl.formats.json.bundle import bundle_text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "verify p.json --service http://localhost:1",
            "--service needs public signals, proof and --circuit: expected 2 files, got 1",
        ),
        (
            "verify v.json --circuit a",
            "--circuit is for --service: the key is that of a circuit",
        ),
        (
            "verify --batch b --service http://localhost:1",
            "--service excludes --batch and --evm: expected one of them",
        ),
        (
            "verify v --bundle b --service http://localhost:1",
            "unexpected file or --circuit with --bundle: a bundle has everything",
        ),
        ("verify v p --bundle b", "unexpected file with --bundle: expected the key only"),
        ("verify", "missing argument 'VKEY.json'"),
        ("prove k.zkey", "missing argument 'WITNESS.wtns'"),
        ("prove i.json --service http://localhost:1", "--service without a circuit"),
        (
            "prove i w --service http://localhost:1 --circuit a",
            "unexpected file with --service: expected the inputs only, got w",
        ),
        ("prove k.zkey w.wtns --seal", "--circuit, --seal and --signed-by are for --service"),
        (
            "prove i --service http://localhost:1 --circuit a --signed-by ab",
            "a signing key without sealing",
        ),
        (
            "verify --bundle b --service http://zkp.example.org",
            "the address of the service is not encrypted: expected https, got http",
        ),
    ],
)
def test_words_that_do_not_go_together(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("b").write_text(bundle_text("a", "bn128", "groth16", {}, []))
    Path("i").write_text('{"x": 1}')
    outcome = run(*words.split())
    assert outcome.code == 2
    assert message in outcome.err


def test_settings_are_printed_with_their_origin(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZKCTL_WORKERS", "3")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:password@host/d")
    Path("service.yaml").write_text("table_mb: 5\n")
    text = run("service", "config")
    assert text.code == 0
    lines = {line.split()[0]: line.split()[1:] for line in text.out.splitlines()}
    assert lines["ZKCTL_WORKERS"] == ["3", "processes", "environment"]
    assert lines["DATABASE_URL"] == ["set", "environment"]
    assert lines["ZKCTL_TABLE_MB"][:2] == ["5", "MiB"]
    assert lines["ZKCTL_PROVE_MODES"] == ["automatic", "default"]
    assert "password" not in text.out
    found = json.loads(run("service", "config", "--json").out)["result"]["settings"]
    assert found["workers"] == {"value": "3", "unit": "processes", "origin": "environment"}
    monkeypatch.setenv("ZKCTL_WORKRES", "3")
    wrong = run("service", "config")
    assert wrong.code == 2
    assert "hint: use ZKCTL_WORKERS" in wrong.err
