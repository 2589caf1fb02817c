"""Compile kernel programs for this machine once, keep the object files, load them in milliseconds.

The key of an object is a digest of the kernels' own source files, the llvmlite version and the host's CPU and features.
Where no folder can be written (read-only install, no HOME) the program is compiled in memory.
A program that is in the cache costs no import of the language it was written in.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import mmap
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import llvmlite
import llvmlite.binding as llvm

if TYPE_CHECKING:
    from zkctl.field.kernel_language import Program

KEPT_OBJECTS = 12  # per program: versions, vector widths, limb plans
_LANGUAGE = (
    "kernel_language.py",
    "lanes.py",
    "residue.py",
    "montgomery.py",
    "limb_plan.py",
    "limbs.py",
    "kernel_memory.py",
    "kernel_cache.py",
    "prime.py",
)


@dataclass(frozen=True)
class Host:
    """What this machine's code generator may use."""

    cpu: str
    features: str
    triple: str
    width: int
    x86: bool
    fused: bool


@dataclass
class LoadedProgram:
    """Machine code in memory; keeps the execution engine alive."""

    engine: Any
    keep: list[Any] = field(default_factory=list)
    from_cache: bool = False

    def function(self, name: str, *kinds: str, returns: bool = False) -> Callable[..., Any]:
        """The kernel as a callable; kinds: 'p' address, 'i' 64-bit integer."""
        types = [ctypes.c_void_p if kind == "p" else ctypes.c_int64 for kind in kinds]
        prototype = ctypes.CFUNCTYPE(ctypes.c_int64 if returns else None, *types)
        address = self.engine.get_function_address(name)
        if not address:
            raise LookupError(f"the program has no kernel {name}")
        return prototype(address)


@cache
def host() -> Host:
    """The present machine; ZKCTL_VECTOR_WIDTH (2, 4, 8) narrows the vectors, ZKCTL_IFMA=0 does without."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.initialize_native_asmparser()
    triple = llvm.get_process_triple()
    available = llvm.get_host_cpu_features()
    width = 8 if available.get("avx512f") and available.get("avx512vl") else 2
    if width == 2 and available.get("avx2"):
        width = 4
    asked = os.environ.get("ZKCTL_VECTOR_WIDTH", "")
    if asked in ("2", "4", "8"):
        width = min(width, int(asked))
    x86 = triple.startswith(("x86_64", "i686"))
    fused = width == 8 and bool(available.get("avx512ifma")) and os.environ.get("ZKCTL_IFMA") != "0"
    return Host(llvm.get_host_cpu_name(), available.flatten(), triple, width, x86, fused)


@cache
def can_execute() -> bool:
    """May this process map memory that it can execute (hardened hosts forbid it)?"""
    try:
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    except (OSError, AttributeError):
        return False
    page.close()
    return True


def beside(module: str, *names: str) -> list[str]:
    """The source files of these modules in the folder of `module` (its __file__), without importing them."""
    return [str(Path(module).with_name(f"{name}.py")) for name in names]


def load_program(
    name: str, emit: Callable[[Program], None], sources: Iterable[str]
) -> LoadedProgram:
    """The compiled program: from the cache folder, else compiled now (and kept if a folder can be written).

    `sources` are the files whose change must recompile it, besides the language itself; `emit` imports them when it is called.
    """
    sources = list(sources)
    stored = cached_program(name, sources)
    if stored is not None:
        return stored
    code = compile_program(name, emit)
    _write(_object_path(name, sources), code)
    return _load(code, from_cache=False)


def cached_program(name: str, sources: Iterable[str]) -> LoadedProgram | None:
    """The compiled program if the cache folder has it."""
    stored = _read(_object_path(name, sources))
    return None if stored is None else _load(stored, from_cache=True)


def compile_program(name: str, emit: Callable[[Program], None]) -> bytes:
    """Emit, optimise and assemble a program for this machine."""
    from zkctl.field.kernel_language import Program

    machine = host()
    program = Program(name, machine.width, machine.triple, x86=machine.x86, fused=machine.fused)
    emit(program)
    module = llvm.parse_assembly(str(program.module))
    module.verify()
    target = _target_machine()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    builder = llvm.create_pass_builder(target, options)
    builder.getModulePassManager().run(module, builder)
    code: bytes = target.emit_object(module)
    return code


def cache_folder() -> Path | None:
    """Where objects are kept: ZKCTL_CACHE_DIR, XDG_CACHE_HOME/zkctl or ~/.cache/zkctl; None without a home."""
    if chosen := os.environ.get("ZKCTL_CACHE_DIR"):
        return Path(chosen)
    if xdg := os.environ.get("XDG_CACHE_HOME"):
        return Path(xdg) / "zkctl"
    try:
        return Path.home() / ".cache" / "zkctl"
    except RuntimeError:
        return None


def is_private(folder: Path) -> bool:
    """Can only this user (or root) write there?  Objects are executed, so any other folder is ignored.

    True for a folder that does not exist yet: it is made private.  [K-CACHE]
    """
    try:
        status = folder.stat()
    except OSError:
        return True
    return status.st_uid in (0, os.geteuid()) and not status.st_mode & 0o022


def _object_path(name: str, sources: Iterable[str]) -> Path | None:
    folder = cache_folder()
    if folder is None or not is_private(folder):
        return None
    machine = host()
    digest = hashlib.sha256(_language())
    for source in sources:
        digest.update(Path(source).read_bytes())
    facts = (name, llvmlite.__version__, machine)
    digest.update(repr(facts).encode())
    return folder / f"{name}-{digest.hexdigest()[:32]}.o"


@cache
def _language() -> bytes:
    """The source of the language that kernels are written in."""
    here = Path(__file__).parent
    return b"".join((here / part).read_bytes() for part in _LANGUAGE)


def _read(path: Path | None) -> bytes | None:
    """The stored object if its own digest matches (a torn or altered file counts as absent)."""
    if path is None:
        return None
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    code, digest = raw[:-32], raw[-32:]
    return code if hashlib.sha256(code).digest() == digest else None


def _write(path: Path | None, code: bytes) -> None:
    """Keep an object under its final name by an atomic rename; several processes may do so at once."""
    if path is None:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, partial = tempfile.mkstemp(prefix=".", suffix=".partial", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(code + hashlib.sha256(code).digest())
            Path(partial).replace(path)
            _forget_old_objects(path)
        except OSError:
            Path(partial).unlink(missing_ok=True)


def _forget_old_objects(newest: Path) -> None:
    """Keep the last few objects of a program (other versions of zkctl may share the folder)."""
    name = newest.name.rpartition("-")[0]
    siblings = [p for p in newest.parent.glob(f"{name}-*.o") if p.name.rpartition("-")[0] == name]
    siblings.sort(key=lambda p: p.stat().st_mtime, reverse=True)
    for old in siblings[KEPT_OBJECTS:]:
        old.unlink(missing_ok=True)


def _target_machine() -> Any:
    machine = host()
    target = llvm.Target.from_triple(machine.triple)
    return target.create_target_machine(
        cpu=machine.cpu,
        features=machine.features,
        opt=3,
        reloc="default",
        codemodel="jitdefault",
        jit=True,
    )


def _load(code: bytes, *, from_cache: bool) -> LoadedProgram:
    module = llvm.parse_assembly("")
    engine = llvm.create_mcjit_compiler(module, _target_machine())
    object_file = llvm.ObjectFileRef.from_data(code)
    engine.add_object_file(object_file)
    engine.finalize_object()
    return LoadedProgram(engine, [module, object_file, code], from_cache)
