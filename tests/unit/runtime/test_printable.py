"""Text from outside, printed: one line, nothing that moves the cursor or turns the text around."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zkctl.runtime.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name", "plain name"),
        ("Zoë 東京 😀", "Zoë 東京 😀"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("two\nlines\r\t", "two\\x0alines\\x0d\\x09"),
        ("\u202eevil\u2028", "\\u202eevil\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        (os.fsdecode(b"\xff\xfe"), "\\xff\\xfe"),
        ("\ud800", "\\ud800"),
        ("x" * 400, "x" * 300 + "... (400 characters)"),
    ],
)
def test_shown(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert shown.isprintable()


def test_paths() -> None:
    assert printable(Path("a\nb")) == "a\\x0ab"
