"""Standard input and output in the place of a file: their paths, the bounded read, the checked write."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import BinaryIO, TextIO

from zkctl.errors import EnvironmentProblem

STDIN, STDOUT = Path("/dev/stdin"), Path("/dev/stdout")
NAMES = {STDIN: "standard input", STDOUT: "standard output"}

_PIECE = 1 << 16  # bytes


class _Kept:
    """The state of the process: whether its streams may be changed, and the stream of results once they were."""

    is_process = False
    results: TextIO | None = None


class ReaderGone(BrokenPipeError):
    """The end of the program that read stdout: no error to report, but the end of the command."""


def name_of(path: Path) -> str:
    """Return the path as it was given, or the name of the stream that it stands for."""
    return NAMES.get(path, str(path))


def standard_input() -> RawIOBase | BinaryIO:
    """Return stdin as it comes, not buffered.  Raises: EnvironmentProblem if it is closed."""
    if sys.stdin is None or sys.stdin.closed:
        raise EnvironmentProblem("cannot read the input: stdin is closed")
    return getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)


def read_bounded(stream: RawIOBase | BinaryIO, max_bytes: int) -> bytes:
    """Return the bytes of an unbuffered stream to its end, at most max_bytes + 1: one too many means that there are more."""
    found = BytesIO()
    while (left := max_bytes + 1 - found.tell()) > 0:
        piece = stream.read(min(_PIECE, left))  # never more than needed: it would be reserved
        if piece is None:  # it is set to answer at once, and nothing has come yet
            _wait(stream)
            continue
        if not piece:
            break
        found.write(piece)
    return found.getvalue()


def _wait(stream: RawIOBase | BinaryIO) -> None:
    from select import select

    select([stream], [], [])


def own_streams() -> None:
    """Say that the streams of this process may be changed: only then `keep_stdout` acts."""
    _Kept.is_process = True


def keep_stdout() -> None:
    """Keep stdout for results, before code of a user runs: whatever else is written there from now on goes to stderr.

    That is also what child processes, threads and exit handlers write.
    """
    if not _Kept.is_process or _Kept.results is not None or sys.stdout is None:
        return
    sys.stdout.flush()
    own = os.dup(sys.stdout.fileno())
    encoding = sys.stdout.encoding
    _Kept.results = os.fdopen(own, "w", encoding=encoding, errors="backslashreplace")
    os.dup2(2, sys.stdout.fileno())


def standard_output() -> TextIO:
    """Return stdout, the kept one if there is one.  Raises: EnvironmentProblem if it is closed."""
    if _Kept.results is not None:
        return _Kept.results
    if sys.stdout is None:
        raise EnvironmentProblem("cannot write the result: stdout is closed")
    return sys.stdout


@contextmanager
def writing_stdout() -> Iterator[TextIO]:
    """Yield stdout and flush it after the block.

    Raises: ReaderGone if its reader has left; EnvironmentProblem if it is closed, the disk is full and the like.
    """
    stdout = standard_output()
    try:
        yield stdout
        stdout.flush()
    except OSError as error:
        if error.errno == errno.EPIPE:
            abandon_stdout()
            raise ReaderGone(*error.args) from None
        raise unwritable(error) from None


def unwritable(error: OSError) -> EnvironmentProblem:
    """Abandon stdout and return the reason as an error."""
    abandon_stdout()
    reason = (error.strerror or str(error)).lower()
    return EnvironmentProblem(f"cannot write the result: {reason}", where="stdout")


def abandon_stdout() -> None:
    """Redirect stdout to the null device, so that the interpreter's last flush stays silent."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, standard_output().fileno())
    os.close(nothing)
