"""Circom programs from strings, without files: the tree after desugaring, and what the static checks say."""

from __future__ import annotations

from pathlib import Path

from zkctl.circom.checks import warnings_of
from zkctl.circom.findings import CircomError
from zkctl.circom.nodes import Program
from zkctl.circom.parser import parse
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import SourceFile
from zkctl.circom.sugar import desugar

BEGIN = "template T() { signal input a; signal input v[2]; signal output b; "
END = " } component main = T();"


def program_of(text: str) -> Program:
    """The desugared tree of a text."""
    source = SourceFile("main.circom", Path("main.circom"), text.encode())
    errors: list[CircomFinding] = []
    parsed = parse(source, 0, errors)
    assert not errors, errors
    definitions = {each.name: each for each in parsed.definitions}
    return desugar(Program((source,), definitions, parsed.main, parsed.has_custom_templates))


def findings_of(text: str) -> tuple[CircomFinding, ...]:
    """The errors of the static checks, in order."""
    try:
        warnings_of(program_of(text))
    except CircomError as error:
        return error.findings
    return ()


def codes_of(text: str) -> list[str]:
    """The codes of the errors of a program."""
    return [finding.code for finding in findings_of(text)]


def codes_in(body: str, before: str = "") -> list[str]:
    """The codes of the errors of a template with inputs a and v[2], and output b."""
    return codes_of(before + BEGIN + body + END)


def finding_in(body: str, before: str = "") -> CircomFinding:
    """The only error of such a template."""
    (finding,) = findings_of(before + BEGIN + body + END)
    return finding
