"""The name of a circuit's source, FILE.py or FILE.py:NAME."""

from __future__ import annotations

from pathlib import Path


def split_source(source: str) -> tuple[str, str]:
    """Return file and name, "" if there is none; folders may have any character in their names.

    A text of another form is returned whole, as a file.
    """
    file, _, name = source.rpartition(":")
    if source.endswith(".py") or not file.endswith(".py"):
        return source, ""
    return file, name


def file_of_source(source: str) -> Path:
    """Return the path of the file."""
    return Path(split_source(source)[0])
