"""Phase 1 in a bounded memory: the same bytes in any window, and arrays that stay out of memory."""

from __future__ import annotations

import filecmp
import hashlib
import os
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.ptau_memory import peak_anonymous
from zkctl.errors import EnvironmentProblem
from zkctl.runtime import memory as working_memory
from zkctl.runtime.memory import new_rows
from zkctl.runtime.settings import using
from zkctl.storage.scratch import scratch_beside
from zkctl.toolchain.ptau.contribute import beacon_ptau
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau
from zkctl.toolchain.ptau.verify import verify_ptau

POWER = 4
# MiB that a command under --memory 1 with two threads may take beside what it takes for the smallest file
ROOM = {"beacon": 5, "prepare": 7, "verify": 12}


@pytest.fixture
def tiny_windows(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Windows of so many rows, and every array in a scratch file."""

    def choose(rows: int) -> None:
        monkeypatch.setattr(working_memory, "MIN_ROWS", 1)
        monkeypatch.setattr(working_memory, "rows_at_once", lambda _bytes: rows)
        monkeypatch.setattr("zkctl.srs.lagrange.rows_at_once", lambda _bytes: rows)
        monkeypatch.setattr(working_memory, "WORKING_BYTES_PER_BYTE", 1 << 30)

    return choose


def digests(folder: Path) -> list[str]:
    """The files of a chain whose secrets come from a beacon, verified."""
    new_ptau("bn254", POWER, folder / "0.ptau")
    beacon_ptau(folder / "0.ptau", output=folder / "1.ptau", beacon_hex="0a0b", iterations=10)
    prepare_ptau(folder / "1.ptau", output=folder / "2.ptau")
    verify_ptau(folder / "2.ptau", allow_insecure=True)
    return [hashlib.sha256((folder / f"{k}.ptau").read_bytes()).hexdigest() for k in range(3)]


@pytest.mark.parametrize("rows", [8, 32])
def test_any_window_gives_the_same_bytes(
    tmp_path: Path, tiny_windows: Callable[[int], None], rows: int
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    expected = digests(tmp_path / "a")
    tiny_windows(rows)
    assert digests(tmp_path / "b") == expected
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == [
        f"{k}.ptau" for k in range(3)
    ]


def test_scratch_rows_are_not_memory(tmp_path: Path) -> None:
    """64 MiB of rows: tracemalloc, which numpy reports to, sees next to nothing; no file has a name."""
    tracemalloc.start()
    with using(memory=1), scratch_beside(tmp_path / "out"):
        rows = new_rows(1 << 20, 8)
        rows[::512] = 7
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows.shape == (1 << 20, 8)
    assert not rows[1].any()
    assert peak < 1 << 20
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with (
        using(memory=1),
        scratch_beside(tmp_path / "out"),
        pytest.raises(EnvironmentProblem) as caught,
    ):
        new_rows(1 << 20, 8)
    assert caught.value.message.startswith(
        "cannot reserve 67108864 bytes for intermediate results: no space left"
    )


def peaks(folder: Path, power: int, *options: str) -> dict[str, float]:
    """The anonymous memory in MiB of each command of a chain, as a process of its own."""
    folder.mkdir()
    new_ptau("bn254", power, folder / "0.ptau")
    lines = [
        "beacon 0.ptau -o 1.ptau --hex 0a0b --threads 2",
        "prepare 1.ptau -o 2.ptau --threads 2",
        "verify 2.ptau --allow-insecure --threads 2",
    ]
    commands = [[*line.split(), *options] for line in lines]
    return {words[0]: peak_anonymous(words, folder)[0] for words in commands}


@pytest.mark.skipif(sys.platform != "linux", reason="RssAnon is Linux's")
@pytest.mark.parametrize("power", [12, pytest.param(14, marks=pytest.mark.slow)])
def test_files_larger_than_the_working_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, power: int
) -> None:
    """Prepared files of 4 and 18 MiB in 1 MiB: the same room for both, and the bytes of a run without the option."""
    free = peaks(tmp_path / "free", power)  # first: what no cache holds is compiled in here
    least = peaks(tmp_path / "least", 1)
    bound = peaks(tmp_path / "bound", power, "--memory", "1")
    assert (tmp_path / "bound" / "2.ptau").stat().st_size > 4 << 20
    for name in ("1.ptau", "2.ptau"):
        assert filecmp.cmp(tmp_path / "free" / name, tmp_path / "bound" / name, shallow=False)
    assert sorted(path.name for path in (tmp_path / "bound").iterdir()) == [
        f"{k}.ptau" for k in range(3)
    ]
    extra = {name: (bound[name] - least[name], free[name] - least[name]) for name in ROOM}
    assert all(extra[name][0] <= room for name, room in ROOM.items()), extra
    assert all(extra[name][1] > room for name, room in ROOM.items()), extra  # it would be noticed
