"""The report of lint as workflow commands of GitHub Actions, which shows them beside the lines of a change."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.toolchain.lint.findings_of_verdict import with_verdict
from zkctl.toolchain.lint.report import FindingLine, LintReport

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def annotation_lines(report: LintReport) -> Iterator[str]:
    """Yield one command for each finding that no waiver accepts."""
    for finding in with_verdict(report):
        if not finding.reason:
            properties = _properties(finding, report.file)
            yield f"::{_COMMANDS[finding.level]} {properties}::{_data(_text(finding))}"


def _text(finding: FindingLine) -> str:
    return f"{finding.message}\nhint: {finding.hint}" if finding.hint else finding.message


def _properties(finding: FindingLine, linted: str) -> str:
    found = {"title": f"{finding.code} {finding.name}"}
    if finding.file:
        found |= {"file": finding.file, "line": str(finding.line)}
        found |= {"col": str(finding.column), "endColumn": str(finding.end_column)}
    elif linted:
        found |= {"file": linted, "line": "1"}
    return ",".join(f"{name}={_property(value)}" for name, value in found.items())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
