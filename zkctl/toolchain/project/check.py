"""Check circuits without writing a file: their code runs and is compiled, their interface and counts are returned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from zkctl.constraints.signals import SignalGroup
from zkctl.errors import ZkctlError
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.circuit.compile import CompiledSource, compile_source
from zkctl.toolchain.circuit.compile_summary import summary_of
from zkctl.toolchain.circuit.proof_rows import Simplification
from zkctl.toolchain.lint.quick import quick_warnings
from zkctl.toolchain.project.circuits import compile_of
from zkctl.toolchain.project.lock_file import check_compiled, read_lock
from zkctl.toolchain.project.locked_files import warnings_before_code_runs
from zkctl.toolchain.project.settings import read_project


@record
class CheckedCircuit:
    """One circuit without mistakes: its counts, and its signals by role, as in siblings[20]."""

    name: str
    field: str
    n_constraints: int
    n_wires: int
    outputs: list[str]
    public: list[str]
    private: list[str]


@record
class FailedCircuit:
    """One circuit with a mistake: the message, its place and its hint."""

    name: str
    message: str
    where: str
    hint: str


@record
class CheckSummary:
    """The circuits that were checked."""

    circuits: list[CheckedCircuit]
    failed: list[FailedCircuit]
    warnings: list[str]


def examine_source(
    source: str,
    parameters: Mapping[str, str],
    *,
    level: int = 2,
    folders: Sequence[Path] = (),
    progress: Progress = silent,
) -> CheckSummary:
    """Check the circuit FILE.py[:NAME] with template parameters; `folders` as in `compile_source`.  Raises: as `compile_circuit`."""
    found = compile_source(
        source, parameters, simplification=Simplification(level), folders=folders, progress=progress
    )
    circuit = _examined(found.compiled.name, found)
    return CheckSummary([circuit], [], quick_warnings(found.compiled))


def examine_project(
    file: Path, *, names: Sequence[str] = (), locked: bool = False, progress: Progress = silent
) -> CheckSummary:
    """Check the named circuits of a project, without names all of them, each also after a mistake in another.

    With `locked` everything is compared with zkctl.lock, files before any code runs.
    Raises: as `read_project`; UsageError for an unknown name; IntegrityError for a difference from the lock.
    """
    project = read_project(file)
    chosen = [project.circuit(name) for name in names] or list(project.circuits)
    lock = read_lock(project) if locked else None
    circuits, failed, warnings = [], [], []
    if lock is not None:
        warnings += warnings_before_code_runs(lock, project, chosen, whole=not names)
    for circuit in chosen:
        try:
            found = compile_of(project, circuit, progress)
        except ZkctlError as error:
            failed.append(FailedCircuit(circuit.name, error.message, error.where, error.hint))
            continue
        if lock is not None:
            check_compiled(lock, project, circuit, found)
        circuits.append(_examined(circuit.name, found))
        warnings += [f"{circuit.name}: {text}" for text in quick_warnings(found.compiled)]
    return CheckSummary(circuits, failed, warnings)


def _examined(name: str, found: CompiledSource) -> CheckedCircuit:
    counts = summary_of(found.compiled, [])
    by_role: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for group in found.compiled.program.signals:
        by_role[group.role].append(_text(group))
    return CheckedCircuit(
        name,
        counts.field,
        counts.n_constraints,
        counts.n_wires,
        *by_role.values(),
    )


def _text(group: SignalGroup) -> str:
    """Return the name of a signal with its shape and fields."""
    shape = "".join(f"[{size}]" for size in group.shape)
    fields = ", ".join(_text(field) for field in group.fields)
    return f"{group.name}{shape}" + (f" {{{fields}}}" if fields else "")
