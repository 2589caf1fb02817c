"""Compile the circuits of a project; outputs whose bytes stay the same are not touched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.mapped import system_errors
from zkctl.storage.replace_different import replace_different
from zkctl.toolchain.circuit.compile import CompiledSource, write_compiled
from zkctl.toolchain.circuit.compile_summary import summary_of
from zkctl.toolchain.lint.quick import quick_warnings
from zkctl.toolchain.project.circuits import compile_of, output_files
from zkctl.toolchain.project.lock_file import check_compiled, read_lock
from zkctl.toolchain.project.locked_files import warnings_before_code_runs
from zkctl.toolchain.project.settings import Project, ProjectCircuit, read_project


@record
class BuiltCircuit:
    """One compiled circuit of a project; `written` is whether a file changed."""

    name: str
    field: str
    n_constraints: int
    n_wires: int
    n_public: int
    n_private_inputs: int
    written: bool


@record
class ProjectSummary:
    """The compiled circuits of a project, and the folder of their files."""

    output: str
    circuits: list[BuiltCircuit]
    warnings: list[str]


def compile_project(
    file: Path,
    *,
    names: Sequence[str] = (),
    locked: bool = False,
    lint: bool = True,
    folders: Sequence[Path] = (),
    progress: Progress = silent,
) -> ProjectSummary:
    """Compile the named circuits of a project, without names all of them, into its folder of outputs.

    `file` is the zkctl.yaml or its folder.  The files of one circuit appear together; those of earlier circuits stay if a
    later one fails.  With `lint` the quick passes warn of probable mistakes.  With `locked` nothing is written that differs from
    zkctl.lock, and no code runs if a source or a key does.  `folders` as in `compile_of`.
    Raises: as `read_project` and `compile_circuit`; UsageError for an unknown name; IntegrityError for a difference.
    """
    project = read_project(file)
    chosen = [project.circuit(name) for name in names] or project.circuits
    lock = read_lock(project) if locked else None
    built, warnings = [], []
    if lock is not None:
        warnings += warnings_before_code_runs(lock, project, chosen, whole=not names)
    make_output_folder(project)
    for circuit in chosen:
        found = compile_of(project, circuit, progress, folders)
        if lock is not None:
            check_compiled(lock, project, circuit, found)
        built.append(_write(project, circuit, found))
        texts = quick_warnings(found.compiled) if lint else []
        warnings += [f"{circuit.name}: {text}" for text in texts]
    return ProjectSummary(printable(project.output), built, warnings)


def make_output_folder(project: Project) -> None:
    """Make the folder of outputs if there is none.  Raises: EnvironmentProblem."""
    with system_errors("make the folder", project.output):
        project.output.mkdir(parents=True, exist_ok=True)


def _write(project: Project, circuit: ProjectCircuit, found: CompiledSource) -> BuiltCircuit:
    files = output_files(project, circuit)
    with replace_different(files) as replacement:
        write_compiled(found.compiled, replacement.streams)
    return built_circuit(circuit.name, found, bool(replacement.changed))


def built_circuit(name: str, found: CompiledSource, written: bool) -> BuiltCircuit:
    """Return the counts of a compiled circuit under its name in the project."""
    counts = summary_of(found.compiled, [])
    return BuiltCircuit(
        name,
        counts.field,
        counts.n_constraints,
        counts.n_wires,
        counts.n_public_outputs + counts.n_public_inputs,
        counts.n_private_inputs,
        written,
    )
