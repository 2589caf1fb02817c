"""The way on behind an error in a statement: the same errors are found as by circom's table-driven parser.

Behind an error tokens are dropped.  A semicolon ends the statement, which is then no statement (P1012).  A token that can begin a
statement ends it, too, if the statement began with an expression: then a semicolon is missing (P1008) behind an expression that is no
statement (P1012).
"""

from __future__ import annotations

from zkctl.circom.parser.cursor import Cursor
from zkctl.circom.parser.lexer import END, INVALID, NAME, NUMBER

_START_WORDS = "_ ( [ { } ! ~ - ++ -- parallel if for while return log assert var component signal input output"
STATEMENT_STARTS = frozenset((NAME, NUMBER, *_START_WORDS.split()))
_OPERANDS = frozenset((NAME, NUMBER, "_", ")", "]"))
_NO_EXPRESSION = frozenset(
    [
        "if",
        "for",
        "while",
        "return",
        "log",
        "assert",
        "var",
        "component",
        "signal",
        "input",
        "output",
        "{",
        "}",
    ]
)


def record_missing_semicolon(cursor: Cursor) -> None:
    """Record a missing semicolon behind the last token passed."""
    end = cursor.tokens.ends[cursor.position - 1]
    place = cursor.place_from(end)._replace(end=end + 1)
    message = f"semicolon missing before {cursor.found()}"
    hint = "add `;`"
    if cursor.tokens.texts[cursor.position - 1] == "private":
        hint = "write `signal input`: inputs are private unless `component main {public [...]}` names them"
    cursor.record(message, code="P1008", hint=hint, place=place)


def recover(cursor: Cursor, begun: int) -> bool:
    """Go on behind the error recorded last, in the statement that begins with token `begun`.

    Return False at the end of the file, or at an invalid character: then that error is the only one.
    """
    begins_with_expression = _begins_with_expression(cursor, begun)
    while cursor.kind not in (END, INVALID):
        if cursor.take(";"):
            return True
        if begins_with_expression and cursor.kind in STATEMENT_STARTS:
            error = cursor.errors.pop()
            record_missing_semicolon(cursor)
            cursor.errors.append(error)
            return True
        cursor.advance()
    return False


def _begins_with_expression(cursor: Cursor, begun: int) -> bool:
    """Return whether a statement that is wrong at the current token begins with an expression."""
    kinds = cursor.tokens.kinds[begun : cursor.position]
    if (
        not kinds
        or kinds[0] in _NO_EXPRESSION
        or (kinds[0] == NAME == kinds[min(1, len(kinds) - 1)] and len(kinds) > 1)
    ):
        return False
    return not _OPERANDS.isdisjoint(_outside_of_brackets(kinds))


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
