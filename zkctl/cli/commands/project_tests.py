"""The commands `zkctl test` and `zkctl snapshot`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from zkctl.cli.arguments import Parameters, ProjectFile, template_parameters
from zkctl.cli.command import CommandGroup, Force, command
from zkctl.cli.commands.project import CIRCOM_SUFFIX, is_file_of_circuit, library_folders
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.cli.text import escape
from zkctl.errors import CheckFailed, UsageError

if TYPE_CHECKING:
    from zkctl.toolchain.project.cases import CircuitInputs
    from zkctl.toolchain.project.results import CaseResult, CasesSummary
    from zkctl.toolchain.project.snapshot import CountChange, SnapshotSummary

Tested = Annotated[
    str | None,
    Argument(
        metavar="[NAME|FILE.py[:NAME]|FILE.circom]",
        help="A circuit of the project (default: all), or a file, with --inputs.",
    ),
]
All = Annotated[bool, Option("--all", help="Try every circuit of the project (the default).")]
InputsFolder = Annotated[
    Path | None,
    Option("--inputs", metavar="DIR", help="The folder of the inputs of a file."),
]
Libraries = Annotated[
    list[Path] | None,
    Option(
        "-l", "--library", metavar="DIR", help="A folder of files that a .circom file includes."
    ),
]
Junit = Annotated[
    Path | None, Option("--junit", metavar="FILE.xml", help="Write the results as JUnit XML.")
]
Check = Annotated[
    bool, Option("--check", help="Compare with the file and write nothing; exit 1 if it differs.")
]


def register(app: CommandGroup) -> None:
    """Add these commands to the application."""
    command(app, "test", runs_code=True)(test)
    command(app, "snapshot", runs_code=True)(snapshot)


def test(
    terminal: Terminal,
    circuit: Tested = None,
    all_: All = False,
    inputs: InputsFolder = None,
    parameters: Parameters = None,
    library: Libraries = None,
    project: ProjectFile = None,
    junit: Junit = None,
    force: Force = False,
) -> Answer:
    """Try circuits on their files of inputs.

    Compiles circuits of the project, running their code. A file bad*.json must be refused, every
    other *.json accepted; otherwise the exit code is 1. Values are never shown.

    Example:
        zkctl test preimage.py --inputs inputs/preimage
        zkctl test square.circom -l node_modules --inputs inputs/square
    """
    from zkctl.toolchain.project.cases import run_cases

    if all_ and circuit is not None:
        raise UsageError(
            "--all is for the whole project: expected no name beside it, got one",
            hint="run zkctl test --all, or name the circuit only",
        )
    chosen = _chosen(circuit, inputs, _Options(parameters, library), project)
    found = run_cases(chosen, junit=junit, force=force, progress=terminal.progress)
    failure = None
    if found.n_failed:
        failure = CheckFailed(f"{found.n_failed} of {found.n_cases} tests fail: expected none")
    return Answer(found, text=_lines(found), failure=failure, include_result=True)


class _Options(NamedTuple):
    """The options of a file: parameters of FILE.py, folders of FILE.circom."""

    parameters: list[str] | None
    folders: list[Path] | None


def _chosen(
    circuit: str | None, inputs: Path | None, options: _Options, project: Path | None
) -> list[CircuitInputs]:
    """Return the circuits to try: those of the project, or the one of a file."""
    from zkctl.toolchain.project.cases import CircuitInputs, circuits_of
    from zkctl.toolchain.project.settings import find_project, read_project

    if circuit is None or not is_file_of_circuit(circuit):
        if inputs is not None or options.parameters:
            raise UsageError(
                "--inputs and -P are for a file: expected FILE.py, got a circuit of the project",
                hint="write them to zkctl.yaml",
            )
        found = read_project(project or find_project(Path()))
        return [
            replace(each, folders=(*(options.folders or ()), *each.folders))
            for each in circuits_of(found, circuit or "")
        ]
    is_circom = circuit.endswith(CIRCOM_SUFFIX)
    if inputs is None or project is not None:
        example = Path(circuit).name if is_circom else "circuit.py"
        raise UsageError(
            "a file has no project: expected --inputs DIR and no --project",
            hint=f"for example zkctl test {example} --inputs inputs",
        )
    if options.folders and not is_circom:
        raise UsageError(
            f"-l is for a .circom file: expected none with {escape(circuit)}", hint="leave out -l"
        )
    name = (
        Path(circuit).stem
        if circuit.endswith((".py", CIRCOM_SUFFIX))
        else circuit.rpartition(":")[2]
    )
    return [
        CircuitInputs(
            name,
            circuit,
            inputs,
            template_parameters(options.parameters or []),
            level=1 if is_circom else 2,
            folders=library_folders(circuit, options.folders),
        )
    ]


def _lines(found: CasesSummary) -> Iterator[str]:
    width = max(len(case.circuit) for case in found.cases)
    for case in found.cases:
        yield _line(case, width)
        if not case.passed:
            yield from (f"      {escape(line)}" for line in case.where.splitlines())
    yield f"{found.n_cases - found.n_failed} of {found.n_cases} tests pass"
    yield from (f"written: {file}" for file in found.files)


def _line(case: CaseResult, width: int) -> str:
    verdict = "ok  " if case.passed else "FAIL"
    text = "  ".join(part for part in (case.file, case.message) if part)
    return f"{verdict}  {escape(case.circuit):<{width}}  {escape(text)}"


def snapshot(
    terminal: Terminal,
    check: Check = False,
    library: Libraries = None,
    project: ProjectFile = None,
) -> Answer:
    """Keep the constraint counts of a project in a file.

    Compiles all circuits of the project, running their code, and writes zkctl.snapshot.json beside
    zkctl.yaml. With --check a difference is printed as a table.

    Example:
        zkctl snapshot
        zkctl snapshot --check
    """
    from zkctl.toolchain.project.settings import find_project, read_project
    from zkctl.toolchain.project.snapshot import snapshot_project

    place = read_project(project or find_project(Path()))
    folders = tuple(library or ())
    found = snapshot_project(place, check=check, folders=folders, progress=terminal.progress)
    failure = None
    if check and found.changes:
        failure = CheckFailed(
            f"the counts differ from the snapshot: expected no difference, got {len(found.changes)}",
            where=found.snapshot,
            hint="run zkctl snapshot and commit the file, if the change is meant",
        )
    return Answer(found, text=_counts(found, check), failure=failure, include_result=True)


def _counts(found: SnapshotSummary, check: bool) -> Iterator[str]:
    cells = [("circuit", "figure", "kept", "now", "change"), *map(_cells, found.changes)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells if found.changes else ():
        texts = [f"{cell:<{width}}" for cell, width in zip(row[:2], widths[:2], strict=True)]
        texts += [f"{cell:>{width}}" for cell, width in zip(row[2:], widths[2:], strict=True)]
        yield "  ".join(texts).rstrip()
    circuits = "1 circuit" if found.n_circuits == 1 else f"{found.n_circuits} circuits"
    if not check:
        yield f"written: {found.snapshot} with {circuits}"
    elif not found.changes:
        yield f"OK: {circuits} as in {found.snapshot}"


def _cells(change: CountChange) -> tuple[str, ...]:
    kept, now = change.n_kept, change.n_now
    numbers = ["-" if number is None else f"{number:,}" for number in (kept, now)]
    text = f"{(now or 0) - (kept or 0):+,}"
    return escape(change.circuit), escape(change.figure), *numbers, text
