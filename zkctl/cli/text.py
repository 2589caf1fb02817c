"""Readable text: escaped strings of files, and records as aligned lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from zkctl.runtime.printable import printable
from zkctl.runtime.records import names_of

_INDENT = "  "
_LIMIT = 100_000  # characters of one field
_NAMES = {"n_public": "public signals", "n_vars": "wires"}
_DIGEST_SHOWN = 24  # characters of a digest in a table
_ROWS_SHOWN = 50  # first and last rows of a long table
_EXACT = 1 << 63  # larger integers are field elements: no thousands separators


def escape(text: str) -> str:
    r"""Return the text with control and invisible characters escaped, as \x1b or \u202e."""
    return printable(text, _LIMIT)


def plain(value: Any) -> Any:
    """Return the value in JSON types: records as objects, paths and enums as strings, bytes as hex."""
    names = names_of(value)
    if names is not None:
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Path):
        return str(value)
    return value.name.lower() if isinstance(value, Enum) else value


def record_lines(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield one line per non-empty entry, values aligned; nested records are indented."""
    record = {key: value for key, value in record.items() if value not in (None, "", {})}
    flat = {key: value for key, value in record.items() if not _is_nested(value)}
    width = max((len(_label(key)) for key in flat), default=0)
    for key, value in record.items():
        if key in flat:
            yield f"{_label(key):<{width}}  {_scalar(value)}".rstrip()
        else:
            yield _label(key)
            lines = record_lines(value) if isinstance(value, Mapping) else _table_lines(value)
            yield from (_INDENT + line for line in lines)


def _is_nested(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(item, Mapping) for item in value)
    return isinstance(value, Mapping)


def _table_lines(rows: list[Any]) -> Iterator[str]:
    """Yield records as rows of a table; a list that also has other values item by item."""
    if not all(isinstance(row, Mapping) for row in rows):
        yield from (_scalar(row) for row in rows)
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_label(name) for name in names]]
    cells += [[_shortened(_scalar(row.get(name, ""))) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    n_left_out = len(rows) - 2 * _ROWS_SHOWN
    if n_left_out > 1:
        lines[1 + _ROWS_SHOWN : -_ROWS_SHOWN] = [f"... {n_left_out:,} more rows; --json shows all"]
    yield from lines


def _shortened(cell: str) -> str:
    """Return a cell with long digests cut to their beginning; --json has all of them."""
    return " ".join(_shortened_word(word) for word in cell.split(" "))


def _shortened_word(word: str) -> str:
    digits = word.rstrip(",")
    is_digest = len(digits) > _DIGEST_SHOWN and set(digits) <= set("0123456789abcdef")
    return f"{digits[:_DIGEST_SHOWN]}...{word[len(digits) :]}" if is_digest else word


def _label(key: str) -> str:
    key = _NAMES.get(key, key)
    return escape(key.removeprefix("n_").replace("_", " "))


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < _EXACT else str(value)
    if isinstance(value, float):
        return f"{value:,.3g}"
    if isinstance(value, list):
        return ", ".join(_scalar(item) for item in value) or "none"
    return "none" if value is None or value == {} else escape(str(value))
