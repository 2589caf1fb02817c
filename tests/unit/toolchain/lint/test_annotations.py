from __future__ import annotations

from tests.support.lint_reports import REPORT
from zkctl.toolchain.lint.annotations import annotation_lines


def test_one_command_for_each_finding_that_is_not_waived() -> None:
    assert list(annotation_lines(REPORT)) == [
        "::error title=L000 output-not-unique,file=circuits/ratio.py,line=1::output c of ratio is BROKEN: 0 or 1, for the same inputs"
        "%0Ahint: constrain the output until the inputs determine it",
        "::notice title=L017 assumption,file=circuits/ratio.py,line=1::assumed",
        "::warning title=L006 unsafe-division,file=circuits/a b.py,line=7,col=5,endColumn=12"
        "::signal c is a quotient%0Ahint: prove the divisor",
        "::error title=L004 unused-input,file=circuits/ratio.py,line=1::input x: 50%25,%0Aunused",
    ]
