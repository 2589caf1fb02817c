"""Published powers of tau, recognised by size and digest (ptau_catalogue.toml)."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path


@dataclass(frozen=True)
class PublishedFile:
    """A file of a public ceremony."""

    ceremony: str
    name: str
    power: int
    n_bytes: int
    algorithm: str
    digest: str


@cache
def published_files() -> tuple[PublishedFile, ...]:
    """Every file of the catalogue."""
    text = resources.files("zkctl.toolchain").joinpath("ptau_catalogue.toml").read_text("utf-8")
    return tuple(
        PublishedFile(
            ceremony=ceremony["title"],
            name=entry["name"],
            power=entry["power"],
            n_bytes=(ceremony["bytes_per_row"] << entry["power"]) + ceremony["other_bytes"],
            algorithm=ceremony["algorithm"],
            digest=entry["digest"],
        )
        for ceremony in tomllib.loads(text)["ceremony"]
        for entry in ceremony["files"]
    )


def recognise(path: Path) -> PublishedFile | None:
    """The published file that this one equals, or None; only files of a published size are hashed."""
    size = path.stat().st_size
    candidates = [file for file in published_files() if file.n_bytes == size]
    for algorithm in sorted({file.algorithm for file in candidates}):
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, algorithm).hexdigest()
        for file in candidates:
            if file.algorithm == algorithm and file.digest == digest:
                return file
    return None
