"""Ctrl-C, a terminated session, a closed terminal at many moments of one command (docs/design/security-cases.md, N109)."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.verify import verify_ptau

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def start(old: Path, new: Path) -> subprocess.Popen[bytes]:
    words = ["ptau", "contribute", str(old), "-o", str(new), "--name", "x"]
    return subprocess.Popen(
        [sys.executable, "-m", "zkctl.cli.app", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def interrupt(folder: Path, n_moments: int) -> None:
    old, new = folder / "old.ptau", folder / "new.ptau"
    new_ptau("bn254", 8, old)
    before = hashlib.sha256(old.read_bytes()).hexdigest()
    started = time.monotonic()
    assert start(old, new).wait() == 0
    duration = time.monotonic() - started
    new.unlink()
    for k in range(n_moments):
        number = SIGNALS[k % len(SIGNALS)]
        process = start(old, new)
        time.sleep(duration * (k + 0.5) / n_moments)
        os.kill(process.pid, number)
        _, words = process.communicate(timeout=120)
        # -number: it came before Python, or while Python itself started or ended
        assert process.returncode in (0, 128 + number, -number), words
        assert b"Traceback" not in words or process.returncode == -number, words
        assert hashlib.sha256(old.read_bytes()).hexdigest() == before
        left = {path.name for path in folder.iterdir()} - {"old.ptau", "new.ptau"}
        assert not left or process.returncode == -number, left
        if new.exists():
            verify_ptau(new)
            new.unlink()
        for name in left:
            (folder / name).unlink()


@pytest.mark.slow
def test_interrupted_at_some_moments(tmp_path: Path) -> None:
    interrupt(tmp_path, 9)


@pytest.mark.nightly
def test_interrupted_at_200_moments(tmp_path: Path) -> None:
    interrupt(tmp_path, 200)
