"""The folder that a participant of a ceremony keeps: one ceremony's, and one run at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zkctl.errors import EnvironmentProblem, IntegrityError
from zkctl.formats.ceremony_files import MAX_RULES_BYTES, read_rules
from zkctl.runtime.printable import printable
from zkctl.storage.atomic import atomic_output
from zkctl.storage.lock import take_lock
from zkctl.storage.mapped import read_bytes


def keep_rules(path: Path, rules: bytes) -> None:
    """Note the rules in the folder, which must not be another ceremony's."""
    if not path.exists():
        with atomic_output(path) as stream:
            stream.write(rules)
    read_rules(path)
    if read_bytes(path, MAX_RULES_BYTES) != rules:
        raise IntegrityError(
            "the folder belongs to another ceremony",
            where=printable(path),
            hint="name another one with --output",
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
