"""Private state: folders and files that no other user can replace.

A path is walked from the root, one descriptor after the other, and each descriptor is checked after it was opened.
[K-CACHE] Behind a folder that passed, no user but its owner and root can exchange a name, so its files may be opened by
name; each file is checked again on its own descriptor, as it may be older than the folder's mode.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zkctl.errors import EnvironmentProblem, LimitError
from zkctl.runtime.printable import printable
from zkctl.storage.mapped import check_regular_file, system_errors
from zkctl.storage.private_group import is_private_group

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_ABOVE = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC  # needs no right to list
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITABLE_BY_OTHERS = 0o022
_MAX_LINKS = 40  # symbolic links in one path, as the kernel's own limit


@contextmanager
def private_folder(path: Path, *, create: bool = True, by_root: bool = False) -> Iterator[int]:
    """Open a folder that only this user can write to, for the block.

    A missing folder is made with mode 0700 if `create`; `by_root` accepts one that root owns.
    Raises: EnvironmentProblem for a symbolic link, another owner, or a folder, also above, that others can write to.
    """
    with system_errors("open the folder", path):
        try:
            handle = _walk(path, create=create)
        except NotADirectoryError:
            _check_no_folder_link(path)
            raise
    try:
        check_private(os.fstat(handle), path, by_root=by_root)
        yield handle
    finally:
        os.close(handle)


def make_private_folder(path: Path) -> None:
    """Make a folder that only this user can write to, or check the one there.  Raises: as `private_folder`."""
    with private_folder(path):
        pass


def check_private(found: os.stat_result, path: Path, *, by_root: bool = False) -> None:
    """Check the owner and mode of an open file or folder (EnvironmentProblem)."""
    if found.st_uid != os.geteuid() and not (by_root and found.st_uid == 0):
        raise EnvironmentProblem(
            f"the owner is another user: expected uid {os.geteuid()}, got uid {found.st_uid}",
            where=printable(path),
            hint="use a folder and files of your own",
        )
    if found.st_mode & _WRITABLE_BY_OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        raise EnvironmentProblem(
            f"other users can write to it: expected mode {mode & ~_WRITABLE_BY_OTHERS:04o}, got {mode:04o}",
            where=printable(path),
            hint=f"check its content, then use chmod go-w {_quoted(path)}",
        )


def open_private(folder: int, name: str, flags: int, path: Path, *, by_root: bool = False) -> int:
    """Open a file of a private folder; a new file has mode 0600.

    `path` is the folder's, for messages.  Raises: OSError; EnvironmentProblem for a file that is a symbolic link,
    not regular, another user's, writable by others, or has a second name.
    """
    place = path / name
    try:
        handle = os.open(name, flags | _FILE, 0o600, dir_fd=folder)
    except OSError as problem:
        _check_no_link(problem, place)
        raise
    try:
        check_private_file(handle, place, by_root=by_root)
    except BaseException:
        os.close(handle)
        raise
    return handle


def check_private_file(handle: int, path: Path, *, by_root: bool = False) -> None:
    """Check that an open file is regular, this user's, not writable by others and has one name (EnvironmentProblem)."""
    found = os.fstat(handle)
    check_regular_file(found.st_mode, path)
    check_private(found, path, by_root=by_root)
    _check_one_name(found, path)


def open_private_file(path: Path, flags: int) -> int:
    """Open a file of a folder that is private.  Raises: EnvironmentProblem as `private_folder` and `open_private`."""
    with private_folder(path.parent, create=False) as folder, system_errors("open the file", path):
        return open_private(folder, path.name, flags, path.parent)


def size_of_private(path: Path) -> int | None:
    """Return the size of a file of a private folder, None if it is missing.  Raises: as `open_private_file`."""
    if not _is_there(path):
        return None
    handle = open_private_file(path, os.O_RDONLY)
    try:
        return os.fstat(handle).st_size
    finally:
        os.close(handle)


def read_private(path: Path, max_bytes: int) -> bytes | None:
    """Return at most the first max_bytes of a file of a private folder, None if it is missing.

    Raises: as `open_private_file`.
    """
    if not _is_there(path):
        return None
    with (
        system_errors("read the file", path),
        os.fdopen(open_private_file(path, os.O_RDONLY), "rb") as stream,
    ):
        return stream.read(max_bytes)


def replace_private(path: Path, content: bytes) -> None:
    """Write a file of a private folder as `write_private`.  Raises: EnvironmentProblem."""
    with (
        private_folder(path.parent, create=False) as folder,
        system_errors("write the file", path),
    ):
        write_private(folder, path.name, content, path.parent)


def remove_private(*paths: Path) -> None:
    """Remove files of one private folder; a missing one is no fault, a link is removed and never followed.

    Raises: EnvironmentProblem, for a folder in the place of a file too.
    """
    if not paths:
        return
    with private_folder(paths[0].parent, create=False) as folder:
        for path in paths:
            with system_errors("remove the file", path), suppress(FileNotFoundError):
                os.unlink(path.name, dir_fd=folder)


def _is_there(path: Path) -> bool:
    """Return whether a private folder has an entry of this name, also a dangling link."""
    with private_folder(path.parent, create=False) as folder, suppress(FileNotFoundError):
        os.stat(path.name, dir_fd=folder, follow_symlinks=False)
        return True
    return False


def write_private(folder: int, name: str, content: bytes, path: Path) -> None:
    """Write a file of a private folder as a whole, with mode 0600; a file or link of its name is replaced, never followed.

    Raises: OSError.
    """
    temporary = f".{name}.partial-{os.urandom(8).hex()}"
    handle = open_private(folder, temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, path)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def read_secret(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a key file that only its owner can read.

    Raises: EnvironmentProblem for a symbolic link, another owner, a second name or another mode than 0600;
    LimitError for a file larger than max_bytes.
    """
    with system_errors("read the file", path):
        try:
            handle = os.open(path, os.O_RDONLY | _FILE)
        except OSError as problem:
            _check_no_link(problem, path)
            raise
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        check_regular_file(found.st_mode, path)
        mode = stat.S_IMODE(found.st_mode)
        if found.st_uid != os.geteuid() or mode != 0o600:
            raise EnvironmentProblem(
                f"the key file is not private: expected uid {os.geteuid()} and mode 0600,"
                f" got uid {found.st_uid} and mode {mode:04o}",
                where=printable(path),
                hint="check whose key it is, then use chmod 600",
            )
        _check_one_name(found, path)
        with system_errors("read the file", path):
            content = stream.read(max_bytes + 1)
    return _limited(content, max_bytes, path)


def read_mounted_secret(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a secret's file that the platform may have mounted: links are followed, root and a group may have access.

    Raises: EnvironmentProblem for a file that others can read or write, or of another user; LimitError as `read_secret`.
    """
    with system_errors("read the file", path), path.open("rb") as stream:
        found = os.fstat(stream.fileno())
        check_regular_file(found.st_mode, path)
        mode = stat.S_IMODE(found.st_mode)
        if found.st_uid not in (0, os.geteuid()) or mode & 0o027:
            raise EnvironmentProblem(
                f"the secret is not private: expected uid {os.geteuid()} or 0 and mode 0440 or less,"
                f" got uid {found.st_uid} and mode {mode:04o}",
                where=printable(path),
                hint="check whose secret it is, then use chmod 400",
            )
        content = stream.read(max_bytes + 1)
    return _limited(content, max_bytes, path)


def _limited(content: bytes, max_bytes: int, path: Path) -> bytes:
    if len(content) > max_bytes:
        raise LimitError(
            f"the key file is too large: expected at most {max_bytes} bytes, got more",
            where=printable(path),
        )
    return content


def _check_no_link(problem: OSError, path: Path) -> None:
    """Say in our words that O_NOFOLLOW met a symbolic link."""
    if problem.errno in (errno.ELOOP, errno.EMLINK):
        raise EnvironmentProblem(
            "the file cannot be used: expected a regular file, got a symbolic link",
            where=printable(path),
            hint=f"look where it points, then use rm {_quoted(path)}",
        ) from problem


def _check_no_folder_link(path: Path) -> None:
    if path.is_symlink():
        raise EnvironmentProblem(
            "the folder cannot be used: expected a folder, got a symbolic link",
            where=printable(path),
            hint="use the folder that it points to",
        )


def _quoted(path: Path) -> str:
    import shlex  # for hints only

    return shlex.quote(printable(path))


def _check_one_name(found: os.stat_result, path: Path) -> None:
    if found.st_nlink > 1:
        raise EnvironmentProblem(
            f"the file has other names: expected 1 hard link, got {found.st_nlink}",
            where=printable(path),
            hint="copy it to a new file",
        )


def _walk(path: Path, *, create: bool) -> int:
    """Open each folder of a path below the last; a symbolic link above the folder is followed if this user or root owns it."""
    absolute = Path.cwd() / path  # keeps "..": with links its meaning depends on the folder
    names, n_links = list(absolute.parts[1:]), 0
    here, handle = Path("/"), os.open("/", _ABOVE)
    try:
        while names:
            _check_above(os.fstat(handle), here)
            name = names.pop(0)
            if names and (target := _link_target(handle, name, here)) is not None:
                n_links += 1
                _check_links(n_links, absolute)
                names[:0] = [p for p in target.split("/") if p not in ("", ".")]
                start = "/" if target.startswith("/") else "."
                here, handle = here / start, _step(handle, start, _ABOVE, create=False)
                continue
            handle = _step(handle, name, _ABOVE if names else _FOLDER, create=create)
            here /= name
    except BaseException:
        os.close(handle)
        raise
    return handle


def _step(above: int, name: str, flags: int, *, create: bool) -> int:
    """Open a folder below another one, which is closed."""
    try:
        handle = os.open(name, flags, dir_fd=above)
    except FileNotFoundError:
        if not create:
            raise
        with suppress(FileExistsError):  # another process made it; the opened folder is checked
            os.mkdir(name, 0o700, dir_fd=above)
        handle = os.open(name, flags, dir_fd=above)
    os.close(above)
    return handle


def _link_target(folder: int, name: str, above: Path) -> str | None:
    """Return the target of a symbolic link that this user or root owns, None for anything else."""
    with suppress(FileNotFoundError):
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISLNK(found.st_mode):
            _check_owner_above(found, above / name)
            return os.readlink(name, dir_fd=folder)
    return None


def _check_links(n_links: int, path: Path) -> None:
    if n_links > _MAX_LINKS:
        raise EnvironmentProblem(
            f"the path has too many symbolic links: expected at most {_MAX_LINKS}, got more",
            where=printable(path),
        )


def _check_above(found: os.stat_result, path: Path) -> None:
    """Check a folder above: its owner, and that others cannot replace its entries.

    The group may write if it is this user's own: home folders of distributions with umask 002.
    """
    _check_owner_above(found, path)
    writable = found.st_mode & _WRITABLE_BY_OTHERS
    if not writable or found.st_mode & stat.S_ISVTX:
        return
    is_ours = found.st_uid == os.geteuid()
    if writable == stat.S_IWGRP and is_ours and is_private_group(found.st_gid):
        return
    mode = stat.S_IMODE(found.st_mode)
    who, change = ("other users", "go-w") if writable & stat.S_IWOTH else ("a group", "g-w")
    chmod = f"use chmod {change} {_quoted(path)}"
    elsewhere = "choose a folder below your home folder"
    raise EnvironmentProblem(
        f"{who} can write to a folder above: expected mode {mode & ~_WRITABLE_BY_OTHERS:04o},"
        f" got {mode:04o}",
        where=printable(path),
        hint=f"{chmod}, or {elsewhere}" if is_ours else elsewhere,
    )


def _check_owner_above(found: os.stat_result, path: Path) -> None:
    if found.st_uid not in (0, os.geteuid()):
        raise EnvironmentProblem(
            f"a folder above belongs to another user: expected uid {os.geteuid()} or 0, got uid {found.st_uid}",
            where=printable(path),
            hint=f"choose a folder below your home folder, or run as uid {found.st_uid}",
        )
