"""kill -9 in the middle of phase 1: inputs untouched, no torn output, the next run succeeds."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.crash import ALL, PARTS, Plan, some, sweep
from tests.support.loopback import file_of, running
from tests.unit.toolchain.ptau.test_download import CLIENT, CONTENT, FILE
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.toolchain.ptau.cache import PtauCache
from zkctl.toolchain.ptau.contribute import beacon_ptau, contribute_ptau
from zkctl.toolchain.ptau.download import fetch_published
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau
from zkctl.toolchain.ptau.verify import verify_ptau

Command = Callable[[Path, Path], object]
COMMANDS: dict[str, Command] = {
    "contribute": lambda old, new: contribute_ptau(old, output=new, name="bob"),
    "beacon": lambda old, new: beacon_ptau(old, output=new, beacon_hex="0a0b", iterations=10),
    "prepare": lambda old, new: prepare_ptau(old, output=new),
}
FEW = 8
PARTIAL = re.compile(r"\.new\.ptau\.partial-[0-9a-f]{16}")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crash")
    new_ptau("bn254", 1, folder / "0.ptau")
    contribute_ptau(folder / "0.ptau", output=folder / "old.ptau", name="alice")
    return folder / "old.ptau"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def crash(name: str, given: Path, folder: Path, plan: Plan, part: int = 0) -> None:
    command, before = COMMANDS[name], digest(given)
    old, new = folder / "old.ptau", folder / "new.ptau"
    shutil.copy(given, old)

    def check(thorough: bool) -> None:
        """What a killed run left is clean, and the command works now."""
        assert digest(old) == before
        rest = [path.name for path in folder.iterdir() if path not in (old, new)]
        assert all(PARTIAL.fullmatch(name) for name in rest)
        assert len(rest) <= 1
        if thorough and not new.exists():
            command(old, new)
        if new.exists():
            read_ptau(new)
        if thorough:
            verify_ptau(new)
            assert digest(old) == before
        for left in (new.name, *rest):
            (folder / left).unlink(missing_ok=True)

    sweep(lambda: command(old, new), check, plan, part)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_some_steps(old: Path, tmp_path: Path, name: str, part: Any) -> None:
    crash(name, old, tmp_path, some(FEW), part)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_every_step_and_at_many_times(old: Path, tmp_path: Path, name: str) -> None:
    crash(name, old, tmp_path, ALL)


def crash_download(folder: Path, plan: Plan, part: int = 0) -> None:
    with running() as server:
        url = server.serve("/f", file_of(CONTENT))

        def action() -> None:
            cache = PtauCache(folder / "cache")
            fetch_published(FILE, folder / "f.ptau", cache, addresses=[url], client=CLIENT)

        def check(thorough: bool) -> None:
            for path in (folder / "f.ptau", folder / "cache" / FILE.name):
                assert not path.exists() or path.read_bytes() == CONTENT
            if not (folder / "f.ptau").exists():
                action()
            assert (folder / "f.ptau").read_bytes() == CONTENT
            assert PtauCache(folder / "cache").manifest().get(FILE.name, {}).get("url") in (
                None,
                url,
            )
            shutil.rmtree(folder / "cache")
            (folder / "f.ptau").unlink()

        sweep(action, check, plan, part)


@pytest.mark.parametrize("part", PARTS)
def test_download_killed_at_some_steps(tmp_path: Path, part: Any) -> None:
    crash_download(tmp_path, some(FEW), part)


@pytest.mark.slow
def test_download_killed_at_every_step_and_at_many_times(tmp_path: Path) -> None:
    crash_download(tmp_path, ALL)


@pytest.mark.slow
@pytest.mark.parametrize("k", range(12))
def test_the_program_itself_is_killed(tmp_path: Path, k: int) -> None:
    """zkctl ptau prepare of 2^12, killed somewhere within three seconds."""
    old, new = tmp_path / "old.ptau", tmp_path / "new.ptau"
    new_ptau("bn254", 12, old)
    before = digest(old)
    words = [sys.executable, "-m", "zkctl.cli.app", "ptau", "prepare", str(old), "-o", str(new)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.25 * (k + 1))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert digest(old) == before
    if not new.exists():
        prepare_ptau(old, output=new)
    assert read_ptau(new).powers.lagrange is not None
