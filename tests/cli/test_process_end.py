"""A command ends its process without taking the interpreter apart, and nothing is lost by it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENDING = """
import atexit, sys
from zkctl.cli import app
sys.argv = ["zkctl", *sys.argv[1:]]
atexit.register(lambda: sys.__stderr__.write("exit handler ran\\n"))
app.run()
"""


@pytest.mark.parametrize(("word", "code"), [("--version", 0), ("pruve", 2)])
def test_streams_are_flushed_exit_handlers_run_and_the_code_stays(word: str, code: int) -> None:
    program = ENDING.replace("app.run()", "sys.stdout.write('unflushed, '); app.run()")
    command = [sys.executable, "-c", program, word]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == code
    assert done.stdout.startswith("unflushed, ")
    assert done.stderr.endswith("exit handler ran\n")


def test_a_reader_that_left_does_not_matter() -> None:
    command = [sys.executable, "-c", ENDING, "--version"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b"exit handler ran\n"
    assert process.wait() == 141


def test_closed_streams_do_not_matter() -> None:
    program = "import sys; sys.stdout = sys.stderr = None\n" + ENDING
    command = [sys.executable, "-c", program, "--version"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (5, "")
