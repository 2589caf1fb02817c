"""Verdicts as findings, for reports that know nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.lint.findings import Level
from zkctl.lint.registry import NAMES, UNIQUENESS
from zkctl.lint.verdict import Verdict
from zkctl.toolchain.lint.report import FindingLine, LintReport

_LEVELS = {Verdict.BROKEN.value: Level.ERROR, Verdict.UNKNOWN.value: Level.WARNING}
_HINTS = {
    Verdict.BROKEN.value: "constrain the output until the inputs determine it",
    Verdict.UNKNOWN.value: "look at the reason, and add the constraint that is missing or accept the verdict",
}


def with_verdict(report: LintReport) -> Iterator[FindingLine]:
    """Yield a finding for each output that is BROKEN or UNKNOWN, then the findings and those that are waived."""
    for each in report.outputs:
        if each.verdict in _LEVELS:
            reason = f": {each.reason}" if each.reason else ""
            yield FindingLine(
                UNIQUENESS,
                NAMES[UNIQUENESS],
                _LEVELS[each.verdict].value,
                f"output {each.name} of {report.circuit} is {each.verdict}{reason}",
                _HINTS[each.verdict],
                each.name,
            )
    yield from report.findings
    yield from report.waived
