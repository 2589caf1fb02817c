"""`zkctl lint`: files, projects, formats and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

TEXT = """
from zkctl.dsl import Signal, circuit, constrain, hint, hints, private, public

@circuit
def ratio(a: Signal = private(), b: Signal = private()) -> Signal:
    c = hint(hints.divide_or_zero, a, b)
    constrain(c * b == a)
    return c

@circuit
def square(x: Signal = private(), y: Signal = public()) -> Signal:
    return x * x + y * y

@circuit
def paid(x: Signal = private(), payee: Signal = public()) -> Signal:
    return x * x
"""
WAIVERS = """version: 1
waivers:
  payee:
    code: L012
    signal: payee
    reason: "the contract binds it"
    until: "9999-12-31"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "c.py").write_text(TEXT)
    (tmp_path / "waivers.yaml").write_text(WAIVERS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_circuit_that_is_proved(run: Run, folder: Path) -> None:
    done = run("lint", "c.py:square", "-q")
    assert (done.code, done.err) == (0, "")
    first, second, last = done.out.splitlines()
    assert first.startswith("square: PROVED, 1 output, 2 constraints, a certificate of ")
    assert (second, last) == ("  PROVED   out", "no findings")


def test_a_circuit_that_is_broken(run: Run, folder: Path) -> None:
    done = run("lint", "c.py:ratio", "-q")
    assert done.code == 1
    assert done.err == (
        "error: lint refuses 1 of 1 circuits: ratio\n"
        "hint: correct the circuits: a verdict cannot be waived\n"
    )
    assert done.out.splitlines()[0] == "ratio: BROKEN, 1 output, 1 constraint"
    assert "  c.py:7:15 in ratio" in done.out
    assert "  -o DIR writes the two witnesses: both are proved and verified" in done.out
    assert not list(folder.glob("*.wtns"))


def test_both_witnesses_satisfy_the_circuit(run: Run, folder: Path) -> None:
    assert run("compile", "c.py:ratio").code == 0
    done = run("lint", "ratio.wprog", "-o", ".", "-q")
    assert "  written: lint-witness-1.wtns" in done.out
    for k in (1, 2):
        assert run("check-witness", f"lint-witness-{k}.wtns", "--r1cs", "ratio.r1cs").code == 0
    again = run("lint", "ratio.r1cs", "--witness", "lint-witness-2.wtns", "-q")
    assert (again.code, again.out.split()[1]) == (1, "BROKEN,")


def test_findings_and_their_waivers(run: Run, folder: Path) -> None:
    done = run("lint", "c.py:paid", "-q")
    assert done.code == 0
    assert "L012 warning: public input payee is in no constraint: any value is accepted" in done.out
    waived = run("lint", "c.py:paid", "--waivers", "waivers.yaml", "-q")
    assert waived.out.splitlines()[-1] == "no findings, 1 waived"
    unused = run("lint", "c.py:square", "--waivers", "waivers.yaml", "-q")
    assert unused.err == "warning: the waiver payee is not used: no finding L012 at payee\n"


def test_strict_refuses_what_is_unknown(run: Run, folder: Path) -> None:
    """Without names the roles of wires are in doubt."""
    assert run("compile", "c.py:square").code == 0
    (folder / "square.sym").unlink()
    done = run("lint", "square.r1cs", "-q")
    assert (done.code, done.out.split()[1]) == (0, "UNKNOWN,")
    assert "the roles of wires are not known without a .sym file" in done.out
    assert run("lint", "square.r1cs", "--strict", "-q").code == 1


def test_notes_are_counted_and_shown_with_verbose(run: Run, folder: Path) -> None:
    text = TEXT.replace("return x * x\n", "return x + payee\n")
    (folder / "c.py").write_text(text)
    done = run("lint", "c.py:paid", "-q")
    assert "  --verbose shows the notes" in done.out
    assert "L015 note: no constraint multiplies signals" not in done.out
    assert "L015 note: no constraint multiplies signals" in run("lint", "c.py:paid", "-v").out


def test_formats_for_programs(run: Run, folder: Path) -> None:
    sarif = json.loads(run("lint", "c.py:ratio", "--format", "sarif", "-q").out)
    assert [r["ruleId"] for r in sarif["runs"][0]["results"]] == ["L000", "L006"]
    github = run("lint", "c.py:ratio", "--format", "github", "-q").out.splitlines()
    assert [line.partition(" title=")[0] for line in github] == ["::error", "::warning"]
    assert "file=c.py,line=7,col=15" in github[1]
    for words in (["--json"], ["--format", "json"]):
        found = run("lint", "c.py:ratio", *words).json
        (circuit,) = found["result"]["circuits"]
        assert (found["ok"], circuit["verdict"], circuit["circuit"]) == (False, "BROKEN", "ratio")


def test_a_project(run: Run, folder: Path) -> None:
    (folder / "zkctl.yaml").write_text(
        "version: 1\ncircuits:\n  one: {source: 'c.py:square'}\n  two: {source: 'c.py:ratio'}\n"
    )
    done = run("lint", "--all", "-q")
    assert done.code == 1
    assert [line[:8] for line in done.out.splitlines() if line[:3] in ("one", "two")] == [
        "one: PRO",
        "two: BRO",
    ]
    assert run("lint", "one", "-q").code == 0


def test_a_project_with_circom_circuits_and_folders_of_included_files(
    run: Run, folder: Path
) -> None:
    (folder / "parts").mkdir()
    (folder / "parts" / "square.circom").write_text(
        "pragma circom 2.0.0; template Square() { signal input a; signal output b; b <== a * a; }"
    )
    (folder / "s.circom").write_text(
        'pragma circom 2.0.0; include "square.circom"; component main = Square();'
    )
    (folder / "zkctl.yaml").write_text(
        "version: 1\ncircuits:\n  one: {source: 'c.py:square'}\n  two: {source: s.circom}\n"
    )
    done = run("lint", "--all", "-l", "parts", "-q")
    assert (done.code, done.out.count("PROVED, 1 output")) == (0, 2)
    assert run("lint", "two", "-l", "parts", "-q").code == 0
    assert "square.circom not found" in run("lint", "--all", "-q").err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["c.py", "--format", "xml"], "the format is unknown: expected one of text, json, sarif, github, got 'xml'"),
        (["c.py", "--all"], "a file is linted without a project: expected no --all and no --project"),
        ([], "circuits of a project are named in no or two ways"),
        (["one", "-P", "n=1"], "unexpected for circuits of a project: expected settings in zkctl.yaml, got -P"),
    ],
)  # fmt: skip
def test_words_that_do_not_fit(run: Run, folder: Path, words: list[str], message: str) -> None:
    done = run("lint", *words)
    assert done.code == 2
    assert message in done.err


def test_compile_runs_the_quick_passes_unless_told_not_to(run: Run, folder: Path) -> None:
    warning = "warning: L012: public input payee is in no constraint: any value is accepted"
    assert warning in run("compile", "c.py:paid").err
    assert "L012" not in run("compile", "c.py:paid", "--no-lint", "--force").err
    (folder / "zkctl.yaml").write_text("version: 1\ncircuits:\n  pay: {source: 'c.py:paid'}\n")
    assert "warning: pay: L012" in run("compile", "pay").err
    assert "L012" not in run("compile", "pay", "--no-lint").err


def test_a_certificate_is_written_and_replayed(run: Run, folder: Path) -> None:
    assert run("lint", "c.py:square", "--certificate", "proof.json", "-q").code == 0
    steps = json.loads((folder / "proof.json").read_text())
    done = run("lint", "c.py:square", "--replay", "proof.json", "--strict", "-q")
    assert (done.code, done.out.split()[1]) == (0, "PROVED,")
    (folder / "proof.json").write_text(json.dumps(steps[:-1]))
    short = run("lint", "c.py:square", "--replay", "proof.json", "-q")  # refused without --strict
    assert (short.code, short.out.split()[1]) == (1, "UNKNOWN,")
    assert "the certificate does not prove it" in short.out
    other = run("lint", "c.py:ratio", "--replay", "proof.json", "-q")
    assert (other.code, "PROVED" in other.out) == (1, False)
    unproved = run("lint", "c.py:ratio", "--certificate", "none.json")
    assert unproved.code == 1
    assert "no certificate is written to none.json: the verdict is BROKEN" in unproved.err
    assert not (folder / "none.json").exists()


@pytest.mark.parametrize(
    ("circuit", "option"),
    [
        ("c.py:square", ("--witness", "w.wtns")),
        ("c.py:square", ("--sym", "c.sym")),
        ("c.wprog", ("--sym", "c.sym")),
        ("c.wprog", ("-P", "n=3")),
        ("c.r1cs", ("-P", "n=3")),
        ("c.r1cs", ("--deterministic",)),
    ],
)
def test_an_option_of_another_kind_of_file(
    run: Run, folder: Path, circuit: str, option: tuple[str, ...]
) -> None:
    """An option that does nothing looks as if it had done its work."""
    done = run("lint", circuit, *option)
    assert done.code == 2
    assert (
        f"the option is for another kind of file: expected no {option[0]} with {circuit}"
        in done.err
    )


def test_a_replayed_proof_names_its_contracts(run: Run, folder: Path) -> None:
    (folder / "hashed.py").write_text(
        "from zkctl.dsl import *\nfrom zkctl.gadgets.hash.pedersen import pedersen\n"
        "@circuit\ndef main(bits: Array[Bit] = private(6)) -> Signal:\n    return pedersen(list(bits)).x\n"
    )
    assert run("lint", "hashed.py", "--certificate", "h.json", "-q").code == 0
    done = run("lint", "hashed.py", "--replay", "h.json", "-q")
    assert (done.code, "relies on contract pedersen" in done.out) == (0, True)
    assert run("lint", "hashed.py", "--replay", "h.json", "--no-contracts", "-q").code == 1
