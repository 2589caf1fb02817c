"""The way on behind an error in a statement: the same errors are found as by circom's table-driven parser.

Behind an error tokens are dropped.  A semicolon ends the statement, which is then no statement (P1012).  A token that can begin a
statement ends it, too, if it is whole: then a semicolon is missing (P1008).  So it does behind a whole left side: then a semicolon is
missing (P1008) behind an expression that is no statement (P1012).  In a `for`, its body included, a token that can begin an expression
takes the parser back to the head, where it is read as the condition or the step (P1008).
"""

from __future__ import annotations

from zkctl.circom.parser.cursor import Cursor, Unparsable
from zkctl.circom.parser.lexer import END, INVALID, NAME, NUMBER

EXPRESSION_STARTS = frozenset((NAME, NUMBER, *["_", "(", "[", "!", "~", "-", "parallel"]))
STEP_STARTS = EXPRESSION_STARTS | {"++", "--"}
_START_WORDS = "_ ( [ { } ! ~ - ++ -- parallel if for while return log assert var component signal input output"
STATEMENT_STARTS = frozenset((NAME, NUMBER, *_START_WORDS.split()))


class BackInHead(Exception):  # not an error of a person: it ends all statements inside a `for`
    """Parsing goes on in the head of the innermost `for`; the finding is in the cursor."""


def record_missing_semicolon(cursor: Cursor) -> None:
    """Record a missing semicolon behind the last token passed."""
    end = cursor.tokens.ends[cursor.position - 1]
    place = cursor.place_from(end)._replace(end=end + 1)
    message = f"semicolon missing before {cursor.found()}"
    hint = "add `;`"
    if cursor.tokens.texts[cursor.position - 1] == "private":
        hint = "write `signal input`: inputs are private unless `component main {public [...]}` names them"
    cursor.record(message, code="P1008", hint=hint, place=place)


def drop_surplus(cursor: Cursor) -> None:
    """Drop tokens behind a whole statement, up to the next one; raise Unparsable if a semicolon or the file's end comes first."""
    begin = cursor.position
    kinds = cursor.tokens.kinds
    end = begin
    while kinds[end] not in STATEMENT_STARTS:
        if kinds[end] in (";", END, INVALID):
            cursor.refuse("`;`")
        end += 1
    while cursor.position < end:
        cursor.advance()


def recover(cursor: Cursor, *, has_left: bool) -> bool:
    """Go on behind the error recorded last; `has_left` if the left side of the statement is a whole expression.

    Return False at the end of the file, or at an invalid character: then that error is the only one.  Raises: BackInHead.
    """
    while cursor.kind not in (END, INVALID):
        if cursor.take(";"):
            return True
        if has_left and cursor.kind in STATEMENT_STARTS:
            error = cursor.errors.pop()
            record_missing_semicolon(cursor)
            cursor.errors.append(error)
            return True
        if cursor.n_heads and cursor.kind in STEP_STARTS:
            raise BackInHead
        cursor.advance()
    return False


def go_back_in_head(cursor: Cursor, starts: frozenset[str]) -> None:
    """Drop tokens up to the next condition or step of a `for`; raise Unparsable if a semicolon or the file's end comes first."""
    while cursor.kind not in starts:
        if cursor.kind in (";", END, INVALID):
            raise Unparsable
        cursor.advance()
    error = cursor.errors.pop()
    cursor.record(error.message, code="P1008", hint=error.hint, place=error.place)
