"""Text for people: escaping of what came from files, and records as aligned lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from zkctl.formats.printable import printable

_INDENT = "  "
_LIMIT = 100_000  # characters of one field


def escape(text: str) -> str:
    r"""The text with whatever a terminal could obey or hide written as \x1b or \u202e."""
    return printable(text, _LIMIT)


def plain(value: Any) -> Any:
    """The value as JSON can hold it: records as objects, paths and enums as text, bytes as hex."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
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
    """One line per entry, values aligned; nested records are indented below their name."""
    flat = {key: value for key, value in record.items() if not _is_nested(value)}
    width = max((len(_label(key)) for key in flat), default=0)
    for key, value in record.items():
        if key in flat:
            yield f"{_label(key):<{width}}  {_scalar(value)}".rstrip()
        else:
            yield _label(key)
            yield from (_INDENT + line for line in _nested_lines(value))


def _is_nested(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value)
    return isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value)


def _nested_lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from record_lines(value)
        return
    for number, item in enumerate(value, 1):
        lines = record_lines(item) if isinstance(item, Mapping) else iter([_scalar(item)])
        yield f"{number}. {next(lines, '')}"
        yield from (f"{' ' * len(f'{number}. ')}{line}" for line in lines)


def _label(key: str) -> str:
    return escape(key.replace("_", " "))


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.3g}"
    if isinstance(value, list):
        return ", ".join(_scalar(item) for item in value) or "none"
    return "none" if value is None or value == {} else escape(str(value))
