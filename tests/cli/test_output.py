"""stdout carries the result and nothing else; a result that cannot be written is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Summary, Toolchain
from zkctl.cli.output import Answer, Terminal

COMPILE = ["compile", "m.py"]


def test_narration_goes_to_stderr_and_the_result_to_stdout(run: Run, toolchain: Toolchain) -> None:
    def effect(*_: object, **options: object) -> Summary:
        progress = options["progress"]
        progress("reading m.py", None)  # type: ignore[operator]
        progress("reading m.py", 0.5)  # type: ignore[operator]
        progress("writing m.r1cs", None)  # type: ignore[operator]
        return Summary(warnings=["no constraint binds input x"])

    toolchain.effect = effect
    outcome = run(*COMPILE)
    assert outcome.out.splitlines() == [
        "circuit      membership",
        "constraints  5,103",
        "valid        yes",
    ]
    assert outcome.err.splitlines() == [
        "reading m.py",
        "writing m.r1cs",
        "warning: no constraint binds input x",
    ]
    quiet = run(*COMPILE, "-q")
    assert quiet.err == "warning: no constraint binds input x\n"
    answer = run(*COMPILE, "--json").json
    assert answer["result"]["warnings"] == ["no constraint binds input x"]
    assert "reading m.py: 0." in run("-v", *COMPILE).err


def test_shared_options_count_before_and_after_the_command(run: Run, toolchain: Toolchain) -> None:
    assert run("--json", *COMPILE).json == run(*COMPILE, "--json").json


def test_what_came_from_a_file_cannot_command_the_terminal(run: Run, toolchain: Toolchain) -> None:
    toolchain.effect = lambda *_, **__: {"name": "\x1b[2J\u202egnp.exe\nOK", "keys\x07": [1]}
    outcome = run("info", "a.ptau")
    assert outcome.out.splitlines() == [
        r"name      \x1b[2J\u202egnp.exe\x0aOK",
        r"keys\x07  1",
    ]


def test_lone_surrogates_and_narrow_encodings_are_no_problem(run_process: Run) -> None:
    name = os.fsdecode(b"caf\xc3\xa9\xff.zkey")
    outcome = run_process("info", name, env={"PYTHONIOENCODING": "ascii"})
    assert outcome.code == 5
    assert "\\xff.zkey" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("words", [["--version"], ["--version", "--json"], ["--help"]])
def test_a_reader_that_left_is_not_an_error_message(tmp_path: Path, words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "zkctl.cli.app", *words]
    try:
        done = subprocess.run(
            command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", [["--version"], ["--version", "--json"], ["--help"]])
def test_a_full_disk_behind_stdout(run_process: Run, words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        outcome = run_process(*words, stdout=full)
    assert outcome.code == 5
    assert outcome.err == "error: cannot write the result: no space left on device\n  stdout\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stderr_does_not_matter(run_process: Run) -> None:
    with Path("/dev/full").open("w") as full:
        assert run_process("info", "missing.zkey", stderr=full).code == 5


def test_closed_streams(tmp_path: Path) -> None:
    python = f"'{sys.executable}' -m zkctl.cli.app"
    closed_out = subprocess.run(
        ["sh", "-c", f"{python} --version >&-"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert closed_out.returncode == 5
    assert "cannot write the result: stdout is closed" in closed_out.stderr
    all_closed = ["sh", "-c", f"{python} --version <&- 2>&-"]
    assert (
        subprocess.run(all_closed, stdout=subprocess.PIPE, timeout=60, check=False).returncode == 0
    )


def test_a_text_of_lines_follows_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    made = (str(k) for k in range(3))
    assert Terminal(command="print").succeed(Answer({}, text=made, verdict="OK")) == 0
    assert capsys.readouterr().out == "OK\n0\n1\n2\n"
    assert Terminal(command="print").succeed(Answer({}, text=iter([]))) == 0
    assert capsys.readouterr().out == ""
