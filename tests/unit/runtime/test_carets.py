"""Carets stand under the right columns of a terminal."""

from __future__ import annotations

import pytest

from zkctl.runtime.carets import with_carets


@pytest.mark.parametrize(
    ("text", "piece", "shown", "carets"),
    [
        ("b <== a;", "<==", "b <== a;", "  ^^^"),
        ("\tb = a;", "b", "    b = a;", "    ^"),
        ("ab\tc = a;", "c", "ab  c = a;", "    ^"),
        ("a\tb;", "\tb", "a   b;", " ^^^^"),
        ("\u6f22\u5b57 x", "x", "\u6f22\u5b57 x", "     ^"),
        ("x \u6f22 y", "\u6f22", "x \u6f22 y", "  ^^"),
        ("\u6f22\tx", "x", "\u6f22  x", "    ^"),
        ("e\u0301 x", "x", "e\u0301 x", "  ^"),
        ("caf\xe9 x", "x", "caf\xe9 x", "     ^"),
        ("a\x1b x", "x", "a\\x1b x", "      ^"),
        ("abc", "", "abc", "^"),
    ],
)
def test_columns(text: str, piece: str, shown: str, carets: str) -> None:
    start = text.index(piece)
    assert with_carets(text, start, start + len(piece)) == (shown, carets)


def test_a_piece_behind_the_end() -> None:
    assert with_carets("ab", 2, 3) == ("ab", "  ^")
