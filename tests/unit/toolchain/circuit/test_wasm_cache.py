"""Modules are compiled once, and code that is not ours is never loaded."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import LimitError
from zkctl.toolchain.circuit import wasm_cache
from zkctl.toolchain.circuit.wasm_cache import SMALLEST, WasmCache
from zkctl.toolchain.circuit.wasm_sandbox import Sandbox, SandboxLimits

wasmtime = pytest.importorskip("wasmtime")

CODE = wasmtime.wat2wasm(
    f'(module (func (export "f") (result i32) i32.const 7) (memory 1) (data (i32.const 0) "{"a" * SMALLEST}"))'
)
SMALL = wasmtime.wat2wasm("(module)")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def load(source: bytes = CODE, settings: str = "", *, always: bool = False) -> tuple[bool, Any]:
    """Whether the code came from the folder, and the module."""
    engine = wasmtime.Engine()
    cache = WasmCache(wasmtime, engine, settings)
    compiled: list[bytes] = []

    class Counted:
        WasmtimeError = wasmtime.WasmtimeError

        class Module(wasmtime.Module):  # type: ignore[misc, name-defined]
            def __init__(self, engine: Any, source: bytes) -> None:
                compiled.append(source)
                super().__init__(engine, source)

    cache._wasmtime = Counted
    module = cache.module(source, always=always)
    store = wasmtime.Store(engine)
    exports = wasmtime.Instance(store, module, []).exports(store)
    assert source != CODE or exports["f"](store) == 7
    return not compiled, module


def test_the_second_load_comes_from_the_folder(folder: Path) -> None:
    assert not load()[0]
    assert load()[0]
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_small_modules_are_not_kept_unless_they_are_ours(folder: Path) -> None:
    assert not load(SMALL)[0]
    assert not folder.exists()
    assert not load(SMALL, always=True)[0]
    assert load(SMALL, always=True)[0]


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "other"])
def test_damaged_code_is_compiled_anew(folder: Path, damage: str) -> None:
    load()
    (path,) = folder.iterdir()
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes({"truncate": raw[:200], "flip": raw, "empty": b"", "other": b"x" * 50}[damage])
    assert not load()[0]
    assert load()[0]


def test_code_of_another_module_is_not_loaded_under_its_name(folder: Path) -> None:
    load()
    (own,) = folder.iterdir()
    other = bytearray(CODE)
    other[-1] ^= 1
    load(bytes(other))
    (path,) = (each for each in folder.iterdir() if each != own)
    own.write_bytes(path.read_bytes())
    assert not load()[0]


def test_other_settings_and_versions_have_other_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    assert not load(settings="fuel")[0]
    monkeypatch.setattr(wasm_cache, "_version", lambda _: "another")
    assert not load()[0]
    assert len(list(folder.iterdir())) == 3


def test_code_that_wasmtime_refuses_is_compiled_anew(folder: Path) -> None:
    """As another version's would be: the digest is right, the code is not wasmtime's."""
    load()
    (path,) = folder.iterdir()
    key = bytes.fromhex(path.stem.removeprefix("circom-"))
    path.write_bytes(wasm_cache._checksum(key, b"no code") + b"no code")
    assert not load()[0]
    assert load()[0]


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_can_write_is_not_trusted(folder: Path, mode: int) -> None:
    """[K-CACHE] The code is executed: nobody else may plant it."""
    load()
    folder.chmod(mode)
    assert not load()[0]
    folder.chmod(0o700)
    assert load()[0]


def test_a_file_that_others_can_write_is_not_trusted(folder: Path) -> None:
    load()
    (path,) = folder.iterdir()
    path.chmod(0o666)
    assert not load()[0]


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    load()
    (path,) = folder.iterdir()
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert not load()[0]
    assert not path.is_symlink()


def test_a_folder_of_somebody_else_is_not_trusted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert load()[0] is (owner == 0)


def test_without_a_folder_modules_are_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path / "file" / "below"))
    assert not load()[0]
    assert not load()[0]
    monkeypatch.setattr(wasm_cache, "cache_folder", lambda: None)
    assert not load()[0]
    assert capsys.readouterr() == ("", "")


def test_an_unknown_version_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wasm_cache, "_version", lambda _: "")
    assert not load()[0]
    assert not folder.exists()


def test_a_module_whose_time_is_over_is_not_kept(folder: Path, tmp_path: Path) -> None:
    """Else the next run would pass by the limit that ended this one."""
    (tmp_path / "m.wasm").write_bytes(CODE)
    sandbox = Sandbox(tmp_path / "m.wasm", SandboxLimits(seconds=1))
    with pytest.raises(LimitError, match="the module did not end within 1 s"):
        sandbox.run(lambda: time.sleep(1.2))
    sandbox.instantiate({})
    assert not folder.exists()
    Sandbox(tmp_path / "m.wasm", SandboxLimits()).instantiate({})
    assert len(list(folder.iterdir())) == 1


def test_too_large_code_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    monkeypatch.setattr(wasm_cache, "LARGEST", 1000)
    assert not load()[0]
    assert not load(SMALL, always=True)[0]
    assert len(list(folder.iterdir())) == 1


def test_the_oldest_are_forgotten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    (first,) = folder.iterdir()
    os.utime(first, (1, 1))
    interrupted = folder / f".{first.name}.partial-0123"
    interrupted.write_bytes(b"half")
    os.utime(interrupted, (2, 2))
    (folder / "kernel.o").write_bytes(bytes(1 << 20))
    monkeypatch.setattr(wasm_cache, "KEPT_BYTES", first.stat().st_size)
    load(settings="other")
    names = {path.name for path in folder.iterdir()}
    assert len(names) == 2
    assert "kernel.o" in names
    assert first.name not in names


def test_malformed_modules_are_refused_as_without_the_cache(folder: Path) -> None:
    with pytest.raises(wasmtime.WasmtimeError):
        load(b"\0asm" + bytes(SMALLEST))
    assert not folder.exists()
