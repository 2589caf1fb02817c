"""Write results atomically: either the complete file under its name, or no file.

A file is written as .<name>.partial-<random> (O_EXCL, 0600) in the folder of its destination and
gets its name only when everything is on disk.  A killed process leaves at most that partial file.
An existing output is only replaced with force, an input or a symlink never.

STDOUT can be one of the outputs if the action allows it: its bytes are kept until every output is
complete, then written and flushed, and only then the files get their names.  So a reader who leaves or a
full disk behind stdout leaves no file, and at the end of stdout the files are in place.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import STDOUT, standard_output, writing_stdout
from zkctl.storage.mapped import check_regular_file, system_errors

Check = Callable[
    [Path], object
]  # reads the finished partial file back; raises if it is not what was meant

_NO_HARD_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_IN_MEMORY = 16 << 20  # bytes for stdout that are kept in memory
_NAME_LIMIT = 255  # bytes, on every file system in use


@contextmanager
def atomic_output(
    path: Path,
    *,
    force: bool = False,
    inputs: Iterable[Path] = (),
    private: bool = False,
    check: Check | None = None,
    stdout: bool = False,
) -> Iterator[BinaryIO]:
    """Yield a file to write that appears under `path` only if the block ends without an exception.

    `private` keeps mode 0600 with any umask; `check` reads the finished partial file before it
    is published; `stdout` allows STDOUT as the path, otherwise refused as any symlink.
    Raises: UsageError if path is a symlink or one of the inputs; EnvironmentProblem if it exists
    (unless force), is not a regular file, its folder is missing or not writable, or the disk
    refuses (full, too large, broken); ReaderGone.
    """
    with atomic_outputs(
        [path], force=force, inputs=inputs, private=private, check=check, stdout=stdout
    ) as files:
        yield files[0]


@contextmanager
def atomic_outputs(
    paths: Sequence[Path],
    *,
    force: bool = False,
    inputs: Iterable[Path] = (),
    private: bool = False,
    check: Check | None = None,
    stdout: bool = False,
) -> Iterator[list[BinaryIO]]:
    """Yield several files of one action: all are complete before the first is renamed, or written to stdout.

    Parameters and Raises: as `atomic_output`.
    """
    sources = list(inputs)
    check_destinations(paths, force=force, inputs=sources, stdout=stdout)
    with ExitStack() as stack:
        kept = stack.enter_context(_kept()) if STDOUT in paths else None
        partials = [stack.enter_context(_partial(path)) for path in paths if path != STDOUT]
        files = iter([partial.file for partial in partials])
        yield [kept if kept and path == STDOUT else next(files) for path in paths]
        for partial in partials:
            partial.finish(private=private, check=check)
        if kept is not None:
            _write_to_stdout(kept)
        _publish(partials, force)


@contextmanager
def _kept() -> Iterator[BinaryIO]:
    """Yield a file for the bytes of stdout: in memory, above a limit on disk without a name."""
    from tempfile import SpooledTemporaryFile

    with system_errors("keep the output", STDOUT), SpooledTemporaryFile(_IN_MEMORY) as file:
        yield cast("BinaryIO", file)


def _write_to_stdout(kept: BinaryIO) -> None:
    import shutil

    kept.seek(0)
    with writing_stdout() as stdout:
        stdout.flush()
        shutil.copyfileobj(kept, stdout.buffer, 1 << 16)


def _publish(partials: Sequence[_Partial], force: bool) -> None:
    published: list[Path] = []
    try:
        for partial in partials:
            partial.publish(force=force)
            published.append(partial.path)
        for folder in {partial.path.parent for partial in partials}:
            synchronise_folder(folder)
    except BaseException:
        if not force:  # all or nothing: these names did not exist before
            for path in published:
                path.unlink(missing_ok=True)
        raise


def copy_file(
    source: Path, target: Path, *, force: bool = False, check: Check | None = None
) -> None:
    """Copy a regular file as an output; `force` and `check` as in `atomic_output`.

    Raises: EnvironmentProblem if the source cannot be read, and as `atomic_output`.
    """
    import shutil  # with the modules of archives

    with system_errors("read the file", source):
        check_regular_file(source.stat().st_mode, source)
        file = source.open("rb")
    with file, atomic_output(target, force=force, inputs=[source], check=check) as stream:
        shutil.copyfileobj(file, stream, 1 << 20)


def check_destination(
    path: Path, *, force: bool = False, inputs: Iterable[Path] = (), stdout: bool = False
) -> None:
    """Check that a destination may be written; an early call saves long work.

    Parameters and Raises: as `atomic_output`.
    """
    if stdout and path == STDOUT:
        _check_stdout(inputs)
        return
    with system_errors("write the file", path):
        if not path.name or path.name == "..":
            raise UsageError("the output path names no file", where=printable(path))
        n_bytes = len(os.fsencode(path.name))
        if n_bytes > _NAME_LIMIT:
            raise EnvironmentProblem(
                f"the file name has {n_bytes} bytes: expected at most {_NAME_LIMIT}",
                where=printable(path),
            )
        if path.is_symlink():
            raise UsageError(
                "the output is a symbolic link", where=printable(path), hint="name the file itself"
            )
        _check_folder_exists(path)
        if not path.exists():
            return
        check_regular_file(path.stat().st_mode, path)
        _check_is_no_input(path, inputs)
        if not force:
            raise _exists(path)


def _check_stdout(inputs: Iterable[Path]) -> None:
    """Check that stdout is open and that the shell did not redirect it to an input."""
    standard_output()
    if STDOUT.is_file():  # as two streams, both ends of a terminal are the same, too
        _check_is_no_input(STDOUT, inputs)


def _check_folder_exists(path: Path) -> None:
    if not path.parent.exists():
        raise EnvironmentProblem(
            "the output's folder does not exist", where=printable(path), hint="create it first"
        )
    if not path.parent.is_dir():
        raise EnvironmentProblem("the output's folder is not a folder", where=printable(path))


def _check_is_no_input(path: Path, inputs: Iterable[Path]) -> None:
    for source in inputs:
        if source.exists() and path.samefile(source):
            raise UsageError(
                f"the output is the input {printable(source)}",
                where=printable(path),
                hint="write to another file: an input is never changed",
            )


def check_destinations(
    paths: Sequence[Path],
    *,
    force: bool = False,
    inputs: Sequence[Path] = (),
    stdout: bool = False,
) -> None:
    """Check the outputs of one action, which must not be the same file.  Raises: as `atomic_output`."""
    for path in paths:
        check_destination(path, force=force, inputs=inputs, stdout=stdout)
    _check_distinct(paths)


def _check_distinct(paths: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        place = path.parent.resolve() / path.name
        if place in seen:
            raise UsageError("two outputs have the same path", where=printable(path))
        seen.add(place)


def _exists(path: Path) -> EnvironmentProblem:
    return EnvironmentProblem(
        "the output exists", where=printable(path), hint="use `force` to replace it"
    )


@record(eq=False, frozen=False)
class _Partial:
    """An output under its temporary name."""

    path: Path
    temporary: Path
    file: BinaryIO

    def finish(self, *, private: bool, check: Check | None) -> None:
        """Synchronise the bytes, set the mode, and run the check."""
        with system_errors("write the file", self.path):
            self.file.flush()
            if not private:
                os.fchmod(self.file.fileno(), 0o666 & ~_umask())
            os.fsync(self.file.fileno())
            self.file.close()
        if check is not None:
            check(self.temporary)

    def publish(self, *, force: bool) -> None:
        """Rename the file to its final name, replacing nothing unless forced; the folder is not synchronised yet."""
        with system_errors("write the file", self.path):
            if force:
                self.temporary.replace(self.path)
            else:
                self._link()

    def _link(self) -> None:
        try:
            os.link(self.temporary, self.path)
        except FileExistsError:
            raise _exists(self.path) from None
        except OSError as problem:
            if problem.errno not in _NO_HARD_LINKS:
                raise
            if (
                self.path.exists()
            ):  # a file system without hard links: the check and the rename are two steps
                raise _exists(self.path) from None
            self.temporary.replace(self.path)

    def discard(self) -> None:
        """Remove the temporary name; nothing happens if it is gone already."""
        with suppress(OSError):  # closing flushes, which fails again on a full disk
            self.file.close()
        self.temporary.unlink(missing_ok=True)


@contextmanager
def _partial(path: Path) -> Iterator[_Partial]:
    suffix = f".partial-{os.urandom(8).hex()}"
    stem = os.fsdecode(os.fsencode(path.name)[: _NAME_LIMIT - len(suffix) - 1])
    temporary = path.parent / f".{stem}{suffix}"
    with system_errors("write the file", path):
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        partial = _Partial(path, temporary, os.fdopen(_not_standard(handle), "wb"))
        try:
            yield partial
        finally:
            partial.discard()


def _not_standard(handle: int) -> int:
    """Return the descriptor, or a copy above 2: a child process has its standard streams at 0 to 2."""
    if handle > 2:
        return handle
    copy = fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(handle)
    return copy


def _umask() -> int:
    mask = os.umask(0o077)  # for an instant, stricter than usual: safe for other threads
    os.umask(mask)
    return mask


def synchronise_folder(folder: Path) -> None:
    """Synchronise the names of a folder.  Raises: EnvironmentProblem."""
    with system_errors("write the folder", folder):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
