"""JSON in the layout of snarkjs: one space of indentation, each element on a separate line, no newline at the end.

Small documents are one text; large ones come in pieces, so that no more than a block of rows is in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zkctl.formats.json.strict import Json

ROWS_AT_ONCE = 1 << 12  # elements of a long array that become text together

_scalar = json.JSONEncoder(ensure_ascii=False).encode


def text_of(value: Json, depth: int = 0) -> str:
    """Return a document, or a part of one that stands `depth` levels deep."""
    outer, inner = "\n" + " " * depth, "\n" + " " * (depth + 1)
    if isinstance(value, list):
        items = [inner + text_of(item, depth + 1) for item in value]
        return "[" + ",".join(items) + outer + "]"
    if isinstance(value, dict):
        items = [f'{inner}"{key}": {text_of(item, depth + 1)}' for key, item in value.items()]
        return "{" + ",".join(items) + outer + "}"
    return _scalar(value)


def array_pieces(blocks: Iterable[Sequence[str]], depth: int) -> Iterator[str]:
    """Yield an array that stands `depth` levels deep; the texts of its elements come in blocks."""
    inner = "\n" + " " * (depth + 1)
    yield "["
    separator = inner
    for block in blocks:
        if block:
            yield separator + ("," + inner).join(block)
            separator = "," + inner
    yield "\n" + " " * depth + "]"


def object_pieces(
    start: dict[str, Json], arrays: Iterable[tuple[str, Iterable[str]]]
) -> Iterator[str]:
    """Yield an object: its short members, then its long ones, each in pieces.  At least one is short."""
    yield text_of(start).removesuffix("\n}")
    for name, pieces in arrays:
        yield f',\n "{name}": '
        yield from pieces
    yield "\n}"
