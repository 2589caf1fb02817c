"""Run circuits on files of inputs that they must accept or refuse: `zkctl test`.

A file whose name begins with "bad" must break a constraint, or be refused as zkctl.yaml expects; every other one is accepted.
Values are never shown.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.constraints.evaluate import Evaluator
from zkctl.constraints.signals import flatten_inputs
from zkctl.errors import (
    AdviceFailed,
    EnvironmentProblem,
    HintFailed,
    InputError,
    UnsatisfiedError,
    ZkctlError,
)
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import made_by, record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.mapped import check_is_file, system_errors
from zkctl.toolchain.circuit.compile import compiled_source
from zkctl.toolchain.circuit.inputs import InputReader, read_inputs
from zkctl.toolchain.circuit.proof_rows import AnyCircuit, Simplification
from zkctl.toolchain.circuit.source_name import file_of_source, takes_flat_arrays
from zkctl.toolchain.project.junit import junit_report
from zkctl.toolchain.project.results import CaseResult, CasesSummary
from zkctl.toolchain.project.settings import BAD

if TYPE_CHECKING:
    from zkctl.toolchain.project.settings import Project


@record
class CircuitInputs:
    """A circuit FILE.py[:NAME] or FILE.circom, its parameters and level, the folder of its inputs, and that of its project.

    `folders` are those of files that a .circom file includes.
    """

    name: str
    source: str
    inputs: Path
    parameters: dict[str, str] = made_by(dict)
    level: int = 2
    root: Path | None = None
    expect: dict[str, str] = made_by(dict)
    fewest_rows_of: str | None = None
    folders: tuple[Path, ...] = ()


def circuits_of(project: Project, name: str = "") -> list[CircuitInputs]:
    """Return the circuits of a project, or the one of a name.  Raises: UsageError."""
    chosen = [project.circuit(name)] if name else project.circuits
    return [
        CircuitInputs(
            each.name,
            each.source,
            each.inputs,
            each.parameters,
            each.level,
            project.folder,
            each.expect,
            each.fewest_rows_of,
            project.libraries,
        )
        for each in chosen
    ]


def run_cases(
    circuits: list[CircuitInputs],
    *,
    junit: Path | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> CasesSummary:
    """Compile circuits and try all of their inputs; write the results as JUnit XML if asked.

    A circuit that cannot be compiled is a failed case, and so is one without inputs: it would pass whatever it does.
    Raises: EnvironmentProblem if the report exists.
    """
    sources = [file_of_source(each.source) for each in circuits]
    if junit is not None:
        check_destination(junit, force=force, inputs=sources)
    found = [result for circuit in circuits for result in _results(circuit, progress)]
    n_failed = sum(not result.passed for result in found)
    summary = CasesSummary(len(found), n_failed, found)
    if junit is None:
        return summary
    with atomic_output(junit, force=force, inputs=sources) as file:
        file.write(junit_report(found).encode())
    return replace(summary, files=[printable(junit)])


def _results(circuit: CircuitInputs, progress: Progress) -> Iterator[CaseResult]:
    files = _files(circuit.inputs)
    start = time.perf_counter()
    try:
        with compiled_source(
            circuit.source,
            circuit.parameters,
            simplification=Simplification(circuit.level, circuit.fewest_rows_of),
            root=circuit.root,
            folders=circuit.folders,
            progress=progress,
        ) as compiled:
            if not files:
                place = printable(circuit.inputs)
                problem = EnvironmentProblem("no inputs: expected *.json, got none", where=place)
                yield _failed(circuit.name, "", problem, start)
            for file in files:
                progress(f"{circuit.name}: {printable(file.name)}", None)
                yield _result(circuit, compiled, file)
            yield from _expected_in_vain(circuit, files, start)
    except ZkctlError as problem:
        yield _failed(circuit.name, "", problem, start)


def _files(folder: Path) -> list[Path]:
    """Return the JSON files of a folder, in the order of their names; hidden ones are an editor's or a system's."""
    if not folder.is_dir():
        return []
    with system_errors("read the folder", folder):
        found = sorted(folder.absolute().iterdir())  # a hint may change the working folder
    return [
        path for path in found if path.suffix.lower() == ".json" and not path.name.startswith(".")
    ]


def _expected_in_vain(
    circuit: CircuitInputs, files: list[Path], start: float
) -> Iterator[CaseResult]:
    """Yield a failed case for each refusal that zkctl.yaml expects of a file that is not there."""
    for name in sorted(set(circuit.expect) - {file.stem for file in files}):
        problem = EnvironmentProblem(
            "no such file: expected one, because zkctl.yaml expects its refusal, got none",
            where=printable(circuit.inputs),
        )
        yield _failed(circuit.name, f"{name}.json", problem, start)


def _result(circuit: CircuitInputs, compiled: AnyCircuit, file: Path) -> CaseResult:
    start = time.perf_counter()
    try:
        _calculate(compiled, file)
    except ZkctlError as problem:
        passed, message, where = _judged(circuit, file, problem)
    else:
        passed = not file.name.startswith(BAD)
        message, where = "" if passed else "is accepted: expected a refusal, got none", ""
    seconds = time.perf_counter() - start
    return CaseResult(circuit.name, printable(file.name), passed, message, where, seconds)


def _calculate(compiled: AnyCircuit, file: Path) -> None:
    """Compute the witness of a file.  Raises: UnsatisfiedError; InputError for what no circuit would accept."""
    check_is_file(file)
    program = compiled.program
    reader = InputReader(program.field, reduce=False, where=printable(file))
    flat = flatten_inputs(
        program.signals, read_inputs(file), reader, takes_flat=takes_flat_arrays(program)
    )
    Evaluator(program, compiled.user_hints).words(flat)


def _judged(circuit: CircuitInputs, file: Path, refusal: ZkctlError) -> tuple[bool, str, str]:
    """Return whether a file had to be refused in this way, with message and place.

    A bad file must break a constraint, or be refused with the text that zkctl.yaml expects: wrong names and shapes would be refused
    whatever the circuit does.
    """
    message, where = public_text(refusal)
    expected = circuit.expect.get(file.stem, "")
    if not file.name.startswith(BAD) or not isinstance(refusal, UnsatisfiedError | InputError):
        return False, message, where
    if expected and expected not in f"{message}\n{where}":
        shown = printable(expected, 200)
        return False, f"is refused for another reason: expected {shown!r}, got {message}", where
    if expected or _is_of_constraint(refusal):
        return True, f"refused: {message}", ""
    return False, f"is refused by no constraint: {message}", where


def _is_of_constraint(refusal: ZkctlError) -> bool:
    return isinstance(refusal, UnsatisfiedError) and not isinstance(refusal, AdviceFailed)


def _failed(name: str, file: str, problem: ZkctlError, start: float) -> CaseResult:
    message, where = public_text(problem)
    return CaseResult(name, file, False, message, where, time.perf_counter() - start)


def public_text(problem: ZkctlError) -> tuple[str, str]:
    """Return message and place of an error without values."""
    if isinstance(problem, UnsatisfiedError):
        return problem.public_message, problem.public_where
    if isinstance(problem, HintFailed):
        return problem.public_message, problem.where
    return problem.message, problem.where
