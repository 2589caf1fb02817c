"""The commands on a project, through the command line."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

CIRCUIT = """from zkctl.dsl import Signal, circuit, private, public

@circuit
def product(a: Signal = private(), b: Signal = public(), *, n: int = 1) -> Signal:
    return a * b + n
"""
SETTINGS = """version: 1
circuits:
  product:
    source: circuits/product.py
  next-one:
    source: circuits/product.py
    parameters: {n: 2}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a project."""
    (tmp_path / "circuits").mkdir()
    (tmp_path / "circuits/product.py").write_text(CIRCUIT)
    (tmp_path / "zkctl.yaml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_compile_all_from_a_folder_below(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "circuits")
    result = run("compile", "--all", "--json").json["result"]
    assert [(c["name"], c["written"]) for c in result["circuits"]] == [
        ("product", True), ("next-one", True),
    ]  # fmt: skip
    done = run("compile", "--all", "--project", folder / "zkctl.yaml")
    assert (done.code, "next-one  bn254.fr" in done.out) == (0, True)
    assert len(list((folder / "build").iterdir())) == 6


def test_compile_one_by_name(run: Run, folder: Path) -> None:
    assert run("compile", "next-one").code == 0
    assert {file.stem for file in (folder / "build").iterdir()} == {"next-one"}
    outcome = run("compile", "nothing")
    assert outcome.code == 2
    assert "the project has no circuit nothing: expected one of product, next-one" in outcome.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--all", "-P", "n=1"], "unexpected for circuits of a project: expected settings in zkctl.yaml, got -P"),
        (["--all", "--for", "plonk"], "unexpected for circuits of a project: expected settings in zkctl.yaml, got --for"),
        (["product", "--O0"], "unexpected for circuits of a project: expected settings in zkctl.yaml, got --O0"),
        (["--all", "--force"], "got --force"),
        (["--all", "-o", "x"], "got --output"),
        (["--all", "product"], "circuits of a project are named in no or two ways: expected either --all or the name of one"),
        (["--project", "zkctl.yaml"], "circuits of a project are named in no or two ways"),
        ([], "missing argument 'FILE.py[:NAME]'"),
    ],
)  # fmt: skip
def test_words_that_are_refused(run: Run, folder: Path, words: list[str], message: str) -> None:
    outcome = run("compile", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert not (folder / "build").exists()


def test_check(run: Run, folder: Path) -> None:
    result = run("check", "--json").json["result"]
    assert [c["name"] for c in result["circuits"]] == ["product", "next-one"]
    assert (result["circuits"][0]["public"], result["failed"]) == (["b"], [])
    assert "next-one" in run("check", "next-one").out
    assert run("check", "circuits/product.py", "-P", "n=3").code == 0
    assert not (folder / "build").exists()


def test_check_lists_every_mistake(run: Run, folder: Path) -> None:
    settings = SETTINGS.replace("n: 2", "m: 2") + "  third:\n    source: circuits/none.py\n"
    (folder / "zkctl.yaml").write_text(settings)
    outcome = run("check")
    assert outcome.code == 3
    assert "2 of 3 circuits of the project have mistakes" in outcome.err
    assert "correct the circuits: next-one, third" in outcome.err
    lines = outcome.out.splitlines()
    assert "next-one: product has no template parameter m" in lines
    assert "third: no such file" in lines
    assert "`" not in outcome.out  # no function of Python
    document = run("check", "--json").json
    assert document["error"]["code"] == 3
    assert [c["name"] for c in document["result"]["failed"]] == ["next-one", "third"]
    assert [c["name"] for c in document["result"]["circuits"]] == ["product"]


def test_check_of_one_file_fails_as_compile_does(run: Run, folder: Path) -> None:
    outcome = run("check", "circuits/product.py", "-P", "m=3")
    assert outcome.code == 3
    assert "product has no template parameter m" in outcome.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["circuits/product.py", "--locked"], "a file is checked without a project: expected no --project and no --locked"),
        (["circuits/product.py", "--project", "zkctl.yaml"], "a file is checked without a project"),
        (["-P", "n=1"], "unexpected for circuits of a project: expected settings in zkctl.yaml, got -P"),
        (["product", "-P", "n=1"], "unexpected for circuits of a project"),
        (["circuits/product.r1cs"], "expected FILE.py, FILE.py:NAME or FILE.circom, got circuits/product.r1cs"),
    ],
)  # fmt: skip
def test_words_that_check_refuses(run: Run, folder: Path, words: list[str], message: str) -> None:
    outcome = run("check", *words)
    assert outcome.code == 2
    assert message in outcome.err


def test_lock(run: Run, folder: Path) -> None:
    outcome = run("check", "--locked")
    assert (outcome.code, "hint: run `zkctl lock` first" in outcome.err) == (5, True)
    assert run("lock").code == 0
    for words in (["check", "--locked"], ["compile", "--all", "--locked"], ["lock", "--check"]):
        assert run(*words).code == 0, words
    (folder / "circuits/product.py").write_text(CIRCUIT.replace("a * b", "b * a"))
    for words in (["check", "--locked"], ["compile", "--all", "--locked"], ["lock", "--check"]):
        outcome = run(*words)
        assert outcome.code == 4, words
        assert "the project differs from zkctl.lock: expected no difference, got 2" in outcome.err
        assert "  what " in outcome.err
        assert "or, if it is meant, run `zkctl lock`" in outcome.err


def test_locked_proofs(run: Run, folder: Path) -> None:
    """A file of a proof that is not as in the lock is refused before it is read."""
    assert (run("compile", "--all").code, run("lock").code) == (0, 0)
    (folder / "build/next-one.zkey").write_text("x")
    r1cs, program = "build/next-one.r1cs", "build/next-one.wprog"
    for words in (
        ["setup", "groth16", r1cs, "zkctl.yaml", "-o", "a.zkey", "--locked"],
        ["setup", "plonk", r1cs, "zkctl.yaml", "-o", "a.zkey", "--locked"],
        ["fflonk", "setup", r1cs, "zkctl.yaml", "-o", "a.zkey", "--locked"],
        ["prove", "build/next-one.zkey", "w.wtns", "--locked"],
        ["prove", "build/next-one.zkey", "w.wtns", "--r1cs", r1cs, "--locked"],
        ["fullprove", "build/next-one.zkey", program, "i.json", "--locked", "--project", "zkctl.yaml"],
    ):  # fmt: skip
        outcome = run(*words)
        assert outcome.code == 4, words
        assert "the project differs from zkctl.lock: expected no difference, got 1" in outcome.err
    outcome = run("fullprove", "build/next-one.zkey", program, "i.json", "--project", "zkctl.yaml")
    assert outcome.code == 2
    assert "--project needs --locked: expected both, got --project" in outcome.err
    assert "hint: pass --locked to compare the files with zkctl.lock" in outcome.err


def test_init(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "circuits/preimage.py" in run("init", "new").out
    assert run("init", "--template", "membership", "--json").json["result"]["folder"] == "."
    assert run("check", "--project", "new/zkctl.yaml").code == 0
    assert (run("init").code, run("init", "x", "--template", "y").code) == (5, 2)


@pytest.mark.parametrize("words", [["circuits/product.py"], ["--all"]])
def test_watch(folder: Path, words: list[str]) -> None:
    """A mistake is shown and does not end it; Ctrl-C does, with 130."""
    command = [sys.executable, "-m", "zkctl.cli.app", "compile", *words, "--watch"]
    source = folder / "circuits/product.py"
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stdout is not None

        def until(text: str) -> None:
            assert process.stderr is not None
            while text not in (line := process.stderr.readline()):
                assert line, text

        until("waiting for a change of the sources; Ctrl-C ends")
        source.write_text(CIRCUIT.replace("a * b", "a * c"))
        until("changed: product.py")
        until("name 'c' is not defined")
        until("waiting for a change")
        source.write_text(CIRCUIT.replace("a * b", "a * b * b"))
        until("waiting for a change")
        process.send_signal(signal.SIGINT)
        until("interrupted")
        assert process.stderr.read() == ""
        assert process.wait() == 130
        out = process.stdout.read()
    assert "constraints     2" in out or "2  " in out


def test_watch_ends_where_no_change_mends_it(run: Run, folder: Path) -> None:
    assert run("compile", "circuits/none.py", "--watch").code == 5
    assert run("compile", "x.txt", "--watch").code == 2
    outcome = run("compile", "--all", "--watch", "--json")
    assert outcome.code == 2
    message = "repeated compilation has no JSON form: expected no --json with --watch, got it"
    assert outcome.json["error"]["message"] == message


def test_without_a_project(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("compile", "--all")
    assert outcome.code == 5
    assert "there is no zkctl.yaml here or in a folder above" in outcome.err
    assert "name its file as --project" in outcome.err
    assert (
        "expected FILE.py, FILE.py:NAME or FILE.circom, got product"
        in run("compile", "product").err
    )
