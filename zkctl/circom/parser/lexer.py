"""Tokens of a .circom file."""

from __future__ import annotations

import re

from zkctl.circom.findings import Finding
from zkctl.circom.source import Place
from zkctl.runtime.records import record

NAME, NUMBER, STRING, INVALID, END = "name", "number", "string", "invalid", "end"

_WORDS = (
    "signal input output public template component var function return if else for while log assert"
    " include parallel pragma bus custom extern_c main"
)
KEYWORDS = frozenset(_WORDS.split())

_SIGNS = (
    r"<== ==> === <-- --> <<= >>= **= ** \= += -= *= /= %= &= |= ^= ++ -- << >> <= >= == != && ||"
    r" + - * / \ % & | ^ ~ ! < > = ? : ; , . ( ) [ ] { } _"
)
_OPERATORS = _SIGNS.split()

# Bytes are read as Latin-1, so that positions are byte offsets.
_TOKEN = re.compile(
    r"(?P<name>[$_]*[a-zA-Z][a-zA-Z$_0-9]*)"
    r"|(?P<number>0x[0-9A-Fa-f]*|[0-9]+)"
    r'|(?P<string>"[^"\n]*")'
    rf"|(?P<operator>{'|'.join(map(re.escape, _OPERATORS))})"
    r"|(?P<space>[ \t\n\r\f\v]+)"
    r"|(?P<invalid>.)",
    re.DOTALL,
)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|(?P<open>/\*)", re.DOTALL)
_SPACES = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


@record(eq=False)
class Tokens:
    """The tokens of a file, without spaces and comments; the last is END.

    `kinds` are the texts of keywords and operators, else NAME, NUMBER, STRING, INVALID, END.  Units of `starts` and `ends`: bytes.
    """

    kinds: list[str]
    texts: list[str]
    starts: list[int]
    ends: list[int]


def tokens_of(data: bytes, file: int, errors: list[Finding]) -> Tokens:
    """Return the tokens; a comment without end is added to `errors`."""
    text = _without_comments(_plain_spaces(data), file, errors)
    tokens = Tokens([], [], [], [])
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "space":
            continue
        piece = match.group()
        if kind == "operator" or piece in KEYWORDS:
            kind = piece
        tokens.kinds.append(kind or INVALID)
        tokens.texts.append(piece)
        tokens.starts.append(match.start())
        tokens.ends.append(match.end())
    tokens.kinds.append(END)
    tokens.texts.append("")
    tokens.starts.append(len(data))
    tokens.ends.append(len(data))
    return tokens


def _plain_spaces(data: bytes) -> str:
    """Return the bytes as characters; spaces beyond ASCII become as many blanks as they have bytes."""
    if not data.isascii():
        text = data.decode(errors="surrogateescape")
        data = _SPACES.sub(lambda found: " " * len(found.group().encode()), text).encode(
            errors="surrogateescape"
        )
    return data.decode("latin-1")


def _without_comments(text: str, file: int, errors: list[Finding]) -> str:
    """Return a text of the same length; circom finds comments in strings, too."""

    def blank(found: re.Match[str]) -> str:
        if found.group("open"):
            place = Place(file, found.start(), found.start() + 2)
            errors.append(Finding("P1005", "comment /* without */", place, "close it with */"))
        return " " * (found.end() - found.start())

    return _COMMENT.sub(blank, text)
