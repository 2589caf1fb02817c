"""Replace files only where their bytes change, so that tools that look at times of files have nothing to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, cast

from zkctl.storage.atomic import atomic_outputs, check_destinations
from zkctl.storage.mapped import system_errors

_IN_MEMORY = 16 << 20
_BLOCK_BYTES = 1 << 20


class Replacement:
    """The new contents of files, and after the block the paths whose bytes changed."""

    def __init__(self, paths: Sequence[Path], streams: Sequence[BinaryIO]) -> None:
        self.paths, self.streams = paths, streams
        self.changed: list[Path] = []


@contextmanager
def replace_different(paths: Sequence[Path]) -> Iterator[Replacement]:
    """Yield one stream for each path; after the block those that differ from their file are written, atomically.

    Raises: as `atomic_outputs` with `force`.
    """
    from tempfile import SpooledTemporaryFile

    check_destinations(paths, force=True)
    with ExitStack() as stack:
        streams = []
        for path in paths:
            spooled = stack.enter_context(SpooledTemporaryFile(_IN_MEMORY, dir=str(path.parent)))
            streams.append(cast("BinaryIO", spooled))
        replacement = Replacement(paths, streams)
        yield replacement
        pairs = zip(paths, streams, strict=True)
        different = [(path, new) for path, new in pairs if not _is_equal(path, new)]
        replacement.changed = [path for path, _ in different]
        if not different:
            return
        with atomic_outputs(replacement.changed, force=True) as outputs:
            for (_, new), output in zip(different, outputs, strict=True):
                new.seek(0)
                shutil.copyfileobj(new, output, _BLOCK_BYTES)


def _is_equal(path: Path, new: BinaryIO) -> bool:
    """Return whether a file exists with these bytes."""
    if not path.is_file():
        return False
    n_bytes = new.seek(0, 2)
    new.seek(0)
    with system_errors("read the file", path), path.open("rb") as old:
        if os.fstat(old.fileno()).st_size != n_bytes:
            return False
        pairs = zip_longest(_blocks(old), _blocks(new))  # a file may change while it is read
        return all(one == other for one, other in pairs)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK_BYTES):
        yield block
