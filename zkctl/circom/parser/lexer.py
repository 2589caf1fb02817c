"""Tokens of a .circom file."""

from __future__ import annotations

import re

from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place
from zkctl.runtime.records import record

NAME, NUMBER, STRING, INVALID, END = "name", "number", "string", "invalid", "end"

_WORDS = (
    "signal input output public template component var function return if else for while log assert"
    " include parallel pragma bus custom extern_c main circom custom_templates"
)
KEYWORDS = frozenset(_WORDS.split())

_SIGNS = (
    r"<== ==> === <-- --> <<= >>= **= ** \= += -= *= /= %= &= |= ^= ++ -- << >> <= >= == != && ||"
    r" + - * / \ % & | ^ ~ ! < > = ? : ; , . ( ) [ ] { } _"
)
_OPERATORS = _SIGNS.split()

# Bytes are read as Latin-1, so that positions are byte offsets.
_TOKEN = re.compile(
    r"[ \t\n\r\f\v]*(?:"
    r"([$_]*[a-zA-Z][a-zA-Z$_0-9]*)"
    r"|(0x[0-9A-Fa-f]*|[0-9]+)"
    rf"|({'|'.join(map(re.escape, _OPERATORS))})"
    r'|("[^"\n]*")'
    r"|(.))",
    re.DOTALL,
)
_KINDS = (INVALID, NAME, NUMBER, "", STRING, INVALID)  # by the groups of _TOKEN
_SIGNED = 3
_BLANKS = " \t\n\r\f\v"
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


def tokens_of(data: bytes, file: int, errors: list[CircomFinding]) -> Tokens:
    """Return the tokens; a comment without end is added to `errors`."""
    text = _without_comments(_plain_spaces(data), file, errors)
    kinds: list[str] = []
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(text.rstrip(_BLANKS)):
        group = match.lastindex or 0
        piece = match[group]
        texts.append(piece)
        kinds.append(piece if group == _SIGNED or piece in KEYWORDS else _KINDS[group])
        start, end = match.span(group)
        starts.append(start)
        ends.append(end)
    kinds.append(END)
    texts.append("")
    starts.append(len(data))
    ends.append(len(data))
    return Tokens(kinds, texts, starts, ends)


def _plain_spaces(data: bytes) -> str:
    """Return the bytes as characters; spaces beyond ASCII become as many blanks as they have bytes."""
    if not data.isascii():
        text = data.decode(errors="surrogateescape")
        data = _SPACES.sub(lambda found: " " * len(found.group().encode()), text).encode(
            errors="surrogateescape"
        )
    return data.decode("latin-1")


def _without_comments(text: str, file: int, errors: list[CircomFinding]) -> str:
    """Return a text of the same length; circom finds comments in strings, too."""

    def blank(found: re.Match[str]) -> str:
        if found.group("open"):
            place = Place(file, found.start(), found.start() + 2)
            errors.append(
                CircomFinding("P1005", "comment /* without */", place, "close it with */")
            )
        return " " * (found.end() - found.start())

    return _COMMENT.sub(blank, text)
