"""The .circom files that Python code loads: a compiled circuit depends on them as on its modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_NOTED: ContextVar[set[Path] | None] = ContextVar("zkctl_circom_files", default=None)


@contextmanager
def noted_files() -> Iterator[set[Path]]:
    """Yield the set of the canonical paths of all files that are loaded inside."""
    found: set[Path] = set()
    token = _NOTED.set(found)
    try:
        yield found
    finally:
        _NOTED.reset(token)


def note_files(paths: Iterable[Path]) -> None:
    """Note files that were read."""
    noted = _NOTED.get()
    if noted is not None:
        noted.update(paths)
