"""circom's .sym files: lines `label,wire,component,name`, wire -1 where simplification removed it."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from zkctl.errors import FormatError
from zkctl.storage.mapped import MappedFile, map_file

ELIMINATED = -1
_LINES_AT_ONCE = 1 << 16
_LONGEST_LINE = 1 << 16
_MAIN = "main."
# label and component are u64; names hold neither commas nor control characters
_LINE = re.compile(
    r"(0|[1-9][0-9]{0,18}),(-1|0|[1-9][0-9]{0,9}),(0|[1-9][0-9]{0,18}),([^,\x00-\x1f\x7f]+)"
)
# a line of a signal of main: component and name
_MAIN_LINE = re.compile(
    r"^(?:0|[1-9][0-9]{0,18}),(?:-1|0|[1-9][0-9]{0,9}),(0|[1-9][0-9]{0,18}),main\.([^,\x00-\x1f\x7f]+)$",
    re.MULTILINE,
)
_BLOCK = 1 << 18


class SymbolRow(NamedTuple):
    """One signal: its label, its wire (or ELIMINATED), the number of its component, its name."""

    label: int
    wire: int
    component: int
    name: str


def read_sym(path: Path) -> list[SymbolRow]:
    """Read the names of signals.

    Raises: FormatError with the line number; EnvironmentProblem if unreadable.
    """
    return list(_rows(path))


def find_name(path: Path, label: int) -> str | None:
    """Return the name of a label by bisection, as circom and zkctl write labels in ascending order.

    None if the file has no such label, or a line on the way is malformed.
    Raises: EnvironmentProblem if unreadable.
    """
    source = map_file(path)
    text = source.data.obj
    assert isinstance(text, bytes | mmap.mmap)
    low, high = 0, source.size
    while low < high:
        middle = (low + high) // 2
        start = max(low, text.rfind(b"\n", low, middle) + 1)
        end = text.find(b"\n", middle, high)
        end = high if end < 0 else end
        match = _LINE.fullmatch(
            str(text[start : min(end, start + _LONGEST_LINE)], "utf-8", "replace")
        )
        if match is None:
            return None
        found = int(match[1])
        if found == label:
            return match[4]
        low, high = (end + 1, high) if found < label else (low, start)
    return None


def read_wire_names(path: Path) -> dict[int, str]:
    """Return the name of each wire that has one; of several names, the first in the file.

    Raises: FormatError with the line number; EnvironmentProblem if unreadable.
    """
    names: dict[int, str] = {}
    for row in _rows(path):
        if row.wire != ELIMINATED:
            names.setdefault(row.wire, row.name)
    return names


def _rows(path: Path) -> Iterator[SymbolRow]:
    source = map_file(path)
    try:
        for number, line in enumerate(_lines(source), 1):
            yield _row(line, number, source.where)
    except FormatError as problem:
        _name_content(problem, source)
        raise
    source.check_unchanged()


def _name_content(problem: FormatError, source: MappedFile) -> None:
    """Add to a problem what the file is, if it is of another kind."""
    from zkctl.formats.identify import name_of_content

    found = name_of_content(source.data)
    if found != "a sym file":
        problem.hint = f"pass the .sym file that was written with the circuit, this is {found}"


def read_main_names(path: Path) -> list[str]:
    """Read the names of the main component's own signals, without `main.`: they come first, outputs and inputs among them.

    Raises: FormatError with the line number; EnvironmentProblem if unreadable.
    """
    source = map_file(path)
    names: list[str] = []
    component: str | None = None
    for rows in _main_rows(source):
        component = component or rows[0][0]
        end = next((k for k, row in enumerate(rows) if row[0] != component), len(rows))
        names.extend(name for _, name in rows[:end])
        if end < len(rows):
            break
    source.check_unchanged()
    return names


def _main_rows(source: MappedFile) -> Iterator[list[tuple[str, str]]]:
    """Yield rows of signals of main, as component and name: many at once, one by one from the first block that has others."""
    n_lines = 0
    for block in _blocks(source):
        rows: list[tuple[str, str]] = _MAIN_LINE.findall(block)
        n_lines += len(rows)
        if len(rows) != block.count("\n"):
            n_lines -= len(rows)
            break
        yield rows
    for number, line in enumerate(_lines(source), 1):
        if number > n_lines:
            row = _row(line, number, source.where)
            if not row.name.startswith(_MAIN):
                raise FormatError(f"line {number} names no signal of main", where=source.where)
            yield [(str(row.component), row.name.removeprefix(_MAIN))]


def _blocks(source: MappedFile) -> Iterator[str]:
    """Yield the text in blocks of whole lines, up to the first one that is not text."""
    start = 0
    while start < source.size:
        block = bytes(source.data[start : start + _BLOCK])
        end = block.rfind(b"\n") + 1
        try:
            text = str(block[:end], "utf-8")
        except UnicodeDecodeError:
            return
        if not end:
            return
        yield text
        start += end


def _lines(source: MappedFile) -> Iterator[str]:
    start = 0
    buffer = source.data.obj
    assert buffer is not None
    n_line = 0
    while start < source.size:
        n_line += 1
        end = buffer.find(b"\n", start, start + _LONGEST_LINE)  # type: ignore[attr-defined]
        if end < 0:
            raise FormatError(
                f"line {n_line} does not end", where=source.where, hint="the file may be truncated"
            )
        try:
            yield str(source.data[start:end], "utf-8")
        except UnicodeDecodeError:
            raise FormatError(f"line {n_line} is not UTF-8", where=source.where) from None
        start = end + 1


def _row(line: str, number: int, where: str) -> SymbolRow:
    match = _LINE.fullmatch(line)
    if match is None:
        raise FormatError(f"line {number} is not label,wire,component,name", where=where)
    label, wire, component, name = match.groups()
    return SymbolRow(int(label), int(wire), int(component), name)


def write_sym(file: BinaryIO, rows: Iterable[tuple[int, int, int, str]]) -> None:
    """Write the names of signals, rows of label, wire, component and name, in the given order."""
    lines = (f"{label},{wire},{component},{name}\n" for label, wire, component, name in rows)
    while block := "".join(islice(lines, _LINES_AT_ONCE)):
        file.write(block.encode())
