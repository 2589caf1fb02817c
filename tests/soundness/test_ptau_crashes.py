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

import pytest

from tests.crash import count_steps, run_and_die, run_and_kill, spread
from tests.loopback import file_of, running
from tests.unit.toolchain.test_ptau_download import CLIENT, CONTENT, FILE
from zkctl.formats.ptau import read_ptau
from zkctl.toolchain.ptau import (
    beacon_ptau,
    contribute_ptau,
    new_ptau,
    prepare_ptau,
    verify_ptau,
)
from zkctl.toolchain.ptau_cache import PtauCache
from zkctl.toolchain.ptau_download import fetch_published

Command = Callable[[Path, Path], object]
COMMANDS: dict[str, Command] = {
    "contribute": lambda old, new: contribute_ptau(old, new, name="bob"),
    "beacon": lambda old, new: beacon_ptau(old, new, beacon_hex="0a0b", iterations=10),
    "prepare": prepare_ptau,
}
FEW, MANY = 8, 50
PARTIAL = re.compile(r"\.new\.ptau\.partial-[0-9a-f]{16}")


@pytest.fixture(scope="module")
def old(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("crash")
    new_ptau("bn254", 1, folder / "0.ptau")
    contribute_ptau(folder / "0.ptau", folder / "old.ptau", name="alice")
    return folder / "old.ptau"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_after(command: Command, folder: Path, before: str) -> None:
    """What a killed run left is clean, and the command works now."""
    old, new = folder / "old.ptau", folder / "new.ptau"
    assert digest(old) == before
    rest = [path.name for path in folder.iterdir() if path not in (old, new)]
    assert all(PARTIAL.fullmatch(name) for name in rest)
    assert len(rest) <= 1
    if not new.exists():
        command(old, new)
    read_ptau(new)
    verify_ptau(new)
    assert digest(old) == before
    for name in (new.name, *rest):
        (folder / name).unlink()


def crash(name: str, old: Path, folder: Path, n_steps: int, n_times: int) -> None:
    command, before = COMMANDS[name], digest(old)
    shutil.copy(old, folder / "old.ptau")

    def action() -> None:
        command(folder / "old.ptau", folder / "new.ptau")

    started = time.monotonic()
    total = count_steps(action)
    duration = time.monotonic() - started
    (folder / "new.ptau").unlink()
    for step in spread(n_steps, total):
        assert run_and_die(action, step), f"step {step} of {total}"
        check_after(command, folder, before)
    for k in range(n_times):
        run_and_kill(action, duration * (k + 0.5) / n_times)
        check_after(command, folder, before)


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_some_steps(old, tmp_path, name) -> None:
    crash(name, old, tmp_path, FEW, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_every_step_and_at_many_times(old, tmp_path, name) -> None:
    crash(name, old, tmp_path, 1000, MANY)


def crash_download(folder: Path, n_steps: int, n_times: int) -> None:
    with running() as server:
        url = server.serve("/f", file_of(CONTENT))

        def action() -> None:
            cache = PtauCache(folder / "cache")
            fetch_published(FILE, folder / "f.ptau", cache, addresses=[url], client=CLIENT)

        def check() -> None:
            for path in (folder / "f.ptau", folder / "cache" / FILE.name):
                assert not path.exists() or path.read_bytes() == CONTENT
            if not (folder / "f.ptau").exists():
                action()
            assert (folder / "f.ptau").read_bytes() == CONTENT
            shutil.rmtree(folder / "cache")
            (folder / "f.ptau").unlink()

        started = time.monotonic()
        total = count_steps(action)
        duration = time.monotonic() - started
        check()
        for step in spread(n_steps, total):
            assert run_and_die(action, step), f"step {step} of {total}"
            check()
        for k in range(n_times):
            run_and_kill(action, duration * (k + 0.5) / n_times)
            check()


def test_download_killed_at_some_steps(tmp_path) -> None:
    crash_download(tmp_path, FEW, 0)


@pytest.mark.slow
def test_download_killed_at_every_step_and_at_many_times(tmp_path) -> None:
    crash_download(tmp_path, 1000, MANY)


@pytest.mark.slow
@pytest.mark.parametrize("k", range(12))
def test_the_program_itself_is_killed(tmp_path, k) -> None:
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
        prepare_ptau(old, new)
    assert read_ptau(new).powers.lagrange is not None
