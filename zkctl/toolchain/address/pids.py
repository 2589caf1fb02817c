"""Check a list of PIDs, one a line."""

from __future__ import annotations

from pathlib import Path

from zkctl.address.pid import normalise_pid, parse_pid
from zkctl.errors import InputError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import read_input

_MAX_BYTES = 64 << 20


@record
class PidLine:
    """A PID by its line: its depth and collision number, or the reason why it is refused; components where they are wanted."""

    line: int
    depth: int
    collision: int
    refused: str
    components: list[str]


@record
class PidSummary:
    """The PIDs of a list."""

    pids: list[PidLine]
    n_refused: int


def list_pids(source: Path, *, normalise: bool = False, components: bool = False) -> PidSummary:
    """Check the PIDs of a file or of standard input; no PID is in the result unless its components are wanted.

    Raises: InputError for a file that is not UTF-8.
    """
    try:
        text = read_input(source, _MAX_BYTES).decode()
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8", where=printable(source)) from None
    found = [
        _line(k, normalise_pid(line) if normalise else line, components)
        for k, line in enumerate(_lines(text), 1)
    ]
    return PidSummary(found, sum(bool(each.refused) for each in found))


def _lines(text: str) -> list[str]:
    """Return the lines; only a line feed ends one, with a carriage return before it or not: other separators are wrong characters."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return [line.removesuffix("\r") for line in lines]


def _line(number: int, text: str, components: bool) -> PidLine:
    try:
        pid = parse_pid(text)
    except InputError as problem:
        return PidLine(number, 0, 0, problem.message, [])
    shown = [str(c) for c in pid.components()] if components else []
    return PidLine(number, pid.depth, pid.collision, "", shown)
