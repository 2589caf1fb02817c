"""The command `zkctl lint`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.arguments import Parameters, ProjectFile, template_parameters
from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.commands.project import (
    check_project_words,
    is_file_of_circuit,
    library_folders,
    project_file,
)
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.cli.text import escape
from zkctl.errors import CheckFailed, UsageError, ZkctlError

if TYPE_CHECKING:
    from zkctl.toolchain.lint.report import LintReport
    from zkctl.toolchain.lint.run import LintChoices

CIRCOM = ".circom"
FORMATS = ("text", "json", "sarif", "github")

Linted = Annotated[
    str | None,
    Argument(
        metavar="CIRCUIT",
        help="FILE.py[:NAME], FILE.circom, FILE.wprog, FILE.r1cs, or a circuit of the project.",
    ),
]
All = Annotated[bool, Option("--all", help="Lint every circuit of the project.")]
Symbols = Annotated[
    Path | None,
    Option(
        "--sym",
        metavar="FILE.sym",
        help="The names of FILE.r1cs, by default the .sym beside it.",
        callback=data_file,
    ),
]
Libraries = Annotated[
    list[Path] | None,
    Option("-l", "--library", metavar="DIR", help="A folder of files that FILE.circom includes."),
]
WitnessFile = Annotated[
    Path | None,
    Option(
        "--witness",
        metavar="FILE.wtns",
        help="A witness of FILE.r1cs, from which the search for a second one begins.",
        callback=data_file,
    ),
]
StrictVerdict = Annotated[
    bool, Option("--strict", help="Exit with 1 also if an output is UNKNOWN.")
]
Format = Annotated[
    str, Option("--format", metavar="FORMAT", help="text, json, sarif or github (annotations).")
]
Waivers = Annotated[
    Path | None,
    Option(
        "--waivers",
        metavar="FILE.yaml",
        help="Findings that are accepted, with reasons and dates.",
        callback=data_file,
    ),
]
NoContracts = Annotated[
    bool, Option("--no-contracts", help="Believe no argument on paper about a library gadget.")
]
Deterministic = Annotated[
    bool, Option("--deterministic", help="Compile twice in other processes and compare the files.")
]
CertificateFile = Annotated[
    Path | None,
    Option("--certificate", metavar="FILE.json", help="Write the proof of a PROVED circuit."),
]
Replay = Annotated[
    Path | None,
    Option(
        "--replay",
        metavar="FILE.json",
        help="Check the proof in this certificate instead of looking for one.",
        callback=data_file,
    ),
]
OutputFolder = Annotated[
    Path | None,
    Option(
        "-o", "--output", metavar="DIR", help="Write the two witnesses of a counterexample there."
    ),
]


def register(app: CommandGroup) -> None:
    """Add the command to the application."""
    command(app, "lint", runs_code=True)(lint)


def lint(
    terminal: Terminal,
    circuit: Linted = None,
    parameters: Parameters = None,
    sym: Symbols = None,
    witness: WitnessFile = None,
    libraries: Libraries = None,
    strict: StrictVerdict = False,
    format_: Format = "text",
    waivers: Waivers = None,
    no_contracts: NoContracts = False,
    deterministic: Deterministic = False,
    output: OutputFolder = None,
    certificate: CertificateFile = None,
    replay: Replay = None,
    force: Force = False,
    all_: All = False,
    project: ProjectFile = None,
) -> Answer:
    """Prove the outputs of a circuit unique, or break them.

    Says for every output whether the inputs determine it: PROVED, BROKEN with two witnesses that
    differ, or UNKNOWN. Reports probable faults with codes. Exits with 1 for BROKEN and for errors.

    Example:
        zkctl lint preimage.py
        zkctl lint square.circom -l node_modules
        zkctl lint preimage.r1cs --sym preimage.sym --strict
    """
    from zkctl.toolchain.lint.run import LintChoices

    if format_ not in FORMATS:
        raise UsageError(
            f"the format is unknown: expected one of {', '.join(FORMATS)}, got {format_!r}",
            hint="pass --format text",
        )
    terminal.as_json = terminal.as_json or format_ == "json"
    choices = LintChoices(
        waivers=waivers,
        output=output,
        force=force,
        deterministic=deterministic,
        with_contracts=not no_contracts,
        folders=tuple(libraries or []),
        sym=sym,
        witness=witness,
        certificate=certificate,
        replay=replay,
    )
    reports = _reports(terminal, circuit, parameters or [], choices, all_, project)
    # a certificate is for readers that rely on the proof of every output
    strict = strict or certificate is not None or replay is not None
    return _answer(terminal, reports, format_, strict=strict)


def _reports(
    terminal: Terminal,
    circuit: str | None,
    parameters: list[str],
    choices: LintChoices,
    all_: bool,
    project: Path | None,
) -> list[LintReport]:
    from zkctl.toolchain.lint.run import lint_file, lint_project, lint_source

    if circuit is None or not is_file_of_circuit(circuit):
        unexpected = {"-P": bool(parameters), "--sym": choices.sym, "--witness": choices.witness}
        unexpected |= {"--certificate": choices.certificate, "--replay": choices.replay}
        check_project_words(circuit, all_, [name for name, given in unexpected.items() if given])
        names = [] if circuit is None else [circuit]
        return lint_project(
            project_file(project), names=names, choices=choices, progress=terminal.progress
        )
    if all_ or project is not None:
        raise UsageError(
            "a file is linted without a project: expected no --all and no --project",
            hint="name a circuit of the project instead",
        )
    _check_fits(circuit, parameters, choices)
    if circuit.endswith((".wprog", ".r1cs")):
        return [lint_file(Path(circuit), choices, progress=terminal.progress)]
    values = template_parameters(parameters)
    choices = replace(choices, folders=library_folders(circuit, choices.folders))
    return [lint_source(circuit, values, choices, progress=terminal.progress)]


def _check_fits(circuit: str, parameters: list[str], choices: LintChoices) -> None:
    """Check that no option is for another kind of file.  Raises: UsageError."""
    python = not circuit.endswith((".wprog", ".r1cs", CIRCOM))
    foreign = circuit.endswith(".r1cs")
    options = {
        "-P": bool(parameters) and not python,
        "--deterministic": choices.deterministic and not python,
        "-l": bool(choices.folders) and not circuit.endswith(CIRCOM),
        "--sym": choices.sym is not None and not foreign,
        "--witness": choices.witness is not None and not foreign,
    }
    for name, is_unexpected in options.items():
        if is_unexpected:
            raise UsageError(
                f"the option is for another kind of file: expected no {name} with {escape(circuit)}",
                hint="pass --sym and --witness with FILE.r1cs, -l with FILE.circom, -P and --deterministic with FILE.py",
            )


def _answer(terminal: Terminal, reports: list[LintReport], format_: str, *, strict: bool) -> Answer:
    result = {"circuits": reports, "warnings": [w for each in reports for w in each.warnings]}
    return Answer(
        result,
        text=_text(reports, format_, verbose=terminal.verbose),
        failure=_failure(reports, strict=strict),
        include_result=True,
    )


def _text(reports: list[LintReport], format_: str, *, verbose: bool) -> Iterator[str]:
    from zkctl.lint.findings import Level
    from zkctl.lint.verdict import Verdict
    from zkctl.toolchain.lint.annotations import annotation_lines
    from zkctl.toolchain.lint.sarif import sarif_log
    from zkctl.toolchain.lint.text import text_lines

    if format_ == "sarif":
        yield json.dumps(sarif_log(reports), indent=1)
        return
    for report in reports:
        if format_ == "github":
            yield from (escape(line) for line in annotation_lines(report))
            continue
        yield from (escape(line) for line in text_lines(report, with_notes=verbose))
        if report.verdict == Verdict.BROKEN and not report.files:
            yield "  -o DIR writes the two witnesses: both are proved and verified"
        if report.n_findings(Level.NOTE) and not verbose:
            yield "  --verbose shows the notes"


def _failure(reports: list[LintReport], *, strict: bool) -> ZkctlError | None:
    refused = [each for each in reports if each.is_refused(strict=strict)]
    if not refused:
        return None
    names = ", ".join(each.circuit for each in refused[:8])
    has_verdict = any(each.is_refused_by_verdict(strict=strict) for each in refused)
    return CheckFailed(
        f"lint refuses {len(refused)} of {len(reports)} circuits: {names}",
        hint="correct the circuits: a verdict cannot be waived"
        if has_verdict
        else "correct the circuits, or accept a finding with a reason in a file of waivers",
    )
