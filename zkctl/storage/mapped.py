"""Open input files: regular files, mapped instead of read; small ones that the user names also from a pipe or stdin.

System errors become our exceptions.
"""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zkctl.errors import EnvironmentProblem, LimitError, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import NAMES, STDIN, ReaderGone, read_bounded, standard_input

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@contextmanager
def system_errors(doing: str, path: Path) -> Iterator[None]:
    """Convert system errors into EnvironmentProblem, invalid paths into UsageError."""
    try:
        yield
    except ReaderGone:
        raise
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise EnvironmentProblem(f"cannot {doing}: {reason}", where=printable(path)) from problem
    except UnicodeError as problem:
        raise UsageError("the path is not valid text", where=printable(path)) from problem
    except ValueError as problem:
        if "null byte" not in str(problem):
            raise
        raise UsageError("the path contains a null byte", where=printable(path)) from problem


def check_regular_file(mode: int, path: Path) -> None:
    """Check that a file's mode is that of a regular file.  Raises: EnvironmentProblem."""
    if stat.S_ISREG(mode):
        return
    kind = next((name for test, name in _KINDS if test(mode)), "a special file")
    raise EnvironmentProblem(
        f"not a regular file: it is {kind}",
        where=printable(path),
        hint="name a file" if stat.S_ISDIR(mode) else "store the data in a file first",
    )


def check_is_file(path: Path) -> None:
    """Check that a path is a regular file: a pipe in a folder could keep its reader waiting for ever.  Raises: EnvironmentProblem."""
    with system_errors("read the file", path):
        check_regular_file(path.stat().st_mode, path)


def _open(path: Path) -> int:
    check_regular_file(path.stat().st_mode, path)
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        check_regular_file(os.fstat(handle).st_mode, path)
    except EnvironmentProblem:
        os.close(handle)
        raise
    return handle


@record
class MappedFile:
    """A file's bytes as a read-only view; arrays made from it keep the mapping alive."""

    path: Path
    data: memoryview
    size: int
    modified_ns: int

    @property
    def where(self) -> str:
        """The path, printable, for messages."""
        return printable(self.path)

    def check_unchanged(self) -> None:
        """Check that no process wrote to the file since it was mapped.  Raises: EnvironmentProblem."""
        with system_errors("read the file again", self.path):
            now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size, self.modified_ns):
            raise EnvironmentProblem(
                f"the file changed while it was read: {self.size} bytes before, {now.st_size} now",
                where=self.where,
                hint="wait until the other program has finished writing, then try again",
            )


def map_file(path: Path) -> MappedFile:
    """Map a regular file.

    Raises: EnvironmentProblem if it is missing, unreadable or not a regular file.
    """
    with system_errors("read the file", path):
        handle = _open(path)
        try:
            status = os.fstat(handle)
            data = mmap.mmap(handle, 0, prot=mmap.PROT_READ) if status.st_size else b""
        finally:
            os.close(handle)
    return MappedFile(path, memoryview(data), status.st_size, status.st_mtime_ns)


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Return a small file's bytes.

    Raises: EnvironmentProblem as `map_file`; LimitError if the file is larger than max_bytes.
    """
    with system_errors("read the file", path):
        handle = _open(path)
        with os.fdopen(handle, "rb") as file:
            size = os.fstat(handle).st_size  # reading reserves what it is asked for
            content = file.read(min(size, max_bytes) + 1)
    return _limited(content, max_bytes, path)


def read_input(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a small file that the user named: a regular file, a pipe (read once) or STDIN.

    Files in a folder from elsewhere are read by `read_bytes`: a pipe there could keep its reader waiting for ever.
    Raises: as `read_bytes`.
    """
    if path == STDIN:
        with system_errors("read the input", path):
            return _limited(read_bounded(standard_input(), max_bytes), max_bytes, path)
    if not is_stream(path):
        return read_bytes(path, max_bytes)
    with system_errors("read the pipe", path), path.open("rb", buffering=0) as pipe:
        return _limited(read_bounded(pipe, max_bytes), max_bytes, path)


def is_stream(path: Path) -> bool:
    """Return whether a path is a pipe or STDIN, which can be read only once.

    Raises: EnvironmentProblem if it is missing or unreadable.
    """
    if path == STDIN:
        return True
    with system_errors("read the file", path):
        return stat.S_ISFIFO(path.stat().st_mode)


def _limited(content: bytes, max_bytes: int, path: Path) -> bytes:
    if len(content) > max_bytes:
        source = NAMES.get(path, "the file")
        raise LimitError(
            f"{source} has more than {max_bytes} bytes, the limit for this kind of file",
            where=printable(path),
        )
    return content
