from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.support.lint_reports import REPORT
from tests.support.linted import foreign, foreign_subject
from zkctl.constraints.source_map import Span
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.verdict import Judgement, OutputVerdict, Verdict
from zkctl.lint.waivers import Waiver
from zkctl.toolchain.lint.judge import Judged
from zkctl.toolchain.lint.report import Linted, finding_line, report_of

LINE = Span("c.py", 7, 0, 9, "c", "    x * y")


def linted(*verdicts: Verdict) -> Linted:
    n = len(verdicts)
    row = ({1 + n: 1}, {1 + n: 1}, {1: 1} if n else {2: 1})
    names = [*(f"o[{k}]" for k in range(n)), "x", "y"]
    system = foreign([row], names, n_outputs=n, n_inputs=1)
    outputs = tuple(OutputVerdict(1 + k, each, "why") for k, each in enumerate(verdicts))
    judgement = Judgement(outputs, [["solve", 0]], frozenset({0}), {}, ())
    findings = [LintFinding(Level.WARNING, "unused", signal="x", code="L004")]
    judged = Judged(judgement, None, is_checked=True)
    return Linted("c", system, foreign_subject(system), judged, findings)


def test_a_report() -> None:
    waiver = Waiver("x", "L004", "it is for later", date(2027, 1, 1), signal="x")
    report = report_of(linted(Verdict.PROVED), [waiver], today=date(2026, 12, 1))
    assert (report.circuit, report.field, report.n_constraints) == ("c", "bn254.fr", 1)
    assert (report.verdict, report.n_steps, report.is_checked) == ("PROVED", 1, True)
    assert report.findings == []
    assert [each.reason for each in report.waived] == ["it is for later"]
    late = report_of(linted(Verdict.PROVED), [waiver], today=date(2027, 1, 2))
    assert [each.code for each in late.findings] == ["L004"]
    assert late.warnings == ["the waiver x has expired on 2027-01-01"]


def test_the_verdict_on_an_array_is_the_weakest_of_its_elements() -> None:
    report = report_of(linted(Verdict.PROVED, Verdict.BROKEN, Verdict.UNKNOWN, Verdict.BROKEN), [])
    (line,) = report.outputs
    assert (line.name, line.verdict, line.reason, line.n_elements) == ("o", "BROKEN", "why", 2)
    assert report.verdict == "BROKEN"


def test_a_circuit_without_outputs_is_not_called_proved() -> None:
    assert report_of(linted(), []).verdict == "NO-OUTPUTS"


@pytest.mark.parametrize(
    ("verdict", "level", "refused", "strictly"),
    [
        ("PROVED", "warning", False, False),
        ("UNKNOWN", "warning", False, True),
        ("BROKEN", "note", True, True),
        ("PROVED", "error", True, True),
        ("NO-OUTPUTS", "note", False, False),
    ],
)
def test_refusals(verdict: str, level: str, refused: bool, strictly: bool) -> None:
    report = replace(REPORT, verdict=verdict, findings=[replace(REPORT.findings[0], level=level)])
    assert report.is_refused(strict=False) is refused
    assert report.is_refused(strict=True) is strictly


def test_the_place_of_a_finding() -> None:
    line = finding_line(LintFinding(Level.NOTE, "text", chain=(LINE,)), Path("circuits"))
    assert (line.file, line.line, line.column, line.end_column) == ("circuits/c.py", 7, 5, 10)
    assert line.source == "c.py:7:1 in c\n7 | x * y\n  | ^^^^^"
    library = LINE._replace(file="zkctl/gadgets/bits.py")
    assert (
        finding_line(LintFinding(Level.NOTE, "text", chain=(library,)), Path("circuits")).file
        == library.file
    )
    assert finding_line(LintFinding(Level.NOTE, "text"), Path("circuits")).file == ""


def test_a_file_below_the_working_folder_is_named_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    finding = LintFinding(Level.NOTE, "text", chain=(LINE,))
    assert finding_line(finding, tmp_path / "circuits").file == "circuits/c.py"
    assert finding_line(finding, Path("/elsewhere")).file == "/elsewhere/c.py"
