"""Source files and places in them."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from zkctl.runtime.records import record


class Place(NamedTuple):
    """A piece of a source file.  Units: byte offsets from 0, `end` is behind the last byte."""

    file: int
    start: int
    end: int


@record(eq=False)
class SourceFile:
    """A file of circom text.  `name` is how people know it, `path` is canonical; `data` are the bytes as they were read."""

    name: str
    path: Path
    data: bytes

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        position = self.data.find(b"\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.data.find(b"\n", position + 1)
        return starts

    def line(self, offset: int) -> int:
        """Return the number of the line that holds a byte, from 1."""
        return bisect_right(self._line_starts, offset)

    def column(self, offset: int) -> int:
        """Return the column of a byte, from 0 in characters."""
        start = self._line_starts[self.line(offset) - 1]
        return len(self.data[start:offset].decode(errors="replace"))

    def position(self, offset: int) -> str:
        """Return line:column of a byte, both from 1."""
        return f"{self.line(offset)}:{self.column(offset) + 1}"

    def text(self, line: int) -> str:
        """Return a line without its end."""
        start = self._line_starts[line - 1]
        end = self.data.find(b"\n", start)
        return self.data[start : end if end >= 0 else None].decode(errors="replace").rstrip("\r")


def names_in_files(files: Sequence[SourceFile], main: int) -> tuple[str, ...]:
    """Return the names of files relative to the folder of file number `main`."""
    folder = files[main].path.parent
    return tuple(Path(os.path.relpath(each.path, folder)).as_posix() for each in files)
