"""Compile a circuit from its source: the one module that runs code of the user."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import linecache
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, BinaryIO, TextIO, cast

from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.python.loaded import noted_files
from zkctl.constraints.witness_program import check_program
from zkctl.dsl import Circuit
from zkctl.dsl.spans import Site, where
from zkctl.errors import CircuitError, EnvironmentProblem, UsageError, ZkctlError
from zkctl.field import scalar_field_by_modulus
from zkctl.formats.binary.program_notes import DIGEST_BYTES
from zkctl.formats.binary.r1cs import write_r1cs
from zkctl.formats.binary.wprog import write_wprog
from zkctl.formats.sym import write_sym
from zkctl.runtime.digests import HashedFile
from zkctl.runtime.interruptions import is_interruption
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_outputs, check_destination
from zkctl.toolchain.circuit.circom_files import write_outputs
from zkctl.toolchain.circuit.circom_source import USUAL, CircomChoices, compiled_circom
from zkctl.toolchain.circuit.compile_summary import CompileSummary, summary_of
from zkctl.toolchain.circuit.proof_rows import O2, AnyCircuit, RowCounts, Simplification
from zkctl.toolchain.circuit.source_name import CIRCOM, split_source

_PACKAGE = str(Path(__file__).parents[2]) + os.sep
OUTPUT_SUFFIXES = (".r1cs", ".sym", ".wprog")
_GADGETS = _PACKAGE + "gadgets" + os.sep


def compile_circuit(
    source: str,
    parameters: dict[str, str],
    output_dir: Path,
    *,
    level: int = 2,
    fewest_rows_of: str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> CompileSummary:
    """Write NAME.r1cs, NAME.sym and NAME.wprog for the circuit FILE.py[:NAME], simplified at a level: 0 (not), 1 or 2.

    `fewest_rows_of` names a proof system, plonk or fflonk: the simplification is then the one with the fewest rows of it.

    The bytes depend on source and parameters only, not on the place of the file.
    Raises: CircuitError naming file and line, for any failure in the user's code; UsageError if it is not clear which circuit
    is meant; EnvironmentProblem for a missing file or an existing output.
    """

    def check_outputs(name: str, path: Path) -> None:
        for file in _outputs(output_dir, name):
            check_destination(file, force=force, inputs=[path])

    simplification = Simplification(level, fewest_rows_of)
    with _compiling(_Source(source, parameters), simplification, check_outputs, progress) as found:
        _check_field(found.compiled)
    progress("writing", None)
    files = _outputs(output_dir, found.compiled.name)
    with atomic_outputs(files, force=force, inputs=[found.path]) as streams:
        write_compiled(found.compiled, streams)
    return replace(summary_of(found.compiled, files, lint=True), rows=found.rows)


@record(eq=False)
class CompiledSource:
    """A compiled circuit, its file, and all modules and .circom files that it was made of, in order of their paths.

    `rows` are those of the proof system that it was compiled for.
    """

    compiled: AnyCircuit
    path: Path
    modules: tuple[Path, ...]
    rows: RowCounts | None = None


def compile_source(
    source: str,
    parameters: Mapping[str, str],
    *,
    simplification: Simplification = O2,
    root: Path | None = None,
    folders: Sequence[Path] = (),
    progress: Progress = silent,
) -> CompiledSource:
    """Run the code of FILE.py[:NAME], or read FILE.circom, and return its circuit, simplified; nothing is written.

    Modules in the folder of the file and in `root` are loaded from their files, also if another circuit imported them;
    `folders` are those of files that FILE.circom includes.
    Raises: as `compile_circuit`.
    """
    given = _Source(source, parameters, root, folders)
    with _compiling(given, simplification, None, progress) as found:
        _check_field(found.compiled)
        return found


def _outputs(folder: Path, name: str) -> list[Path]:
    return [folder / f"{name}{suffix}" for suffix in OUTPUT_SUFFIXES]


@contextlib.contextmanager
def compiled_source(
    source: str,
    parameters: Mapping[str, str],
    *,
    simplification: Simplification = O2,
    root: Path | None = None,
    folders: Sequence[Path] = (),
    progress: Progress = silent,
) -> Iterator[AnyCircuit]:
    """Yield the circuit FILE.py[:NAME] or FILE.circom, compiled and simplified; its modules stay loaded in the block.

    `root` and `folders` as in `compile_source`.  Raises: as `compile_circuit`.
    """
    given = _Source(source, parameters, root, folders)
    with _compiling(given, simplification, None, progress) as found:
        yield found.compiled


@record(eq=False)
class _Source:
    """A source with its parameters; `root` and `folders` are where its modules and included files are looked for."""

    source: str
    parameters: Mapping[str, str]
    root: Path | None = None
    folders: Sequence[Path] = ()


@contextlib.contextmanager
def _compiling(
    given: _Source,
    simplification: Simplification,
    check_name: Callable[[str, Path], None] | None,
    progress: Progress,
) -> Iterator[CompiledSource]:
    source, parameters, root = given.source, given.parameters, given.root
    if source.endswith(CIRCOM):
        yield _of_circom(source, parameters, simplification, check_name, progress, given.folders)
        return
    path, name = _split(source)
    progress(f"running the code of {printable(path)}", None)
    own = [path.resolve().parent] + ([root.resolve()] if root is not None else [])
    before = set(sys.modules)
    with noted_files() as templates, _loaded(path, own) as module:
        circuit = _find(module, path, name)
        if check_name is not None:
            check_name(circuit.name, path)
        progress(f"compiling {circuit.name}{simplification.purpose}", None)
        with _user_code(path):
            compiled, rows = simplification.of(circuit.compile(**parameters))
        loaded = {Path(file) for name, file in _origins(own).items() if name not in before}
        yield CompiledSource(compiled, path, tuple(sorted(loaded | templates)), rows)


def _of_circom(
    source: str,
    parameters: Mapping[str, str],
    simplification: Simplification,
    check_name: Callable[[str, Path], None] | None,
    progress: Progress,
    folders: Sequence[Path],
) -> CompiledSource:
    if parameters:
        raise UsageError(
            f"{printable(source)} has parameters: expected none, got {', '.join(parameters)}",
            hint="write the values into its `component main`",
        )
    path = Path(source)
    if check_name is not None:
        check_name(path.stem, path)
    found = compiled_circom(path, CircomChoices(tuple(folders)), progress=progress)
    compiled, rows = simplification.of(found.circuit)
    files = (file.path for file in found.circuit.source.files)
    return CompiledSource(compiled, path, tuple(sorted(files)), rows)


def _split(source: str) -> tuple[Path, str]:
    """Return FILE.py[:NAME] as path and name ("" if not given)."""
    file, name = split_source(source)
    if not file.endswith(".py") or (file != source and not name.isidentifier()):
        raise UsageError(
            f"expected FILE.py, FILE.py:NAME or FILE.circom, got {printable(source)}",
            hint="for example circuits/membership.py:membership",
        )
    path = Path(file)
    if not path.is_file():
        raise EnvironmentProblem("no such file", where=printable(path))
    return path, name


def _find(module: ModuleType, path: Path, name: str) -> Circuit:
    circuits = {key: value for key, value in vars(module).items() if isinstance(value, Circuit)}
    own = [key for key, value in circuits.items() if value.__module__ == module.__name__]
    listed = ", ".join(own) or "none"
    if name and name not in circuits:
        raise UsageError(
            f"{printable(path)} has no circuit {name}", hint=f"its circuits are: {listed}"
        )
    if not name and not own:
        raise CircuitError(
            "the file defines no circuit",
            where=printable(path),
            hint="decorate a function with @circuit (from zkctl.dsl import circuit)",
        )
    if not name and len(own) > 1:
        raise UsageError(
            f"{printable(path)} defines {len(own)} circuits: {listed}",
            hint=f"name one of them, for example {printable(path)}:{own[0]}",
        )
    return circuits[name or own[0]]


def _check_field(compiled: AnyCircuit) -> None:
    field = compiled.program.field
    if scalar_field_by_modulus(field.modulus) is None:
        raise CircuitError(
            f"{compiled.name} is over {field.name}, for which there are no file formats",
            hint="small fields are for tests in Python; compile over bn254 or bls12_381",
        )


def write_compiled(compiled: AnyCircuit, streams: Sequence[BinaryIO]) -> None:
    """Write circuit, symbols and program to three files, in the order of OUTPUT_SUFFIXES."""
    if isinstance(compiled, CircomCircuit):
        write_outputs(compiled, dict(zip(USUAL, streams, strict=True)))
        return
    check_program(compiled.program)
    r1cs, sym, wprog = streams
    hashed = HashedFile(r1cs, DIGEST_BYTES)
    write_r1cs(hashed.file, compiled.r1cs)
    write_sym(sym, compiled.symbols())
    write_wprog(wprog, replace(compiled.program, r1cs_digest=hashed.digest()))


# -- running the user's code


@contextlib.contextmanager
def _loaded(path: Path, folders: Sequence[Path]) -> Iterator[ModuleType]:
    """Yield the user's file as a module, with its folder importable; restore modules, path and folder afterwards."""
    file = path.resolve()
    name = f"zkctl_circuit_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with _surroundings(folders), _output_on_stderr():
        sys.modules[name] = module
        with _user_code(path):
            spec.loader.exec_module(module)
        yield module


class _Unclosed:
    """A stream that the user's code may close, which does not close ours."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def close(self) -> None:
        """Leave it open."""


@contextlib.contextmanager
def _output_on_stderr() -> Iterator[None]:
    """Let the user's code write to stderr only, and restore both streams: stdout belongs to the result."""
    stream = None if sys.stderr is None else cast("TextIO", _Unclosed(sys.stderr))
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        yield


@contextlib.contextmanager
def _surroundings(folders: Sequence[Path]) -> Iterator[None]:
    """Make the first folder importable; afterwards restore what the user's code can change, and forget modules of all folders."""
    modules = set(sys.modules)
    search, bytecode, working = list(sys.path), sys.dont_write_bytecode, Path.cwd()
    variables, depth = dict(os.environ), sys.getrecursionlimit()
    sys.path.insert(0, str(folders[0]))
    sys.dont_write_bytecode = True
    linecache.checkcache()
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = search, bytecode
        os.chdir(working)
        sys.setrecursionlimit(depth)
        if os.environ != variables:
            os.environ.clear()
            os.environ.update(variables)
        for name in set(_origins(folders)) - modules:
            del sys.modules[name]


def _origins(folders: Sequence[Path]) -> dict[str, str]:
    """Return the files of the loaded modules of the user's folders by the modules' names; installed packages are no user's."""
    found = {}
    for name, module in list(sys.modules.items()):
        origin = getattr(module, "__file__", None) or ""
        inside = any(origin.startswith(f"{folder}{os.sep}") for folder in folders)
        if inside and "site-packages" not in Path(origin).parts and not origin.startswith(_PACKAGE):
            found[name] = origin
    return found


@contextlib.contextmanager
def _user_code(path: Path) -> Iterator[None]:
    """Convert a failure in the user's code into a CircuitError that names the line; restore the working folder.

    Ctrl-C is no failure, nor is an exception of ours that a signal raises.
    """
    working = Path.cwd()
    try:
        yield
    except ZkctlError:
        raise
    except SyntaxError as problem:
        place = f"{Path(problem.filename or path).name}:{problem.lineno or 0}:{problem.offset or 0}"
        line = (problem.text or "").strip()
        raise CircuitError(
            f"syntax error: {problem.msg}", where=f"{place}\n{line}".rstrip()
        ) from problem
    except BaseException as problem:
        if isinstance(problem, AssertionError) and _is_ours(problem.__traceback__):
            raise
        if is_interruption(problem):
            raise
        text = "".join(traceback.format_exception_only(problem)).strip().splitlines()[-1]
        raise CircuitError(
            f"the circuit's code failed: {text[:300]}", where=where(_sites(problem.__traceback__))
        ) from problem
    finally:
        os.chdir(working)


def _is_ours(trace: TracebackType | None) -> bool:
    """Return whether it happened inside the language rather than in the user's code or a gadget."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = trace.tb_frame.f_code.co_filename if trace is not None else ""
    return file.startswith(_PACKAGE) and not file.startswith(_GADGETS)


def _sites(trace: TracebackType | None) -> list[Site]:
    """Return the frames of the user's code and of gadgets, innermost first."""
    sites: list[Site] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        ours = code.co_filename.startswith(_PACKAGE) and not code.co_filename.startswith(_GADGETS)
        if not ours and not code.co_filename.startswith("<frozen"):
            sites.insert(0, Site(code, trace.tb_lasti))
        trace = trace.tb_next
    return sites
