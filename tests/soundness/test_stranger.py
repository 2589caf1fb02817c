"""A stranger audits a finished ceremony: one command, the public folder, nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.support.ceremony_folders import finish
from zkctl.errors import CheckFailed, InputError, IntegrityError, UsageError
from zkctl.toolchain.ceremony.audit import verify_ceremony

PUBLIC = (
    "ceremony.yaml",
    "transcript.jsonl",
    "circuit.r1cs",
    "phase1.ptau",
    "0000.zkey",
    "0003.zkey",
    "final.zkey",
    "verification_key.json",
    "manifest.json",
    "viewer.html",
)
# in a process where any socket is an error; it says so with a code that zkctl never uses
NO_NETWORK = """
import os, sys
def watch(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        os.write(2, f"network: {event}".encode())
        os._exit(99)
sys.addaudithook(watch)
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was published: not the keys in between, no receipts, no lock."""
    ceremony = finish(tmp_path_factory.mktemp("coordinator"), signed=["alice", "bob"])
    folder = tmp_path_factory.mktemp("public") / "ceremony"
    folder.mkdir()
    for name in PUBLIC:
        shutil.copy(ceremony / name, folder / name)
    return folder


def audit(folder: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """zkctl ceremony verify FOLDER, from an empty home, without a network."""
    home.mkdir(exist_ok=True)
    (home / "sitecustomize.py").write_text(NO_NETWORK)
    return subprocess.run(
        [sys.executable, "-m", "zkctl.cli.app", "ceremony", "verify", str(folder), *words],
        cwd=home,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": f"{home}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_ban_works(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    program = "import socket; socket.create_connection(('127.0.0.1', 9))"
    environment = {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=False)
    assert done.returncode == 99


def test_one_command_and_the_public_folder(published: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in published.iterdir()}
    done = audit(published, tmp_path / "home", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)["result"]
    assert [c["claimed_name"] for c in result["contributors"][:2]] == ["alice", "bob"]
    assert result["trust"].startswith("sound if at least one of these 2 contributors")
    assert {path.name: path.read_bytes() for path in published.iterdir()} == before


@pytest.mark.parametrize("name", [name for name in PUBLIC if name != "viewer.html"])
def test_one_changed_byte_is_found(published: Path, tmp_path: Path, name: Any) -> None:
    """The page is derived and nobody believes it; every other file counts."""
    folder = tmp_path / "ceremony"
    shutil.copytree(published, folder)
    raw = bytearray((folder / name).read_bytes())
    raw[len(raw) // 2] ^= 1
    (folder / name).write_bytes(raw)
    with pytest.raises((CheckFailed, InputError, IntegrityError, UsageError)):
        verify_ceremony(folder)


def test_the_runbook_has_the_command() -> None:
    text = (ROOT / "ceremony" / "auditor.md").read_text()
    assert "zkctl ceremony verify my-ceremony" in text
    assert len(text.splitlines()) <= 60
