"""The lines of `log`: one blank between items, as circom's calculators print them (tests/interop/test_circom_log.py asks them)."""

from __future__ import annotations

from pathlib import Path

from tests.circom.programs import logged_witness
from tests.support.circom_random import P
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR

# Statements and what they print for a = 3, b = 9.
LOGS = [
    ('log("x");', "x"),
    ("log(a);", "3"),
    ('log("x", a);', "x 3"),
    ('log("x", a, b);', "x 3 9"),
    ("log();", ""),
    ('log("");', ""),
    ('log("", a);', "3"),
    ('log("", "", "y");', "y"),
    ('log(a, "", "y");', "3 y"),
    ('log(a, "");', "3"),
    ('log(" lead ", "trail  ");', " lead  trail  "),
    ('log("a   b");', "a   b"),
    ('log("100% %d \u00e9 \u6f22");', "100% %d \u00e9 \u6f22"),
    ("log(1 + 2, a - 5, a == 3);", f"3 {P - 2} 1"),
    ('if (a == 3) { log("in", a); }', "in 3"),
    ('for (var i = 0; i < a; i++) { log("i", i); }', "i 0\ni 1\ni 2"),
]
PROGRAM = (
    "pragma circom 2.0.0;\ntemplate T() { signal input a; signal output b; b <== a * a;\n"
    + "\n".join(statement for statement, _ in LOGS)
    + " }\ncomponent main = T();\n"
)
LINES = [line for _, lines in LOGS for line in lines.split("\n")]


def test_lines(tmp_path: Path) -> None:
    path = tmp_path / "logs.circom"
    path.write_text(PROGRAM)
    circuit = compile_program(path, [], BN254_FR, SimplificationLevel(0)).circuit
    assert logged_witness(circuit, {"a": 3}) == ([1, 9, 3], LINES)
