from __future__ import annotations

from dataclasses import replace

from tests.support.lint_reports import REPORT
from zkctl.toolchain.lint.report import OutputLine
from zkctl.toolchain.lint.text import text_lines


def test_a_broken_circuit() -> None:
    """Outputs that are not proved come first, errors before warnings; notes are shown if asked for."""
    assert list(text_lines(REPORT)) == [
        "ratio: BROKEN, 2 outputs, 1 constraint",
        "  BROKEN   c  0 or 1, for the same inputs",
        "  PROVED   d",
        "L004 error: input x: 50%,\nunused",
        "  at constraint 2",
        "L006 warning: signal c is a quotient",
        "  a b.py:7:5 in ratio",
        "  7 | constrain(c * b == a)",
        "    | ^^^^^^^",
        "  hint: prove the divisor",
        "1 error, 1 warning, 1 note, 1 waived",
    ]
    assert "L017 note: assumed" in list(text_lines(REPORT, with_notes=True))


def test_a_proved_circuit() -> None:
    outputs = [OutputLine("d", "PROVED", n_elements=3)]
    proved = replace(REPORT, verdict="PROVED", outputs=outputs, findings=[], waived=[])
    proved = replace(proved, n_steps=5, is_checked=True, relies_on=["a claim"])
    assert list(text_lines(proved)) == [
        "ratio: PROVED, 3 outputs, 1 constraint, a certificate of 5 steps is checked",
        "  PROVED   d",
        "  relies on a claim",
        "no findings",
    ]


def test_a_circuit_without_outputs_and_one_with_many() -> None:
    silent = replace(REPORT, verdict="NO-OUTPUTS", outputs=[])
    assert (
        next(text_lines(silent))
        == "ratio: NO-OUTPUTS, so that uniqueness is not asked; 1 constraint"
    )
    many = replace(REPORT, outputs=[OutputLine(f"o{k}", "PROVED") for k in range(50)])
    assert "  and 10 more outputs" in list(text_lines(many))
