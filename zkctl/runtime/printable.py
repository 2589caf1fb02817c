"""Strings from outside made safe to print: names of contributors, of signals, paths."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path

from zkctl.errors import ZkctlError
from zkctl.runtime.standard_streams import NAMES

# Cc controls, Cf formats (right-to-left overrides, zero widths), Cs lone surrogates, Co private,
# Cn unassigned, Zl/Zp line breaks
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def printable(text: str | PathLike[str], limit: int = 300) -> str:
    """Return the string on one line, cut at `limit`; control and undecodable characters escaped.

    The paths of standard input and output become their names.
    """
    raw = NAMES.get(text, "") if isinstance(text, Path) else ""
    raw = raw or fspath(text)
    cut = raw[:limit]
    shown = "".join(_escape(c) if unicodedata.category(c) in _UNPRINTABLE else c for c in cut)
    return shown if len(raw) <= limit else f"{shown}... ({len(raw)} characters)"


@contextmanager
def located(path: str | PathLike[str]) -> Iterator[None]:
    """Put the file's name in front of the place of an error that leaves the block."""
    try:
        yield
    except ZkctlError as problem:
        name = printable(path)
        problem.where = f"{name}, {problem.where}" if problem.where else name
        raise


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8 (surrogateescape)
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
