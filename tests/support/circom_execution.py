"""Executes circom programs that a test writes as text."""

from __future__ import annotations

import tempfile
from pathlib import Path

from zkctl.circom.elaborate import Elaborated, elaborate
from zkctl.circom.execution.run import ExecutionLimits
from zkctl.circom.findings import CircomError
from zkctl.circom.includes import load
from zkctl.circom.instance import Instance, Terms
from zkctl.circom.nodes import Program
from zkctl.circom.report import CircomFinding
from zkctl.field import BN254_FR

P = BN254_FR.modulus
PRAGMA = "pragma circom 2.2.0;\n"
Row = tuple[Terms, Terms, Terms]


def program_of(text: str) -> Program:
    """Read a program without a pragma."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "main.circom"
        path.write_text(PRAGMA + text)
        return load(path, [])


def executed(text: str, limits: ExecutionLimits | None = None) -> Elaborated:
    """Execute a program."""
    return elaborate(program_of(text), BN254_FR, limits)


def template(body: str) -> Instance:
    """Execute the body of main's template; other definitions may follow it after a line ---."""
    body, _, others = body.partition("---")
    return executed(f"template T() {{ {body} }} {others} component main = T();").main


def rows(instance: Instance) -> list[Row]:
    """The constraints of an instance, coefficients above p/2 as negative numbers."""
    return [(signed(row.a), signed(row.b), signed(row.c)) for row in instance.constraints]


def signed(terms: Terms) -> Terms:
    """A sum with coefficients above p/2 as negative numbers."""
    return {wire: k - P if k > P // 2 else k for wire, k in terms.items()}


def refused(body: str, limits: ExecutionLimits | None = None) -> CircomFinding:
    """The only error of a program that the executor refuses: a body of main's template, or a whole program."""
    text = body if "component main" in body else f"template T() {{ {body} }} component main = T();"
    program = program_of(text)
    try:
        elaborate(program, BN254_FR, limits)
    except CircomError as error:
        (finding,) = error.findings
        return finding
    raise AssertionError("the program was accepted")
