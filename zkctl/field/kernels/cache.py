"""Compile kernel programs for this machine once, keep the code, map it in a fraction of a millisecond.

The key of a program is a digest of the kernels' own source files, llvmlite's version and the processor.  Where no
folder can be written (read-only install, no HOME) the program is compiled in memory.  A program that is in the
cache costs no import of the language it was written in, nor of llvmlite.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import mmap
import os
import warnings
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zkctl.errors import ZkctlError
from zkctl.field.kernels.host import host
from zkctl.field.kernels.image import MAGIC, link, map_executable, map_image
from zkctl.runtime.digests import blake2b
from zkctl.runtime.notices import remark
from zkctl.runtime.records import made_by, record
from zkctl.storage.private import open_private, private_folder, write_private

if TYPE_CHECKING:
    from zkctl.field.kernels.language import Program

KernelFunction = Callable[..., Any]  # a function of ctypes: an int where the kernel returns one

DIGEST_BYTES = 32  # at the end of an object
KEPT_OBJECTS = 12  # per program: versions, vector widths, limb plans
_LANGUAGE = (
    *("language", "lanes", "residue", "montgomery", "limb_plan", "limbs"),
    *("memory", "cache", "compiler", "image"),
)


class KernelsNotKept(UserWarning):
    """The warning that kernels are compiled again in each process."""


@record(eq=False, frozen=False)
class LoadedProgram:
    """Machine code in memory; keeps the execution engine alive."""

    engine: Any
    keep: list[Any] = made_by(list)
    from_cache: bool = False
    functions: dict[tuple[str, ...], KernelFunction] = made_by(dict)

    def function(self, name: str, *kinds: str, returns: bool = False) -> KernelFunction:
        """Return the kernel as a callable; kinds: 'p' address, 'i' 64-bit integer."""
        key = (name, *kinds, "i" if returns else "")
        if key not in self.functions:
            self.functions[key] = self._function(name, *kinds, returns=returns)
        return self.functions[key]

    def _function(self, name: str, *kinds: str, returns: bool) -> KernelFunction:
        types = [ctypes.c_void_p if kind == "p" else ctypes.c_int64 for kind in kinds]
        prototype = ctypes.CFUNCTYPE(ctypes.c_int64 if returns else None, *types)
        address = self.engine.get_function_address(name)
        if not address:
            raise LookupError(f"the program has no kernel {name}")
        return prototype(address)


@cache
def can_execute() -> bool:
    """Return whether this process can map executable memory (hardened hosts forbid it)."""
    try:
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    except (OSError, AttributeError):
        return False
    page.close()
    return True


def sources_of(*modules: str) -> list[str]:
    """Return the source files of these modules of the package ("field.kernels.field"), without importing them."""
    package = Path(__file__).parents[2]
    return [str(package.joinpath(*module.split(".")).with_suffix(".py")) for module in modules]


def load_program(
    name: str, emit: Callable[[Program], None], sources: Iterable[str]
) -> LoadedProgram:
    """Return the compiled program from the cache folder, else compile it (and keep it if a folder can be written).

    `sources` are the files whose change must recompile it, besides the language itself; `emit` imports them when it is called.
    """
    sources = list(sources)
    stored = cached_program(name, sources)
    if stored is not None:
        return stored
    from zkctl.field.kernels.compiler import compile_program

    remark(f"compiling kernels for this machine, once: {name}")
    code = compile_program(name, emit)
    code = link(code) or code
    if not _write(_object_path(name, sources), code):
        _warn_not_kept()
    return _load(code, from_cache=False)


def cached_program(name: str, sources: Iterable[str]) -> LoadedProgram | None:
    """Return the compiled program if the cache folder has it."""
    stored = _read(_object_path(name, sources))
    return None if stored is None else _load(stored.code, from_cache=True, memory=stored.memory)


def cache_folder() -> Path | None:
    """Return the folder of objects: ZKCTL_CACHE_DIR, XDG_CACHE_HOME/zkctl or ~/.cache/zkctl; None without a home."""
    if chosen := os.environ.get("ZKCTL_CACHE_DIR"):
        return Path(chosen)
    if xdg := os.environ.get("XDG_CACHE_HOME"):
        return Path(xdg) / "zkctl"
    try:
        return Path.home() / ".cache" / "zkctl"
    except RuntimeError:
        return None


def keeps_objects() -> bool:
    """Return whether an object compiled now will be found again by the next process."""
    folder = cache_folder()
    if folder is None:
        return False
    try:
        with private_folder(folder, by_root=True) as handle:
            return os.access(".", os.W_OK, dir_fd=handle)
    except ZkctlError:
        return False


def cache_warning() -> str:
    """Return why the cache folder is not used, "" if it is: for `zkctl doctor`."""
    folder = cache_folder()
    if folder is None:
        return "there is no folder for compiled kernels: set ZKCTL_CACHE_DIR"
    try:
        with private_folder(folder, by_root=True):
            return ""
    except ZkctlError as problem:
        hint = f" ({problem.hint})" if problem.hint else ""
        return f"compiled kernels are not kept: {problem.where}: {problem.message}{hint}"


@cache
def _warn_not_kept() -> None:
    """Warn once per process: compiling takes seconds, and the next process has to compile again."""
    reason = (
        cache_warning() or f"compiled kernels are not kept: {cache_folder()}: cannot be written"
    )
    warnings.warn(reason, KernelsNotKept, stacklevel=3)


def _object_path(name: str, sources: Iterable[str]) -> Path | None:
    folder = cache_folder()
    if folder is None:
        return None
    digest = _digest_of_language().copy()
    for source in sources:
        digest.update(_digest_of_file(source))
    facts = (name, host())
    digest.update(repr(facts).encode())
    return folder / f"{name}-{digest.hexdigest()}.o"


@cache
def _digest_of_language() -> blake2b:
    """Return a digest, to be copied, of the language that kernels are written in and of its compiler."""
    digest = blake2b(digest_size=16)
    for part in sources_of(*(f"field.kernels.{part}" for part in _LANGUAGE), "field.prime"):
        digest.update(_digest_of_file(part))
    digest.update(_compiler_version())
    return digest


@cache
def _digest_of_file(path: str) -> bytes:
    """Return the digest of a source file, read once: programs share most of theirs."""
    with open(path, "rb") as file:  # noqa: PTH123  # half the time of pathlib
        return _digest(file.read())


@cache
def _compiler_version() -> bytes:
    """Return llvmlite's version file, read without importing llvmlite."""
    found = importlib.util.find_spec("llvmlite")
    if found is None or found.origin is None:
        return b"none"
    try:
        return Path(found.origin).with_name("_version.py").read_bytes()
    except OSError:
        return b"unknown"


@record
class _Stored:
    """The bytes of an object, and the executable mapping in which they were checked."""

    code: bytes | memoryview
    memory: mmap.mmap | None


def _read(path: Path | None) -> _Stored | None:
    """Return the stored object if its own digest matches (a torn or altered file counts as absent).

    The digest is computed over the mapping that is executed later: the file is opened once.
    """
    if path is None:
        return None
    try:
        with private_folder(path.parent, create=False, by_root=True) as folder:
            handle = open_private(folder, path.name, os.O_RDONLY, path.parent, by_root=True)
        with os.fdopen(handle, "rb") as file:
            memory = map_executable(handle)
            raw = memoryview(file.read() if memory is None else memory)
    except (OSError, ZkctlError):
        return None
    code, digest = raw[:-DIGEST_BYTES], raw[-DIGEST_BYTES:]
    return _Stored(code, memory) if _digest(code) == digest else None


def _digest(code: bytes | memoryview) -> bytes:
    return blake2b(code, digest_size=DIGEST_BYTES).digest()


def _write(path: Path | None, code: bytes) -> bool:
    """Keep an object under its final name by an atomic rename; return whether it is kept.

    Several processes may do so at once.
    """
    if path is None:
        return False
    is_kept = False
    with (
        contextlib.suppress(OSError, ZkctlError),
        private_folder(path.parent, by_root=True) as folder,
    ):
        write_private(folder, path.name, code + _digest(code), path.parent)
        is_kept = True
        _forget_old_objects(folder, path.name)
    return is_kept


def _forget_old_objects(folder: int, newest: str) -> None:
    """Keep the last few objects of a program (other versions of zkctl may share the folder)."""
    name = newest.rpartition("-")[0]
    with os.scandir(folder) as entries:
        siblings = [
            (entry.stat(follow_symlinks=False).st_mtime, entry.name)
            for entry in entries
            if entry.name.endswith(".o") and entry.name.rpartition("-")[0] == name
        ]
    for _, old in sorted(siblings, reverse=True)[KEPT_OBJECTS:]:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(old, dir_fd=folder)


def _load(
    code: bytes | memoryview, *, from_cache: bool, memory: mmap.mmap | None = None
) -> LoadedProgram:
    """Make an image or an object file callable."""
    image = code if code[: len(MAGIC)] == MAGIC else link(bytes(code))
    if image is not None:
        return LoadedProgram(
            map_image(image, memory if image is code else None), from_cache=from_cache
        )
    from zkctl.field.kernels.compiler import execution_engine

    engine, keep = execution_engine(bytes(code))
    return LoadedProgram(engine, keep, from_cache)
