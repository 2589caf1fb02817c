"""The process that knows the secret: what it may not leave behind, and how its end is told."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.ceremony_folders import begin
from zkctl.errors import EncodingError
from zkctl.formats.binary.zkey_groth16 import CONTRIBUTION_ORDER, read_zkey, write_zkey
from zkctl.toolchain.ceremony.key import contribute_key

HARDENED = """
import ctypes, resource
import os
from zkctl.toolchain.secret_step import harden
harden(os.getppid())
process = ctypes.CDLL(None)
dumpable = process.prctl(3, 0, 0, 0, 0)  # PR_GET_DUMPABLE
print(resource.getrlimit(resource.RLIMIT_CORE), dumpable)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_no_core_dump_and_no_tracing() -> None:
    done = subprocess.run([sys.executable, "-c", HARDENED], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "(0, 0) 0"


def test_the_text_goes_through_a_pipe_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = begin(tmp_path) / "0000.zkey"
    commands, real = [], subprocess.Popen

    def recorded(command: Any, **options: Any):
        commands.append((command, options))
        return real(command, **options)

    monkeypatch.setattr(subprocess, "Popen", recorded)
    contribute_key(key, tmp_path / "1.zkey", name="alice", entropy="my dice: 4 4 2")
    ((command, options),) = commands
    assert not any("dice" in word for word in command)
    assert not any("dice" in value for value in options["env"].values())


def test_two_contributions_differ_whatever_the_text(tmp_path: Path) -> None:
    key = begin(tmp_path) / "0000.zkey"
    for name in ("1", "2"):
        contribute_key(key, tmp_path / name, name="alice", entropy="the same")
    first, second = (read_zkey(tmp_path / name).contributions[0] for name in ("1", "2"))
    assert first.contribution_challenge != second.contribution_challenge


def test_errors_of_the_child_are_raised_here(tmp_path: Path) -> None:
    key = begin(tmp_path) / "0000.zkey"
    file = read_zkey(key)
    points = file.key.l_query.data.copy()
    points[0, 0] ^= 1
    bad = replace(file.key, l_query=type(file.key.l_query)(file.key.l_query.group, points))
    with (tmp_path / "bad.zkey").open("wb") as stream:
        write_zkey(stream, replace(file, key=bad), order=CONTRIBUTION_ORDER)
    with pytest.raises(EncodingError, match="is not on the curve") as caught:
        contribute_key(tmp_path / "bad.zkey", tmp_path / "1.zkey", name="alice")
    assert caught.value.where == f"{tmp_path / 'bad.zkey'}, l_query"
    assert not (tmp_path / "1.zkey").exists()
