from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.lint.run import LintChoices, lint_file, lint_project, lint_source

TEXT = """
from zkctl.dsl import Signal, circuit, constrain, hint, hints, private, public

@circuit
def ratio(a: Signal = private(), b: Signal = private()) -> Signal:
    c = hint(hints.divide_or_zero, a, b)
    constrain(c * b == a)
    return c

@circuit
def square(x: Signal = private(), tag: Signal = public()) -> Signal:
    return x * x
"""
WAIVERS = """version: 1
waivers:
  tag:
    code: L012
    signal: tag
    reason: "the contract compares it"
    until: "9999-12-31"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "c.py").write_text(TEXT)
    return tmp_path / "c.py"


def test_a_broken_circuit_with_its_witnesses(source: Path, tmp_path: Path) -> None:
    report = lint_source(f"{source}:ratio", {}, LintChoices(output=tmp_path))
    assert report.verdict == "BROKEN"
    assert [each.code for each in report.findings] == ["L006"]
    assert report.findings[0].file == source.as_posix()
    assert [Path(file).name for file in report.files] == [
        "lint-witness-1.wtns",
        "lint-witness-2.wtns",
    ]
    assert report.counterexample == ["for a = 0, b = 0"]
    assert "lint-witness" not in "".join(lint_source(f"{source}:ratio", {}, LintChoices()).files)


def test_a_finding_that_is_waived(source: Path, tmp_path: Path) -> None:
    (tmp_path / "waivers.yaml").write_text(WAIVERS)
    report = lint_source(f"{source}:square", {}, LintChoices(waivers=tmp_path / "waivers.yaml"))
    assert (report.verdict, report.findings) == ("PROVED", [])
    assert [(each.code, each.reason) for each in report.waived] == [
        ("L012", "the contract compares it")
    ]


def test_the_program_and_the_constraints_have_the_verdict_of_the_source(
    source: Path, tmp_path: Path
) -> None:
    for name, verdict in (("ratio", "BROKEN"), ("square", "PROVED")):
        compile_circuit(f"{source}:{name}", {}, tmp_path)
        for suffix in (".wprog", ".r1cs"):
            report = lint_file(tmp_path / f"{name}{suffix}", LintChoices())
            assert (report.circuit, report.verdict) == (name, verdict), suffix


def test_a_project(source: Path, tmp_path: Path) -> None:
    text = "version: 1\ncircuits:\n  one: {source: 'c.py:square'}\n  two: {source: 'c.py:ratio'}\n"
    (tmp_path / "zkctl.yaml").write_text(text)
    (one,) = lint_project(tmp_path, names=["one"], choices=LintChoices())
    assert (one.circuit, one.verdict) == ("one", "PROVED")
    reports = lint_project(tmp_path, names=[], choices=LintChoices())
    assert [(each.circuit, each.verdict) for each in reports] == [
        ("one", "PROVED"),
        ("two", "BROKEN"),
    ]


def test_the_inputs_of_a_witness_that_a_user_gave_are_not_shown(
    source: Path, tmp_path: Path
) -> None:
    compile_circuit(f"{source}:ratio", {}, tmp_path)
    lint_source(f"{source}:ratio", {}, LintChoices(output=tmp_path))
    given = LintChoices(witness=tmp_path / "lint-witness-1.wtns")
    assert lint_file(tmp_path / "ratio.r1cs", given).counterexample == []
