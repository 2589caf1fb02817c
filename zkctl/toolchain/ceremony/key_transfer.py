"""Large keys over the network: fetched and sent in a way that goes on after every interruption."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zkctl.errors import CheckFailed, IntegrityError, NetworkError
from zkctl.formats.ceremony_files import Receipt, receipt_fields
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress
from zkctl.runtime.records import record
from zkctl.storage.mapped import system_errors
from zkctl.storage.private import open_private_file
from zkctl.storage.space import check_free_space
from zkctl.toolchain.ceremony.coordinator_client import (
    SLOWEST_BYTES_PER_SECOND,
    CoordinatorClient,
    SlotLost,
    sha256,
)
from zkctl.toolchain.ceremony.folder import blake2b
from zkctl.toolchain.http_source import open_at

FIRST_PIECE, SMALLEST_PIECE, LARGEST_PIECE = 256 << 10, 64 << 10, 16 << 20
_QUICK, _SLOW = 1.0, 10.0  # seconds for a piece: then the next one is larger, or smaller


@record
class RemoteKey:
    """A key to fetch: its place, its size as the coordinator says, its digest from the ledger."""

    url: str
    n_bytes: int
    digest: str


def fetch_key(client: CoordinatorClient, key: RemoteKey, target: Path, progress: Progress) -> None:
    """Bring a key to a file, going on where an earlier run stopped.

    Raises: IntegrityError if its bytes are not the recorded ones; NetworkError; EnvironmentProblem.
    """
    part = target.with_name(f".{target.name}.{key.digest[:16]}.part")
    with system_errors("write the file", part):
        os.close(open_private_file(part, os.O_RDWR | os.O_CREAT))  # from here on ours alone
        if part.stat().st_size > key.n_bytes:
            os.truncate(part, 0)
        resumed = part.stat().st_size > 0
        check_free_space(part.parent, 2 * key.n_bytes)
        _complete(client, key, part, progress)
        if blake2b(part) != key.digest and resumed:
            os.truncate(part, 0)
            _complete(client, key, part, progress)
        digest = blake2b(part)
        if digest != key.digest:
            part.unlink()
            raise IntegrityError(
                f"the coordinator sends another key: {digest[:16]}...,"
                f" the ledger has {key.digest[:16]}..."
            )
        part.replace(target)


def _complete(client: CoordinatorClient, key: RemoteKey, part: Path, progress: Progress) -> None:
    """Append what is missing; an attempt that brings hardly anything counts as a failure."""
    begun_at, (since, failures) = time.monotonic(), (time.monotonic(), 0)
    longest = _longest(client, key.n_bytes)
    while (begun := part.stat().st_size) < key.n_bytes:
        try:
            _append(client, key, part, progress)
        except NetworkError as problem:
            if time.monotonic() - begun_at > longest:
                raise
            if part.stat().st_size - begun >= client.source.little:
                since, failures = time.monotonic(), 0
            elif time.monotonic() - since > client.patience:
                raise
            client.tell(f"{problem.message}; going on")
            client.rest(failures)
            failures += 1


def _longest(client: CoordinatorClient, n_bytes: int) -> float:
    """Return the seconds after which a transfer ends that goes on but does not come to an end."""
    return client.patience + n_bytes / SLOWEST_BYTES_PER_SECOND


def _append(client: CoordinatorClient, key: RemoteKey, part: Path, progress: Progress) -> None:
    start = part.stat().st_size
    with (
        open_at(key.url, start, "", key.n_bytes, client.source) as reply,
        os.fdopen(open_private_file(part, os.O_RDWR), "r+b") as out,
    ):
        out.truncate(reply.start)
        out.seek(reply.start)
        n_bytes = reply.start
        for chunk in reply.chunks(client.source):
            n_bytes += len(chunk)
            if n_bytes > key.n_bytes:
                raise CheckFailed(f"the coordinator sends more than {key.n_bytes} bytes")
            out.write(chunk)
            progress("fetching the newest key", n_bytes / key.n_bytes)
    if n_bytes < key.n_bytes:
        raise NetworkError(f"the connection ended after {n_bytes} of {key.n_bytes} bytes")


@dataclass
class Sending:
    """A key on its way to the coordinator, in pieces that fit the line."""

    client: CoordinatorClient
    key: Path
    receipt: Receipt
    largest: int
    progress: Progress
    check: Callable[[], None]  # raises SlotLost when it is too late
    piece: int = FIRST_PIECE

    def run(self) -> None:
        """Announce the key and send it, asking the coordinator where it stands after every failure.

        Raises: SlotLost, CheckFailed if the coordinator does not want it; NetworkError.
        """
        n_bytes = self.key.stat().st_size
        announced = {"n_bytes": n_bytes, "receipt": receipt_fields(self.receipt)}
        post = self.client.post
        offset = self._offset(self.client.patiently(lambda: post("api/upload", announced)), n_bytes)
        ends = time.monotonic() + _longest(self.client, n_bytes)
        since, failures = time.monotonic(), 0
        with self.key.open("rb") as stream:
            while offset < n_bytes:
                self.check()
                self.progress("sending the new key", offset / n_bytes)
                stream.seek(offset)
                before, offset = offset, self._send(stream.read(self._size()), offset, n_bytes)
                now = time.monotonic()
                if offset > before and now < ends:
                    since, failures = now, 0
                    continue
                if now - since > self.client.patience or now >= ends:
                    raise NetworkError("the coordinator takes no more of the key")
                self.client.rest(failures)
                failures += 1

    def _size(self) -> int:
        return max(1, min(self.piece, self.largest, LARGEST_PIECE))

    def _send(self, data: bytes, offset: int, n_bytes: int) -> int:
        """Send one piece; returns the next offset of the coordinator."""
        headers = {"Upload-Offset": str(offset), "Upload-Digest": sha256(data)}
        begun = time.monotonic()
        try:
            answer = self.client.put("api/upload", data, headers)
        except (NetworkError, SlotLost) as problem:
            self.client.tell(f"{problem.message}; asking where the upload stands")
            self.piece = max(SMALLEST_PIECE, self.piece // 2)
            answer = self.client.patiently(lambda: self.client.get("api/upload"))
        elapsed = time.monotonic() - begun
        if elapsed < _QUICK:
            self.piece = min(self.largest, self.piece * 2)
        elif elapsed > _SLOW:
            self.piece = max(SMALLEST_PIECE, self.piece // 2)
        return self._offset(answer, n_bytes)

    def _offset(self, answer: dict[str, Any], n_bytes: int) -> int:
        offset = answer.get("offset")
        if type(offset) is not int or not 0 <= offset <= n_bytes:
            shown = printable(str(offset), 40)
            raise CheckFailed(f"the coordinator says the upload stands at {shown} of {n_bytes}")
        return offset
