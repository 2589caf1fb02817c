"""Tokens: longest match, comments before texts, byte offsets."""

from __future__ import annotations

import pytest

from zkctl.circom.parser.lexer import END, INVALID, NAME, NUMBER, STRING, Tokens, tokens_of
from zkctl.circom.report import CircomFinding


def tokens(text: str) -> Tokens:
    errors: list[CircomFinding] = []
    found = tokens_of(text.encode(), 0, errors)
    assert not errors
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a<--b", ["a", "<--", "b"]),
        ("a<==b===c==>d", ["a", "<==", "b", "===", "c", "==>", "d"]),
        ("x**=2", ["x", "**=", "2"]),
        ("x\\=y\\z", ["x", "\\=", "y", "\\", "z"]),
        ("0x1Fg", ["0x1F", "g"]),
        ("$_a1 __", ["$_a1", "_", "_"]),
        ("a/* b */c//d\ne", ["a", "c", "e"]),
        ('log("a  b")', ["log", "(", '"a  b"', ")"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_texts(text: str, expected: list[str]) -> None:
    assert tokens(text).texts[:-1] == expected


def test_kinds() -> None:
    assert tokens('signal x 1 "s" @').kinds == ["signal", NAME, NUMBER, STRING, INVALID, END]


def test_positions_are_bytes() -> None:
    found = tokens("/* é */ ab\u00a0c")
    assert list(zip(found.texts, found.starts, found.ends, strict=True))[:2] == [
        ("ab", 9, 11),
        ("c", 13, 14),
    ]


def test_a_comment_in_a_text_breaks_it() -> None:
    assert INVALID in tokens('log("a//b");').kinds


def test_an_open_comment_is_refused() -> None:
    errors: list[CircomFinding] = []
    tokens_of(b"a /* b", 3, errors)
    assert [(each.code, each.place) for each in errors] == [("P1005", (3, 2, 4))]
