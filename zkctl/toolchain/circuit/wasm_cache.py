"""Keep wasmtime's machine code of a module, so that the next process need not compile it.

The key is a digest of the module, wasmtime's version and files, the engine's settings and the processor.  The code is
executed, so it lies in the private folder of compiled kernels [K-CACHE]; a file of another key, or a torn one, counts as absent.
The bytes that were checked are the ones that are loaded.  Without a folder that can be written modules are compiled each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Any

from zkctl.errors import ZkctlError
from zkctl.field.kernels.cache import cache_folder
from zkctl.field.kernels.host import host
from zkctl.storage.private import open_private, private_folder, write_private

SMALLEST = 1 << 14  # bytes of a module that is worth a file: smaller ones compile in milliseconds
LARGEST = 64 << 20  # bytes of machine code that are kept
KEPT_BYTES = 256 << 20  # of all modules together
_SUFFIX = ".cwasm"
_DIGEST = 32


class WasmCache:
    """The kept code for one engine of wasmtime; other engines have other `settings`."""

    def __init__(self, wasmtime: Any, engine: Any, settings: str) -> None:
        self._wasmtime, self._engine = wasmtime, engine
        self.is_closed = False  # from the time limit on: a late module is not kept
        version = _version(wasmtime)
        self._folder = cache_folder() if version else None
        self._facts = f"{version} {settings} ".encode()

    def module(self, source: bytes, *, always: bool = False) -> Any:
        """Return the compiled module; one below SMALLEST is not kept, unless `always`.

        Raises: wasmtime's error for a module that is malformed.
        """
        if self._folder is None or not (always or len(source) >= SMALLEST):
            return self._wasmtime.Module(self._engine, source)
        key = self._key(source)
        path = self._folder / f"circom-{key.hex()}{_SUFFIX}"
        code = _read(path, key)
        if code is not None:
            with contextlib.suppress(self._wasmtime.WasmtimeError):  # of another wasmtime
                return self._wasmtime.Module.deserialize(self._engine, code)
        module = self._wasmtime.Module(self._engine, source)
        if self.is_closed:
            return module
        with contextlib.suppress(self._wasmtime.WasmtimeError):
            _write(path, key, bytes(module.serialize()))
        return module

    def _key(self, source: bytes) -> bytes:
        facts = self._facts + repr(host()).encode()
        return hashlib.sha256(hashlib.sha256(facts).digest() + source).digest()


def _version(wasmtime: Any) -> str:
    """Return wasmtime's version and the size and time of its package, "" if they are unknown."""
    package = Path(wasmtime.__file__).parent
    names = sorted(found.name for found in package.parent.glob("wasmtime-*.dist-info"))
    try:
        facts = [package.stat(), *(library.stat() for library in package.glob("*/*wasmtime.*"))]
    except OSError:
        return ""
    return f"{names} {[(each.st_size, each.st_mtime_ns) for each in facts]}" if names else ""


def _read(path: Path, key: bytes) -> bytes | None:
    """Return the code of a file that is this user's or root's alone, and was made for this key."""
    try:
        with private_folder(path.parent, create=False, by_root=True) as folder:
            handle = open_private(folder, path.name, os.O_RDONLY, path.parent, by_root=True)
        with os.fdopen(handle, "rb") as file:
            if os.fstat(handle).st_size > LARGEST + _DIGEST:
                return None
            digest, code = file.read(_DIGEST), file.read()
    except (OSError, ZkctlError):
        return None
    return code if _checksum(key, code) == digest else None


def _write(path: Path, key: bytes, code: bytes) -> None:
    """Keep the code by an atomic rename, if a private folder can be written; forget the oldest."""
    if len(code) > LARGEST:
        return
    with (
        contextlib.suppress(OSError, ZkctlError),
        private_folder(path.parent, by_root=True) as folder,
    ):
        write_private(folder, path.name, _checksum(key, code) + code, path.parent)
        _forget_oldest(folder)


def _checksum(key: bytes, code: bytes) -> bytes:
    digest = hashlib.sha256(key)
    digest.update(code)
    return digest.digest()


def _forget_oldest(folder: int) -> None:
    """Remove the oldest files until all together have at most KEPT_BYTES."""
    with os.scandir(folder) as entries:
        found = [
            (each.stat(follow_symlinks=False), each.name)
            for each in entries
            if _SUFFIX in each.name  # also what an interrupted process left behind
        ]
    room = KEPT_BYTES
    for stat, name in sorted(found, key=lambda each: each[0].st_mtime_ns, reverse=True):
        room -= stat.st_size
        if room < 0:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
