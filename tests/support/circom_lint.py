"""Lints circom programs that a test writes as text."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support.circom_execution import PRAGMA
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR
from zkctl.lint.circom_system import LintedCircom
from zkctl.lint.findings import LintFinding
from zkctl.lint.registry import run_passes
from zkctl.lint.verdict import Verdict
from zkctl.toolchain.lint.judge import judged

GADGETS = """
template Bits(n) {
    signal input in;
    signal output out[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        out[i] <-- (in >> i) & 1;
        out[i] * (out[i] - 1) === 0;
        sum += out[i] * 2**i;
    }
    sum === in;
}
template IsNull() {
    signal input in;
    signal output out;
    signal inv;
    inv <-- in != 0 ? 1 / in : 0;
    out <== 1 - in * inv;
    in * out === 0;
}
template Less(n) {
    signal input x;
    signal input y;
    signal output out;
    component bits = Bits(n + 1);
    bits.in <== x + 2**n - y;
    out <== 1 - bits.out[n];
}
"""


def circom_circuit(text: str) -> CircomCircuit:
    """Compile a program without a pragma, without simplification."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "main.circom"
        path.write_text(PRAGMA + text)
        level = SimplificationLevel(0)
        return compile_program(path, [], BN254_FR, level).circuit


def body_circuit(body: str, more: str = "") -> CircomCircuit:
    """Compile the body of main's template, with the gadgets of this file."""
    return circom_circuit(f"{GADGETS}{more}\ntemplate T() {{\n{body}\n}}\ncomponent main = T();\n")


def verdict_of(circuit: CircomCircuit) -> Verdict:
    """Judge a circuit as `zkctl lint` does: the checker has replayed what is PROVED."""
    return judged(LintedCircom(circuit).system).judgement.verdict


def findings_of(circuit: CircomCircuit) -> list[LintFinding]:
    """Return the findings of all passes with the verdict known."""
    linted = LintedCircom(circuit)
    return run_passes(linted.subject(judged(linted.system).judgement))


def codes_of(circuit: CircomCircuit) -> set[str]:
    """Return the codes of the findings."""
    return {each.code for each in findings_of(circuit)}
