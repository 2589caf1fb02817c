"""The report of lint as text: the verdict, the outputs, and every finding with its source line."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.lint.findings import Level
from zkctl.lint.verdict import Verdict
from zkctl.toolchain.lint.report import NO_OUTPUTS, FindingLine, LintReport, OutputLine

_MAX_OUTPUTS = 40  # shown, those that are not proved first
_ORDER = {Level.ERROR.value: 0, Level.WARNING.value: 1, Level.NOTE.value: 2}


def text_lines(report: LintReport, *, with_notes: bool = False) -> Iterator[str]:
    """Yield the lines of a report; notes are counted only, unless `with_notes`."""
    yield _verdict_line(report)
    yield from _output_lines(report.outputs)
    yield from (f"  relies on {text}" for text in report.relies_on)
    yield from (f"  {text}" for text in report.counterexample)
    yield from (f"  written: {file}" for file in report.files)
    shown = [f for f in report.findings if with_notes or f.level != Level.NOTE]
    for finding in sorted(shown, key=lambda each: _ORDER[each.level]):
        yield from _finding_lines(finding)
    yield _count_line(report)


def _verdict_line(report: LintReport) -> str:
    head = f"{report.circuit}: {report.verdict}"
    n_rows = _counted(report.n_constraints, "constraint")
    if report.verdict == NO_OUTPUTS:
        return f"{head}, so that uniqueness is not asked; {n_rows}"
    n_outputs = sum(each.n_elements for each in report.outputs)
    checked = (
        f", a certificate of {_counted(report.n_steps, 'step')} is checked"
        if report.verdict == Verdict.PROVED and report.is_checked
        else ""
    )
    return f"{head}, {_counted(n_outputs, 'output')}, {n_rows}{checked}"


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _output_lines(outputs: list[OutputLine]) -> Iterator[str]:
    ranked = sorted(outputs, key=lambda each: each.verdict == Verdict.PROVED)
    for each in ranked[:_MAX_OUTPUTS]:
        reason = f"  {each.reason}" if each.reason else ""
        yield f"  {each.verdict:<7}  {each.name}{reason}"
    if len(ranked) > _MAX_OUTPUTS:
        yield f"  and {len(ranked) - _MAX_OUTPUTS} more outputs"


def _finding_lines(finding: FindingLine) -> Iterator[str]:
    yield f"{finding.code} {finding.level}: {finding.message}"
    if finding.source:
        yield from (f"  {line}" for line in finding.source.splitlines())
    elif finding.constraints:
        yield f"  at constraint {finding.constraints[0]}"
    if finding.hint:
        yield f"  hint: {finding.hint}"


def _count_line(report: LintReport) -> str:
    counts = [(report.n_findings(level), level.value) for level in Level]
    parts = [_counted(count, name) for count, name in counts if count]
    text = ", ".join(parts) or "no findings"
    text += f", {len(report.waived)} waived" if report.waived else ""
    return text
