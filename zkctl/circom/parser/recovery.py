"""The way on behind an error in a statement: the same errors are found as by circom's table-driven parser.

Behind an error tokens are dropped.  A semicolon ends the statement, which is then no statement (P1012).  A token that can begin a
statement ends it, too, if the tokens read so far begin with a whole statement: then only the semicolon is missing (P1008).
"""

from __future__ import annotations

from zkctl.circom.parser.cursor import Cursor
from zkctl.circom.parser.lexer import END, INVALID, NAME, NUMBER

_START_WORDS = "_ ( [ { } ! ~ - ++ -- parallel if for while return log assert var component signal input output"
STATEMENT_STARTS = frozenset((NAME, NUMBER, *_START_WORDS.split()))
_SIGNS = r"= <-- <== --> ==> === += -= *= /= \= %= **= <<= >>= &= |= ^="
_OPERATORS = frozenset(_SIGNS.split())
_STEPS = ("++", "--")
_OPERANDS = frozenset((NAME, NUMBER, "_"))


def record_missing_semicolon(cursor: Cursor) -> None:
    """Record a missing semicolon behind the last token passed."""
    end = cursor.tokens.ends[cursor.position - 1]
    place = cursor.place_from(end)._replace(end=end + 1)
    message = f"semicolon missing before {cursor.found()}"
    cursor.record(message, code="P1008", hint="add `;`", place=place)


def recover(cursor: Cursor, begun: int) -> bool:
    """Go on behind the error recorded last, in the statement that begins with token `begun`.

    Return False at the end of the file, or at an invalid character: then that error is the only one.
    """
    may_lack_semicolon = _begins_with_statement(cursor, begun)
    while cursor.kind not in (END, INVALID):
        if cursor.take(";"):
            return True
        if may_lack_semicolon and cursor.kind in STATEMENT_STARTS:
            cursor.errors.pop()
            record_missing_semicolon(cursor)
            return True
        cursor.advance()
    return False


def _begins_with_statement(cursor: Cursor, begun: int) -> bool:
    """Return whether the tokens before the error begin with a whole statement."""
    kinds = cursor.tokens.kinds[begun : cursor.position]
    outside = _outside_of_brackets(kinds)
    first = kinds[0] if kinds else END
    if first in ("var", "component", "signal", "input", "output"):
        return NAME in outside[1:]
    if first == NAME and outside[1:2] and outside[1] in (NAME, "input", "output"):
        return NAME in outside[1:]  # a bus
    if first == "return":
        return bool(_OPERANDS.intersection(outside[1:])) or ")" in outside or "]" in outside
    for position, kind in enumerate(outside):
        if kind in _STEPS:
            return True
        if kind in _OPERATORS:
            return not {*_OPERANDS, ")", "]"}.isdisjoint(outside[position + 1 :])
    return False


def _outside_of_brackets(kinds: list[str]) -> list[str]:
    """Return the tokens that are in no bracket; a bracket that is closed is its closing token."""
    found, depth = [], 0
    for kind in kinds:
        if kind in ("(", "[", "{"):
            depth += 1
            continue
        if kind in (")", "]", "}"):
            depth -= 1
        if depth == 0:
            found.append(kind)
    return found
