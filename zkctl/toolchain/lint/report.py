"""The report of lint: verdicts and findings as plain data, for people, JSON, SARIF and annotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from zkctl.constraints.signals import Role
from zkctl.constraints.source_map import LIBRARY, describe
from zkctl.field import scalar_field_by_modulus
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.registry import NAMES, left_out
from zkctl.lint.subject import Subject
from zkctl.lint.system import System
from zkctl.lint.verdict import Judgement, Verdict
from zkctl.lint.waivers import Waiver, sort_findings
from zkctl.runtime.printable import printable
from zkctl.runtime.records import made_by, record
from zkctl.toolchain.lint.judge import Judged

NO_OUTPUTS = "NO-OUTPUTS"  # nothing is asked, so that nothing is proved


@record
class OutputLine:
    """The verdict on an output signal; for an array the weakest of its elements, `n_elements` counting those that have it."""

    name: str
    verdict: str
    reason: str = ""
    n_elements: int = 1


@record
class FindingLine:
    """A finding; `file` is its source file from the folder in which lint runs, `line` and columns count from 1, 0 for no source."""

    code: str
    name: str
    level: str
    message: str
    hint: str
    signal: str = ""
    constraints: tuple[int, ...] = ()
    file: str = ""
    line: int = 0
    column: int = 0
    end_column: int = 0
    source: str = ""  # the line with a caret, and its callers
    reason: str = ""  # of the waiver that accepts it


@record
class LintReport:
    """The result for one circuit.

    `verdict` is PROVED, BROKEN, UNKNOWN or NO-OUTPUTS.  `counterexample` shows inputs that lint chose, never those of a user;
    `files` are its witnesses, or a certificate.  `file` is the linted file, from the folder in which lint runs.
    `relies_on` names assumptions and contracts that the verdict needs.
    """

    circuit: str
    field: str
    n_constraints: int
    n_wires: int
    verdict: str
    outputs: list[OutputLine]
    findings: list[FindingLine]
    waived: list[FindingLine] = made_by(list)
    n_steps: int = 0
    is_checked: bool = False
    relies_on: list[str] = made_by(list)
    counterexample: list[str] = made_by(list)
    files: list[str] = made_by(list)
    file: str = ""
    warnings: list[str] = made_by(list)

    def n_findings(self, level: Level) -> int:
        """Return the number of findings of a level that no waiver accepts."""
        return sum(each.level == level for each in self.findings)

    def is_refused(self, *, strict: bool) -> bool:
        """Return whether an output is BROKEN or an error is open; with `strict` also whether a verdict is UNKNOWN."""
        return self.is_refused_by_verdict(strict=strict) or self.n_findings(Level.ERROR) > 0

    def is_refused_by_verdict(self, *, strict: bool) -> bool:
        """Return whether the verdict alone is a refusal, which no waiver accepts."""
        return self.verdict == Verdict.BROKEN or (strict and self.verdict == Verdict.UNKNOWN)


def finding_line(finding: LintFinding, folder: Path, reason: str = "") -> FindingLine:
    """Return a finding as a line of the report; `folder` is that of the circuit's source."""
    found = FindingLine(
        finding.code,
        NAMES.get(finding.code, ""),
        finding.level.value,
        printable(finding.message, 1000),
        finding.hint,
        finding.signal,
        finding.rows,
        reason=reason,
    )
    span = finding.span
    if span is None:
        return found
    column = max(span.column, len(span.text) - len(span.text.lstrip())) + 1
    return replace(
        found,
        file=span.file if span.file.startswith(LIBRARY) else path_from_here(folder / span.file),
        line=span.line,
        column=column,
        end_column=max(span.end_column, column) + 1,
        source=describe(finding.chain),
    )


def path_from_here(path: Path) -> str:
    """Return a path from the working folder if it is inside, as code hosts expect it."""
    found, here = path.absolute(), Path.cwd()
    return (found.relative_to(here) if found.is_relative_to(here) else path).as_posix()


@record(eq=False)
class Linted:
    """A circuit with all that was found; `folder` is that of its source."""

    circuit: str
    system: System
    subject: Subject
    judged: Judged
    findings: list[LintFinding]
    folder: Path = Path()


def report_of(
    linted: Linted, waivers: Sequence[Waiver], *, today: date | None = None
) -> LintReport:
    """Return the report; `today` is the date on which waivers are judged."""
    found = sort_findings(linted.findings, waivers, today or date.today())
    judgement, folder = linted.judged.judgement, linted.folder
    outputs = _output_lines(linted.subject, judgement)
    return LintReport(
        circuit=linted.circuit,
        field=_field_name(linted.system.modulus),
        n_constraints=len(linted.system.rows),
        n_wires=linted.system.n_wires,
        verdict=judgement.verdict.value if outputs else NO_OUTPUTS,
        outputs=outputs,
        findings=[finding_line(each, folder) for each in found.open],
        waived=[finding_line(each, folder, waiver.reason) for each, waiver in found.waived],
        n_steps=len(judgement.certificate),
        is_checked=linted.judged.is_checked,
        relies_on=list(judgement.relies_on),
        warnings=[*left_out(linted.subject), *found.remarks],
    )


def _field_name(modulus: int) -> str:
    field = scalar_field_by_modulus(modulus)
    return str(modulus) if field is None else field.name


def _output_lines(subject: Subject, judgement: Judgement) -> list[OutputLine]:
    """Return one line for each output signal, with the weakest verdict among its elements."""
    verdicts = {each.wire: each for each in judgement.outputs}
    order = [Verdict.BROKEN, Verdict.UNKNOWN, Verdict.PROVED]
    lines = []
    for signal in subject.signals:
        found = [verdicts[wire] for wire in signal.wires if wire in verdicts]
        if signal.role is not Role.OUTPUT or not found:
            continue
        weakest = min((each.verdict for each in found), key=order.index)
        same = [each for each in found if each.verdict is weakest]
        lines.append(OutputLine(signal.name, weakest.value, same[0].reason, len(same)))
    return lines
