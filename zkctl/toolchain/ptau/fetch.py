"""Fetch one published file into the cache: mirrors in order, resuming, until the digest is right.

The digest is computed as bytes arrive.  A part may hold bytes of several mirrors; where the digest of
a complete part is wrong, it is discarded, and a mirror that sent only the end is asked once more for
all of it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from zkctl.errors import EnvironmentProblem, IntegrityError, NetworkError
from zkctl.formats.magic import name_of_start
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress
from zkctl.runtime.records import record
from zkctl.storage.mapped import system_errors
from zkctl.storage.private import open_private_file
from zkctl.storage.space import check_free_space
from zkctl.toolchain.http_source import Client, Reply, UnusableAnswer, open_at
from zkctl.toolchain.ptau.cache import PtauCache, new_digest
from zkctl.toolchain.ptau.catalogue import PublishedFile

_BLOCK_BYTES = 1 << 20
_MAGIC = b"ptau"


@dataclass
class Part:
    """An unfinished file, the digest of its bytes, and their origin."""

    file: PublishedFile
    stream: BinaryIO
    state: Any = field(init=False)
    n_bytes: int = 0
    url: str = ""
    etag: str = ""

    def __post_init__(self) -> None:
        self.state = new_digest(self.file)

    def append(self, chunk: bytes) -> None:
        """Add bytes at the end.  Raises: UnusableAnswer for the beginning of another kind of file."""
        if self.n_bytes < len(_MAGIC):
            expected = _MAGIC[self.n_bytes : self.n_bytes + len(chunk)]
            if not chunk.startswith(expected):
                kind = name_of_start(chunk)
                raise UnusableAnswer(f"the server sends {kind} instead of a ptau file")
        if self.n_bytes + len(chunk) > self.file.n_bytes:
            raise UnusableAnswer(f"the server sends more than {self.file.n_bytes} bytes")
        self.stream.write(chunk)
        self.state.update(chunk)
        self.n_bytes += len(chunk)

    def restart(self) -> None:
        """Discard the bytes."""
        self.stream.seek(0)
        self.stream.truncate()
        self.state, self.n_bytes, self.url, self.etag = new_digest(self.file), 0, "", ""


@record
class Fetch:
    """One download: file, cache, client and receiver of progress."""

    cache: PtauCache
    file: PublishedFile
    client: Client
    progress: Progress

    def run(self, urls: Sequence[str]) -> str:
        """Put the file into the cache and return the address it came from.  Assumes: the lock is held.

        Raises: IntegrityError if every mirror has other bytes, NetworkError if none has the file;
        EnvironmentProblem for a full disk.
        """
        part_path = self.cache.part(self.file)
        with system_errors("write the file", part_path):
            handle = open_private_file(part_path, os.O_RDWR | os.O_CREAT)
            with os.fdopen(handle, "r+b") as stream:
                part = self._resumed(stream)
                check_free_space(part_path.parent, self.file.n_bytes - part.n_bytes)
                url = self._from_any(part, urls)
                stream.flush()
                os.fsync(stream.fileno())
        self.cache.complete(self.file, url)
        return url

    def _resumed(self, stream: BinaryIO) -> Part:
        """Return the part that an earlier run left, read again for its digest."""
        part = Part(self.file, stream)
        try:
            while block := stream.read(_BLOCK_BYTES):
                part.state.update(block)
                part.n_bytes += len(block)
            if part.n_bytes > self.file.n_bytes:
                part.restart()
            with suppress(OSError, ValueError, EnvironmentProblem):
                origin = json.loads(self.cache.read(self.cache.sidecar(self.file).name))
                part.url, part.etag = str(origin["url"]), str(origin["etag"])
        except (KeyError, TypeError):
            part.url = part.etag = ""
        return part

    def _from_any(self, part: Part, urls: Sequence[str]) -> str:
        problems: list[tuple[str, NetworkError | IntegrityError]] = []
        for url in urls:
            try:
                self._from(part, url)
            except (NetworkError, IntegrityError) as problem:
                problems.append((url, problem))
                self.progress(f"{printable(url)}: {problem.message}", None)
            else:
                return part.url or url
        where = "\n".join(["", *(f"{printable(url)}: {p.message}" for url, p in problems)])
        if problems and all(isinstance(p, IntegrityError) for _, p in problems):
            raise IntegrityError(
                f"no mirror has the published {self.file.name}",
                where=where,
                hint="the digest is pinned: pass another address in `mirrors`",
            )
        raise NetworkError(
            f"{self.file.name} could not be fetched from any of {len(problems)} mirrors",
            where=where,
            hint="try again later, pass `mirrors`, or pass a copy of the file as `from_file`",
        )

    def _from(self, part: Part, url: str) -> None:
        """Complete the part from one mirror.  Raises: NetworkError, IntegrityError."""
        mixed = part.n_bytes > 0
        self._complete(part, url)
        if part.state.hexdigest() != self.file.digest and mixed:
            part.restart()
            self._complete(part, url)
        digest = part.state.hexdigest()
        if digest != self.file.digest:
            part.restart()
            raise IntegrityError(
                f"the mirror sends other bytes: {self.file.algorithm} {digest[:16]}...,"
                f" expected {self.file.digest[:16]}..."
            )

    def _complete(self, part: Part, url: str) -> None:
        failures = 0
        while part.n_bytes < self.file.n_bytes:
            before = part.n_bytes
            try:
                self._attempt(part, url)
            except UnusableAnswer:
                raise
            except NetworkError:
                failures = 0 if part.n_bytes - before >= self.client.little else failures + 1
                if failures > self.client.failures:
                    raise
                time.sleep(self.client.pause * 2 ** min(failures, 5))

    def _attempt(self, part: Part, url: str) -> None:
        """One request.  Raises: NetworkError if it ends early, UnusableAnswer if it is no use."""
        etag = part.etag if part.url == url else ""
        with open_at(url, part.n_bytes, etag, self.file.n_bytes, self.client) as reply:
            if part.n_bytes and reply.start and etag and reply.etag != etag:
                part.restart()  # another file under the old name: from the beginning
                return
            if reply.start != part.n_bytes:
                part.restart()
            self._note_origin(part, url, reply)
            for chunk in reply.chunks(self.client):
                part.append(chunk)
                self.progress(f"fetching {self.file.name}", part.n_bytes / self.file.n_bytes)
        if part.n_bytes < self.file.n_bytes:
            raise NetworkError(
                f"the connection ended after {part.n_bytes} of {self.file.n_bytes} bytes"
            )

    def _note_origin(self, part: Part, url: str, reply: Reply) -> None:
        part.url, part.etag = url, reply.etag
        part.stream.flush()
        origin = json.dumps({"url": url, "etag": reply.etag})
        self.cache.write(self.cache.sidecar(self.file).name, origin.encode())
