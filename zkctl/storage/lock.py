"""Locks between processes: an flock on a file, which ends with the process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from zkctl.storage.mapped import system_errors
from zkctl.storage.private import check_private_file

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def take_lock(
    path: Path, *, mode: int = 0o600, wait: Callable[[], None] | None = None
) -> int | None:
    """Lock a file, made with `mode`; close the returned descriptor to unlock it.  None if another process has it.

    With `wait`, call it and wait for the other process.
    Raises: EnvironmentProblem for a symbolic link, a special file, another user's, one that others can write to or
    that has a second name, or a folder that cannot be written.
    """
    with system_errors("lock the file", path):
        handle = os.open(path, _FLAGS, mode)
        try:
            check_private_file(handle, path)
            is_ours = _flock(handle, wait)
        except BaseException:
            os.close(handle)
            raise
    if is_ours:
        return handle
    os.close(handle)
    return None


def _flock(handle: int, wait: Callable[[], None] | None) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if wait is None:
            return False
        wait()
        fcntl.flock(handle, fcntl.LOCK_EX)
    return True
