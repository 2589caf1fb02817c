"""Notice changes of source files by asking for their times again and again: no dependency, any file system."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from zkctl.errors import ZkctlError
from zkctl.toolchain.circuit.source_name import file_of_source
from zkctl.toolchain.project.settings import read_project

SUFFIXES = (".py", ".circom")
SECONDS = 0.5
MAX_FILES = 2000  # of one folder of sources: a folder with more is no folder of sources
_Times = dict[Path, tuple[int, int]]


def changes(
    files: Callable[[], Iterable[Path]],
    *,
    seconds: float = SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[list[Path]]:
    """Return an iterator of the files that changed, appeared or disappeared, without end; the first look is at once.

    Changes that the caller misses while it works on an answer are in the next one.  A change is reported when the files have been
    unchanged for `seconds`: an editor may write in several steps.
    """
    return _changes(_times(files()), files, seconds, sleep)


def _changes(
    old: _Times,
    files: Callable[[], Iterable[Path]],
    seconds: float,
    sleep: Callable[[float], None],
) -> Iterator[list[Path]]:
    while True:
        sleep(seconds)
        new = _times(files())
        if new == old:
            continue
        sleep(seconds)
        while (settled := _times(files())) != new:
            new = settled
            sleep(seconds)
        changed = {path for path, _ in old.items() ^ new.items()}
        old = new
        yield sorted(changed)


def files_of_source(source: str) -> list[Path]:
    """Return the file of FILE.py[:NAME] and all circuit sources of its folder, also below."""
    file = file_of_source(source)
    return sorted({file, *_source_files(file.parent)})


def files_of_project(file: Path) -> list[Path]:
    """Return zkctl.yaml and all circuit sources of the folders of its sources; with a mistake in it, the file alone."""
    try:
        project = read_project(file)
    except ZkctlError:
        return [file]
    folders = {circuit.file.parent for circuit in project.circuits}
    found = {path for folder in folders for path in _source_files(folder)}
    return sorted({project.file, *found})


def _source_files(folder: Path) -> Iterator[Path]:
    n_found = 0
    for path in folder.rglob("*"):
        if path.suffix not in SUFFIXES:
            continue
        places = path.relative_to(folder).parts
        if "site-packages" in places or any(place.startswith(".") for place in places):
            continue
        n_found += 1
        if n_found > MAX_FILES:
            return
        yield path


def _times(files: Iterable[Path]) -> _Times:
    found = {}
    for path in files:
        try:
            facts = path.stat()
        except OSError:
            continue
        found[path] = (facts.st_mtime_ns, facts.st_size)
    return found
