"""Carets under a piece of a source line, as terminals show it: tabs expanded, wide characters of two columns."""

from __future__ import annotations

import unicodedata

from zkctl.runtime.printable import printable

_TAB = 4  # columns from one tab stop to the next
_MARKS = {"Mn", "Me"}  # they stand on the character before them


def with_carets(text: str, start: int, end: int) -> tuple[str, str]:
    """Return a line with its tabs expanded, and a line of carets for below it; at least one caret.

    Units of `start` and `end`: characters of `text`.  Characters that are not printed are escaped.
    """
    pieces: list[str] = []
    columns = [0]  # of each character, and of the end
    for character in text:
        piece = _shown(character, columns[-1])
        pieces.append(piece)
        columns.append(columns[-1] + (_width(piece) if len(piece) == 1 else len(piece)))
    first, last = (columns[min(each, len(text))] for each in (start, end))
    return "".join(pieces), " " * first + "^" * max(1, last - first)


def _shown(character: str, column: int) -> str:
    return " " * (_TAB - column % _TAB) if character == "\t" else printable(character)


def _width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in _MARKS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
