"""The folder that a participant of a ceremony keeps: one ceremony's, and one run at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from zkctl.errors import EnvironmentProblem, IntegrityError
from zkctl.formats.ceremony_files import MAX_RULES_BYTES, read_rules
from zkctl.runtime.printable import printable
from zkctl.storage.lock import take_lock
from zkctl.storage.private import read_private, replace_private, size_of_private


def keep_rules(path: Path, rules: bytes) -> None:
    """Note the rules in the folder, which must not be another ceremony's."""
    if size_of_private(path) is None:
        replace_private(path, rules)
    read_rules(path)
    if read_private(path, MAX_RULES_BYTES + 1) != rules:
        raise IntegrityError(
            "the folder belongs to another ceremony",
            where=printable(path),
            hint="pass another one as `folder`",
        )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other runs away from the folder (EnvironmentProblem)."""
    handle = take_lock(folder / ".lock")
    if handle is None:
        raise EnvironmentProblem("another run uses this folder", where=printable(folder))
    try:
        yield
    finally:
        os.close(handle)


def check_kept_files(folder: Path, names: Iterable[str]) -> None:
    """Check files that an earlier run left in a private folder, before they are opened by path.

    A folder that was open to others for a while keeps what they put into it.
    Raises: EnvironmentProblem for a link, another user's file, one that others can write to or that has a second name.
    """
    for name in names:
        size_of_private(folder / name)
