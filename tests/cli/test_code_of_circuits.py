"""Circuits whose code writes, fails, exits or does not end: stdout stays one JSON document, the exit code one of the documented ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from zkctl.cli import app

CIRCUIT = """import atexit, os, subprocess, sys, threading, time
from zkctl.dsl import Signal, circuit, constrain, hint, private, public
BEFORE
def half(x):
    IN_HINT
    return x // 2

@circuit
def c(x: Signal = private(), y: Signal = public()) -> None:
    INSIDE
    (h,) = hint(half, x, n_outputs=1)
    constrain(h * 2 == x, "x is odd")
    constrain(x * x == y, "not the square")
"""
WRITES = """
atexit.register(lambda: print("at the end", flush=True))
threading.Thread(target=lambda: [time.sleep(0.01) or print("thread", flush=True) for _ in range(999)], daemon=True).start()
def say():
    print("print")
    sys.__stdout__.write("raw\\n")
    sys.__stdout__.flush()
    os.write(1, b"descriptor\\n")
    subprocess.run(["echo", "child"])
say()
"""
RUN_CODE = {"check", "compile", "lint", "lock", "profile", "snapshot", "test"}


def write(folder: Path, *, before: str = "", in_hint: str = "", inside: str = "") -> Path:
    text = CIRCUIT.replace("BEFORE", before)
    text = text.replace("IN_HINT", in_hint or "pass").replace("INSIDE", inside or "pass")
    (folder / "c.py").write_text(text)
    (folder / "inputs").mkdir(exist_ok=True)
    (folder / "inputs/good.json").write_text('{"x": 77714, "y": 6039465796}')
    (folder / "inputs/bad.json").write_text('{"x": 77714, "y": 1}')
    return folder / "c.py"


def test_the_commands_that_run_code() -> None:
    root = app.commands()
    found = {name for name, each in root.commands.items() if each.runs_code}
    assert found == RUN_CODE
    assert not any(each.runs_code for group in root.groups.values() for each in group.commands.values())  # fmt: skip


def test_a_circuit_that_writes_wherever_it_can(run_process: Run, tmp_path: Path) -> None:
    """Also threads, child processes and exit handlers."""
    write(tmp_path, before=WRITES, in_hint="say()", inside="say()")
    done = run_process("test", "c.py", "--inputs", "inputs", "--json")
    assert (done.code, done.json["result"]["n_cases"]) == (0, 2)
    for word in ("print", "raw", "descriptor", "child", "at the end"):
        assert word in done.err


def test_a_help_text_is_on_stdout(run_process: Run) -> None:
    assert "Try circuits" in run_process("test", "--help").out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"before": "sys.exit(0)"}, "the circuit's code failed: SystemExit: 0"),
        ({"inside": "raise type('Stop', (BaseException,), {})('now')"}, "the circuit's code failed: zkctl_circuit_c.Stop: now"),
        ({"inside": "sys.stdout.close(); sys.stderr = None; 1 / 0"}, "the circuit's code failed: ZeroDivisionError: division by zero"),
        ({"before": "os.chdir('/'); os.environ.clear(); sys.exit('\\x1b[2J')"}, "the circuit's code failed: SystemExit: \x1b[2J"),
        ({"before": "import signal; signal.raise_signal(signal.SIGTERM)"}, "interrupted"),
    ],
)  # fmt: skip
def test_a_circuit_that_fails(run: Run, tmp_path: Path, changes: dict[str, str], message: str) -> None:  # fmt: skip
    errors = sys.stderr
    done = run("check", write(tmp_path, **changes), "--json")
    assert sys.stderr is errors
    assert done.json["error"]["message"] == message
    assert done.json["error"]["code"] == done.code == (143 if message == "interrupted" else 3)


@pytest.mark.parametrize("failure", ["raise ValueError(x)", "sys.exit(x)", "raise type('Stop', (BaseException,), {})(x)"])  # fmt: skip
def test_a_hint_that_fails(run: Run, tmp_path: Path, failure: str) -> None:
    """Neither an accepted nor a refused input: the hint says nothing about constraints."""
    done = run("test", write(tmp_path, in_hint=failure), "--inputs", tmp_path / "inputs", "--json")
    assert done.code == 1
    bad, good = done.json["result"]["cases"]
    assert (bad["passed"], good["passed"]) == (False, False)
    assert good["message"].startswith("the hint half raised ")
    assert bad["message"] == f"is refused by no constraint: {good['message']}"
    assert "7771" not in done.out


def test_a_hint_that_changes_the_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, in_hint="os.chdir('/'); os.environ['CHANGED'] = '1'")
    monkeypatch.chdir(tmp_path)
    done = run("test", "c.py", "--inputs", "inputs", "--junit", "report.xml")
    assert done.code == 0, done.out
    assert (tmp_path / "report.xml").is_file()
    assert (Path.cwd(), os.environ.get("CHANGED")) == (tmp_path, None)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_circuit_that_does_not_end(tmp_path: Path, number: int, code: int) -> None:
    """A signal ends it, with one JSON document and no file."""
    write(tmp_path, inside="print('loops', flush=True)\n    while True: pass")
    words = [sys.executable, "-m", "zkctl.cli.app", "compile", "c.py", "--json", "-q"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline() == "loops\n"
        time.sleep(0.1)
        process.send_signal(number)
        out, _ = process.communicate()
    assert process.returncode == code
    assert f'"error": {{"code": {code}, "kind": "interrupted"' in out
    assert out.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"c.py", "inputs"}
