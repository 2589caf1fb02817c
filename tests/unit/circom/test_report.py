"""Messages with the source line and a caret."""

from __future__ import annotations

from pathlib import Path

from zkctl.circom.findings import CircomError
from zkctl.circom.report import MAX_FINDINGS, MAX_WIDTH, CircomFinding, frame
from zkctl.circom.source import Place, SourceFile

TEXT = b"pragma circom 2.2.0;\n\tb <== a*a;\n"
FILE = SourceFile("x.circom", Path("x.circom"), TEXT)


def test_all_findings_are_shown() -> None:
    first = CircomFinding(
        "T3001", "not quadratic", Place(0, 28, 31), "split it", instances=("T()", "U(2)")
    )
    second = CircomFinding("", "too deep", Place(0, 0, 6), "write less")
    error = CircomError([first, second], [FILE])
    assert error.message == "[T3001] not quadratic"
    assert error.hint == ""  # each stands with its finding
    assert error.where.splitlines() == [
        "x.circom:2:8",
        "2 |     b <== a*a;",
        "  |           ^^^",
        "in U(2)",
        "in T()",
        "hint: split it",
        "error: too deep",
        "x.circom:1:1",
        "1 | pragma circom 2.2.0;",
        "  | ^^^^^^",
        "hint: write less",
    ]


def test_a_file_as_a_whole() -> None:
    assert list(frame(Place(0, 0, 0), [FILE])) == ["x.circom"]


def test_long_lines_are_cut() -> None:
    file = SourceFile("x", Path("x"), b"a" * 1000 + b"?" + b"b" * 1000)
    _, text, caret = frame(Place(0, 1000, 1001), [file])
    assert text[caret.index("^")] == "?"
    assert len(text) < MAX_WIDTH + 10


def test_many_findings() -> None:
    error = CircomError([CircomFinding("P1012", "x", Place(0, 1, 2))] * (MAX_FINDINGS + 2), [FILE])
    assert error.where.splitlines()[-1] == "and 2 errors more"


def test_carets_under_tabs_and_wide_characters() -> None:
    file = SourceFile("x", Path("x"), '\tlog("\u6f22\u5b57");\tc = 3;'.encode())
    start = file.data.index(b"c =")
    place, text, carets = frame(Place(0, start, start + 5), [file])
    assert place == "x:1:13"  # circom counts characters, too
    assert text == '1 |     log("\u6f22\u5b57");    c = 3;'
    assert carets == "  | " + " " * 20 + "^" * 5
