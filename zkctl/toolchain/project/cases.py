"""Run circuits on files of inputs that they must accept or refuse: `zkctl test`.

A file whose name begins with "bad" must be refused, every other one accepted.  Values are never shown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.constraints.evaluate import Evaluator
from zkctl.constraints.signals import Role, flatten_inputs
from zkctl.errors import EnvironmentProblem, UnsatisfiedError, ZkctlError
from zkctl.formats.json.strict import Json
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import made_by, record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.mapped import check_is_file
from zkctl.toolchain.circuit.compile import compiled_source
from zkctl.toolchain.circuit.inputs import InputReader, read_inputs
from zkctl.toolchain.project.junit import junit_report
from zkctl.toolchain.project.results import CaseResult, CasesSummary

if TYPE_CHECKING:
    from zkctl.dsl import CompiledCircuit
    from zkctl.toolchain.project.settings import Project

_FILE_OF = re.compile(r"\.py:\w*$")
BAD = "bad"  # the start of the names of files that must be refused


@record
class CircuitInputs:
    """A circuit FILE.py[:NAME], its parameters and level, the folder of its inputs, and that of its project."""

    name: str
    source: str
    inputs: Path
    parameters: dict[str, str] = made_by(dict)
    level: int = 2
    root: Path | None = None


def circuits_of(project: Project, name: str = "") -> list[CircuitInputs]:
    """Return the circuits of a project, or the one of a name.  Raises: UsageError."""
    chosen = [project.circuit(name)] if name else project.circuits
    return [
        CircuitInputs(
            each.name, each.source, each.inputs, each.parameters, each.level, project.folder
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
    sources = [Path(_FILE_OF.sub(".py", each.source)) for each in circuits]
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
    files = sorted(circuit.inputs.glob("*.json")) if circuit.inputs.is_dir() else []
    start = time.perf_counter()
    try:
        with compiled_source(
            circuit.source,
            circuit.parameters,
            level=circuit.level,
            root=circuit.root,
            progress=progress,
        ) as compiled:
            if not files:
                place = printable(circuit.inputs)
                problem = EnvironmentProblem("no inputs: expected *.json, got none", where=place)
                yield _failed(circuit.name, "", problem, start)
            for file in files:
                progress(f"{circuit.name}: {printable(file.name)}", None)
                yield _result(circuit.name, compiled, file)
    except ZkctlError as problem:
        yield _failed(circuit.name, "", problem, start)


def _result(name: str, compiled: CompiledCircuit, file: Path) -> CaseResult:
    start = time.perf_counter()
    try:
        values = _document(compiled, file)
    except ZkctlError as problem:
        return _failed(name, printable(file.name), problem, start)
    program = compiled.program
    reader = InputReader(program.field, reduce=False, where=printable(file))
    try:
        flat = flatten_inputs(program.signals, values, reader)
        Evaluator(program, compiled.user_hints).words(flat)
    except ZkctlError as problem:
        return _decided(name, file, start, problem)
    return _decided(name, file, start, None)


def _document(compiled: CompiledCircuit, file: Path) -> dict[str, Json]:
    """Return the values of a file by name.

    Raises: FormatError for no JSON; InputError for missing or unknown names: such a bad input would be refused whatever the circuit
    does.
    """
    check_is_file(file)
    values, groups = read_inputs(file), compiled.program.signals
    names = {group.name for group in groups if group.role is not Role.OUTPUT}
    if set(values) != names:
        flatten_inputs(groups, values, lambda _value, _name: 0)
    return values


def _decided(name: str, file: Path, start: float, refusal: ZkctlError | None) -> CaseResult:
    """Return the result of a file that was accepted or refused."""
    is_bad, shown = file.name.startswith(BAD), printable(file.name)
    seconds = time.perf_counter() - start
    if refusal is None:
        message = "is accepted: expected a refusal, got none" if is_bad else ""
        return CaseResult(name, shown, not is_bad, message, "", seconds)
    if is_bad:
        return CaseResult(name, shown, True, f"refused: {public_text(refusal)[0]}", "", seconds)
    return _failed(name, shown, refusal, start)


def _failed(name: str, file: str, problem: ZkctlError, start: float) -> CaseResult:
    message, where = public_text(problem)
    return CaseResult(name, file, False, message, where, time.perf_counter() - start)


def public_text(problem: ZkctlError) -> tuple[str, str]:
    """Return message and place of an error without values."""
    if isinstance(problem, UnsatisfiedError):
        return problem.public_message, problem.public_where
    return problem.message, problem.where
