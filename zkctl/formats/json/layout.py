"""JSON in the layout of snarkjs: one space of indentation, each element on a separate line, no newline at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zkctl.formats.json.strict import Json


def text_of(value: Json, depth: int = 0) -> str:
    """Return a document, or a part of one that stands `depth` levels deep."""
    outer, inner = "\n" + " " * depth, "\n" + " " * (depth + 1)
    if isinstance(value, list):
        items = [inner + text_of(item, depth + 1) for item in value]
        return "[" + ",".join(items) + outer + "]"
    if isinstance(value, dict):
        items = [f'{inner}"{key}": {text_of(item, depth + 1)}' for key, item in value.items()]
        return "{" + ",".join(items) + outer + "}"
    return f'"{value}"' if isinstance(value, str) else str(value)
