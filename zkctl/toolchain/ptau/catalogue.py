"""Published powers of tau (catalogue.toml): found by power, recognised by size and digest."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from zkctl.errors import UsageError
from zkctl.runtime.records import record

DEFAULT_SOURCE = "hez"
_NEXT = {"hez": "ppot-0080"}  # where powers that a source lacks are found


@record
class PublishedFile:
    """A file of a public ceremony."""

    source: str
    ceremony: str
    name: str
    power: int
    n_bytes: int
    algorithm: str
    digest: str
    mirrors: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name, and the ceremony it comes from."""
        return f"{self.name} ({self.ceremony})"


def ceremonies() -> list[dict[str, Any]]:
    """Return the entries of the catalogue."""
    file = Path(__file__).with_name("catalogue.toml")  # importlib.resources imports zipfile: 5 ms
    entries: list[dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))["ceremony"]
    return entries


@cache
def published_files() -> tuple[PublishedFile, ...]:
    """Return every file of the catalogue."""
    return tuple(
        PublishedFile(
            source=ceremony["id"],
            ceremony=ceremony["title"],
            name=entry["name"],
            power=entry["power"],
            n_bytes=(ceremony["bytes_per_row"] << entry["power"]) + ceremony["other_bytes"],
            algorithm=ceremony["algorithm"],
            digest=entry["digest"],
            mirrors=tuple(ceremony["mirrors"]),
        )
        for ceremony in ceremonies()
        for entry in ceremony["files"]
    )


def published_file(power: int, source: str = "") -> PublishedFile:
    """Return the file of a power; without a source the Hermez one, or else one of the others.

    Raises: UsageError for a source or a power that the catalogue does not have.
    """
    sources = sorted({file.source for file in published_files()})
    if source and source not in sources:
        raise UsageError(f"unknown source {source!r}", hint=f"known sources: {', '.join(sources)}")
    found = {file.source: file for file in published_files() if file.power == power}
    wanted = [source] if source else [DEFAULT_SOURCE, *_NEXT.values()]
    for name in wanted:
        if name in found:
            return found[name]
    powers = [file.power for file in published_files() if not source or file.source == source]
    raise UsageError(
        f"no published file of power {power}" + (f" in {source}" if source else ""),
        hint=f"there are powers {min(powers)} to {max(powers)}",
    )


UNPUBLISHED = "the powers of tau are not a published file: verify them with `verify_ptau()` as well"


def recognise(path: Path) -> PublishedFile | None:
    """Return the published file that this one equals, or None; only files of a published size are hashed."""
    size = path.stat().st_size
    candidates = [file for file in published_files() if file.n_bytes == size]
    for algorithm in sorted({file.algorithm for file in candidates}):
        import hashlib  # OpenSSL's, which takes milliseconds to load

        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, algorithm).hexdigest()
        for file in candidates:
            if file.algorithm == algorithm and file.digest == digest:
                return file
    return None
