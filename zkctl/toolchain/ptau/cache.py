"""The cache of downloaded powers of tau: a folder with a manifest, and the unfinished files in it.

A file NAME has beside it, while it is fetched, NAME.lock (held by the process that fetches),
NAME.part and NAME.part.json (where its bytes come from).  The manifest records time and
address of each download; a file of the cache is used only after its digest was computed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from zkctl.errors import EnvironmentProblem, IntegrityError
from zkctl.field.kernels.cache import cache_folder
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress
from zkctl.storage.lock import take_lock
from zkctl.storage.mapped import system_errors
from zkctl.storage.private import (
    make_private_folder,
    open_private_file,
    private_folder,
    read_private,
    remove_private,
    replace_private,
    size_of_private,
)
from zkctl.toolchain.ptau.catalogue import PublishedFile

_BLOCK_BYTES = 1 << 20
_MANIFEST = "manifest.json"


def ptau_cache_folder() -> Path:
    """Return the folder of downloads: ptau in zkctl's cache folder.

    Raises: EnvironmentProblem if there is none.
    """
    folder = cache_folder()
    if folder is None:
        raise EnvironmentProblem("there is no folder for the cache", hint="set ZKCTL_CACHE_DIR")
    return folder / "ptau"


def new_digest(file: PublishedFile) -> Any:
    """Return a hash of the file's algorithm."""
    return hashlib.new(file.algorithm)


def copy_checked(
    given: BinaryIO, source: Path, stream: BinaryIO, file: PublishedFile, progress: Progress
) -> None:
    """Copy an open file, computing its digest on the way; `source` is its path, for messages.

    Raises: IntegrityError if it is not the published file.
    """
    state, n_bytes = new_digest(file), 0
    for block in _blocks(given, source, file):
        state.update(block)
        n_bytes += len(block)
        stream.write(block)
        progress(f"checking {file.name}", n_bytes / file.n_bytes)
    if state.hexdigest() != file.digest:
        found, expected = state.hexdigest()[:16], file.digest[:16]
        raise _differs(source, file, f"{file.algorithm} {found}...", f"{expected}...")


def _blocks(given: BinaryIO, source: Path, file: PublishedFile) -> Iterator[bytes]:
    size = os.fstat(given.fileno()).st_size
    if size != file.n_bytes:
        raise _differs(source, file, f"{size} bytes", f"{file.n_bytes} bytes")
    while True:
        with system_errors("read the file", source):
            block = given.read(_BLOCK_BYTES)
        if not block:
            return
        yield block


def _differs(path: Path, file: PublishedFile, found: str, expected: str) -> IntegrityError:
    return IntegrityError(
        f"not the published {file.name}: {found}, expected {expected}", where=printable(path)
    )


def cached_names(folder: Path) -> frozenset[str]:
    """Return the names of the regular files of the cache; a folder that others control has none."""
    names = set()
    with (
        suppress(EnvironmentProblem),
        private_folder(folder, create=False) as handle,
        os.scandir(handle) as entries,
    ):
        names = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
    return frozenset(names)


class PtauCache:
    """A folder of published files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_private_folder(folder)

    def path(self, file: PublishedFile) -> Path:
        """Return the path of the complete file."""
        return self.folder / file.name

    def has(self, file: PublishedFile) -> bool:
        """Return whether the complete file is there.  Raises: EnvironmentProblem for a planted one."""
        return size_of_private(self.path(file)) is not None

    def open(self, file: PublishedFile) -> BinaryIO:
        """Open the complete file.  Raises: EnvironmentProblem as `open_private_file`."""
        return os.fdopen(open_private_file(self.path(file), os.O_RDONLY), "rb")

    def part(self, file: PublishedFile) -> Path:
        """Return the path of the unfinished file."""
        return self.folder / f"{file.name}.part"

    @contextmanager
    def locked(self, file: PublishedFile, progress: Progress) -> Iterator[None]:
        """Wait until no other process fetches this file; the lock ends with the process."""
        path = self.folder / f"{file.name}.lock"
        waiting = f"waiting for another process that fetches {file.name}"
        handle = take_lock(path, wait=lambda: progress(waiting, None))
        try:
            yield
        finally:
            if handle is not None:
                os.close(handle)

    def write(self, name: str, content: bytes) -> None:
        """Write a small file of the cache as a whole.  Raises: EnvironmentProblem."""
        replace_private(self.folder / name, content)

    def read(self, name: str) -> bytes:
        """Return the first MiB of a file of the cache, nothing for a missing one.  Raises: EnvironmentProblem."""
        return read_private(self.folder / name, _BLOCK_BYTES) or b""

    def complete(self, file: PublishedFile, url: str) -> None:
        """Rename a checked part to its final name, and record it in the manifest."""
        path, part = self.path(file), self.part(file)
        with private_folder(self.folder) as folder, system_errors("write the file", path):
            os.replace(part.name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            remove_private(self.sidecar(file))
            os.fsync(folder)
        self._note(file, {"url": url, "fetched": int(time.time())})

    def forget(self, file: PublishedFile) -> None:
        """Remove a file that is not what it should be."""
        remove_private(self.path(file))
        self._note(file, None)

    def sidecar(self, file: PublishedFile) -> Path:
        """Return the path of the record of an unfinished file's origin."""
        return self.folder / f"{file.name}.part.json"

    def manifest(self) -> dict[str, Any]:
        """Return the records of downloads by name; none if the manifest is lost or damaged."""
        with suppress(OSError, ValueError, EnvironmentProblem):
            document = json.loads(self.read(_MANIFEST))
            if isinstance(document, dict):
                return document
        return {}

    def _note(self, file: PublishedFile, entry: dict[str, Any] | None) -> None:
        manifest = self.manifest()
        manifest.pop(file.name, None)
        if entry is not None:
            facts = {"bytes": file.n_bytes, file.algorithm: file.digest}
            manifest[file.name] = facts | entry
        self.write(_MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
