"""Objects are compiled once per machine, survive damage and concurrency, and need no folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zkctl.cli.command import execute
from zkctl.cli.output import Answer, Terminal
from zkctl.field.kernels import cache as kernel_cache
from zkctl.field.kernels.cache import cache_folder, load_program
from zkctl.field.kernels.host import host
from zkctl.field.kernels.schedule import emit_schedule_kernels

PROBE = (
    "from zkctl.field import FieldArray, BN254_FR as F;"
    "from zkctl.field.backend import describe;"
    "a = FieldArray.from_ints(F, [3, 5]); print((a * a).to_ints(), describe()['kernels'])"
)


def probe(**environment: Any):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ZKCTL_", "XDG_", "HOME"))}
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=clean | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def load(folder: Any, monkeypatch: Any):
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(folder))
    return load_program("schedule", emit_schedule_kernels, [])


def test_second_load_comes_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load(tmp_path, monkeypatch).from_cache
    assert load(tmp_path, monkeypatch).from_cache
    assert [p.suffix for p in tmp_path.iterdir()] == [".o"]


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty"])
def test_a_damaged_object_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    load(tmp_path, monkeypatch)
    (path,) = tmp_path.iterdir()
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes({"truncate": raw[:200], "flip": raw, "empty": b""}[damage])
    assert not load(tmp_path, monkeypatch).from_cache
    assert load(tmp_path, monkeypatch).from_cache


def test_a_source_change_makes_another_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "kernels.py"
    source.write_text("first")
    one = kernel_cache._object_path("x", [str(source)])
    source.write_text("second")
    kernel_cache._digest_of_file.cache_clear()  # as in another process
    assert kernel_cache._object_path("x", [str(source)]) != one


def test_another_processor_makes_another_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same name and vector width, other features: its code is not run here."""
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path))
    here = kernel_cache._object_path("schedule", [])
    other = replace(host(), fingerprint="0" * 16)
    monkeypatch.setattr(kernel_cache, "host", lambda: other)
    assert kernel_cache._object_path("schedule", []) != here


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_can_write_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    """[K-CACHE] Objects are executed: nobody else may plant one."""
    load(tmp_path, monkeypatch)
    tmp_path.chmod(mode)
    assert not load(tmp_path, monkeypatch).from_cache
    tmp_path.chmod(0o700)
    assert load(tmp_path, monkeypatch).from_cache


def test_a_folder_of_somebody_else_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path, monkeypatch)
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    trusted_root = owner == 0
    assert load(tmp_path, monkeypatch).from_cache is trusted_root


def test_where_objects_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "new" / "folder"))
    assert kernel_cache.keeps_objects()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "file" / "below"))
    assert not kernel_cache.keeps_objects()
    tmp_path.chmod(0o777)
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path))
    assert not kernel_cache.keeps_objects()
    monkeypatch.setattr(kernel_cache, "cache_folder", lambda: None)
    assert not kernel_cache.keeps_objects()


def test_only_the_last_objects_of_a_program_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(kernel_cache, "KEPT_OBJECTS", 2)
    (tmp_path / "schedule-other-1.o").write_bytes(b"another program's")
    for k in range(4):
        (tmp_path / f"schedule-{k}.o").write_bytes(b"old")
        os.utime(tmp_path / f"schedule-{k}.o", (k, k))
    load(tmp_path, monkeypatch)
    names = {p.name for p in tmp_path.iterdir()}
    assert {"schedule-other-1.o", "schedule-3.o"} < names
    assert len(names) == 3


def test_without_home_and_with_unwritable_folder_it_compiles_in_memory(tmp_path: Path) -> None:
    assert probe(HOME="") == "[9, 25] compiled"
    (tmp_path / "file").write_text("")
    assert probe(ZKCTL_CACHE_DIR=str(tmp_path / "file" / "below")) == "[9, 25] compiled"


def test_numpy_fallback_by_choice() -> None:
    assert probe(ZKCTL_KERNELS="numpy") == "[9, 25] numpy"


def test_kernels_that_are_not_kept_are_reported_once_per_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only when one is compiled: the next process has to compile it again."""
    kernel_cache._warn_not_kept.cache_clear()
    load(tmp_path, monkeypatch)
    tmp_path.chmod(0o777)
    with pytest.warns(kernel_cache.KernelsNotKept) as told:
        load(tmp_path, monkeypatch)
        load(tmp_path, monkeypatch)
    assert [str(each.message) for each in told] == [
        f"compiled kernels are not kept: {tmp_path}: other users can write to it: expected mode 0755, got 0777"
        f" (check its content, then use chmod go-w {tmp_path})"
    ]


def test_a_command_reports_it_as_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kernel_cache._warn_not_kept.cache_clear()
    tmp_path.chmod(0o777)

    def action():
        load(tmp_path, monkeypatch)
        return Answer({"x": 1})

    assert execute(Terminal("x", as_json=True), action) == 0
    out, err = capsys.readouterr()
    assert err.startswith("warning: compiled kernels are not kept: ")
    assert err.count("\n") == 1
    assert json.loads(out)["result"] == {"x": 1}


def test_many_processes_may_start_at_once(tmp_path: Path) -> None:
    environment = os.environ | {"ZKCTL_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", PROBE]
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert {p.communicate()[0].strip() for p in running} == {"[9, 25] compiled"}
    assert not list(tmp_path.glob("*.partial"))


def test_folder_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ZKCTL_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "zkctl"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "zkctl"
