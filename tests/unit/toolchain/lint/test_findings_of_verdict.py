from __future__ import annotations

from dataclasses import replace

from tests.support.lint_reports import REPORT, WAIVED
from zkctl.toolchain.lint.findings_of_verdict import with_verdict
from zkctl.toolchain.lint.report import OutputLine


def test_outputs_that_are_not_proved_are_findings() -> None:
    outputs = [OutputLine("a", "PROVED"), OutputLine("b", "UNKNOWN", "no rule")]
    first, *others = with_verdict(replace(REPORT, outputs=outputs))
    assert (first.code, first.level, first.signal) == ("L000", "warning", "b")
    assert first.message == "output b of ratio is UNKNOWN: no rule"
    assert others == [*REPORT.findings, WAIVED]
