"""Standard input and output as files: bounded reads, and the ways in which a write can fail."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.runtime import standard_streams
from zkctl.runtime.printable import printable
from zkctl.runtime.standard_streams import (
    STDIN,
    STDOUT,
    ReaderGone,
    read_bounded,
    standard_input,
    writing_stdout,
)


@pytest.mark.parametrize(("n", "taken"), [(0, 0), (9, 9), (10, 10), (11, 11), (500_000, 11)])
def test_one_byte_above_the_limit_is_read(n: int, taken: int) -> None:
    stream = io.BytesIO(bytes(n))
    assert read_bounded(stream, 10) == bytes(taken)
    assert stream.tell() == taken


def test_a_pipe_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    content = os.urandom(300_000)  # more than a pipe holds
    feeder = threading.Thread(target=lambda: os.fdopen(writing, "wb").write(content))
    feeder.start()
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        assert read_bounded(pipe, 1 << 20) == content
    feeder.join()


def test_a_pipe_that_answers_at_once_is_waited_for() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    def feed() -> None:
        os.write(writing, b"late")
        os.close(writing)

    feeder = threading.Timer(0.1, feed)
    feeder.start()
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        assert read_bounded(pipe, 10) == b"late"
    feeder.join()


@pytest.mark.parametrize("stdin", [None, io.TextIOWrapper(io.BytesIO())])
def test_a_closed_stdin(monkeypatch: pytest.MonkeyPatch, stdin: Any) -> None:
    if stdin is not None:
        stdin.close()
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(EnvironmentProblem, match=r"^cannot read the input: stdin is closed$"):
        standard_input()


def test_stdin_is_taken_below_its_buffer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "input").write_text("text")
    with (tmp_path / "input").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert standard_input() is stdin.buffer.raw  # type: ignore[attr-defined]  # of a file
        assert read_bounded(standard_input(), 10) == b"text"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"text")))
    assert read_bounded(standard_input(), 10) == b"text"


@pytest.mark.parametrize(
    ("number", "kind", "message"),
    [
        (errno.EPIPE, ReaderGone, "Broken pipe"),
        (errno.ENOSPC, EnvironmentProblem, "cannot write the result: no space left on device"),
    ],
)
def test_a_write_that_fails(
    monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception], message: str
) -> None:
    monkeypatch.setattr(standard_streams, "abandon_stdout", lambda: None)
    with pytest.raises(kind, match=message), writing_stdout():
        raise OSError(number, os.strerror(number))


def test_no_stdout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with (
        pytest.raises(EnvironmentProblem, match=r"^cannot write the result: stdout is closed$"),
        writing_stdout(),
    ):
        pass


def test_their_names_in_messages() -> None:
    assert [printable(STDIN), printable(STDOUT)] == ["standard input", "standard output"]
    assert printable("/dev/stdin") == "/dev/stdin"  # a string from a file is no path


KEEPING = """
import os, subprocess, sys
from zkctl.runtime.standard_streams import keep_stdout, own_streams, writing_stdout
print("before")
FIRST
keep_stdout()
keep_stdout()
print("print", flush=True)
sys.__stdout__.write("raw\\n")
sys.__stdout__.flush()
os.write(1, b"descriptor\\n")
subprocess.run(["echo", "child"])
with writing_stdout() as out:
    out.write("result \\udc80\\n")
"""
OTHERS = "print\nraw\ndescriptor\nchild\n"


def kept(first: str, **options: Any) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", KEEPING.replace("FIRST", first)]
    return subprocess.run(words, capture_output=True, text=True, check=False, **options)


def test_stdout_is_kept_for_results() -> None:
    done = kept("own_streams()")
    assert (done.returncode, done.stderr) == (0, OTHERS)
    assert done.stdout == "before\nresult \\udc80\n"


def test_streams_of_another_program_stay_as_they_are() -> None:
    done = kept("sys.stdout.reconfigure(errors='backslashreplace')")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"before\n{OTHERS}result \\udc80\n"


def test_a_kept_stdout_whose_reader_has_left() -> None:
    program = KEEPING.replace("FIRST", "own_streams()")
    words = [sys.executable, "-c", f"{program}\n", "x"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.close()
    _, errors = process.communicate()
    assert "BrokenPipeError" in errors or "ReaderGone" in errors
