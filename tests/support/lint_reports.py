"""Reports of lint made by hand, for the tests of their forms."""

from __future__ import annotations

from zkctl.toolchain.lint.report import FindingLine, LintReport, OutputLine

PLACED = FindingLine(
    "L006",
    "unsafe-division",
    "warning",
    "signal c is a quotient",
    "prove the divisor",
    "c",
    (3,),
    "circuits/a b.py",
    7,
    5,
    12,
    "a b.py:7:5 in ratio\n7 | constrain(c * b == a)\n  | ^^^^^^^",
)
UNPLACED = FindingLine("L004", "unused-input", "error", "input x: 50%,\nunused", "", "x", (2,))
NOTED = FindingLine("L017", "assumption", "note", "assumed", "")
WAIVED = FindingLine("L012", "unbound-public-input", "warning", "unbound", "", "y", reason="bound by the contract")  # fmt: skip

REPORT = LintReport(
    circuit="ratio",
    field="bn254.fr",
    n_constraints=1,
    n_wires=4,
    verdict="BROKEN",
    outputs=[OutputLine("d", "PROVED"), OutputLine("c", "BROKEN", "0 or 1, for the same inputs")],
    findings=[NOTED, PLACED, UNPLACED],
    waived=[WAIVED],
    file="circuits/ratio.py",
)
