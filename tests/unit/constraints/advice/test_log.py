from __future__ import annotations

from zkctl.constraints.advice.log import LogLines


def test_parts_are_joined_until_a_line_break() -> None:
    lines = LogLines()
    for part in ("a", "5", "\n", "\n", "b\x1b[31m", "\n", "unfinished"):
        lines(part)
    assert lines.printed() == ["log: a 5", "log: ", "log: b\\x1b[31m"]
    assert lines.printed(2) == ["log: b\\x1b[31m"]


def test_lines_are_bounded_in_number_and_length() -> None:
    lines = LogLines()
    for _ in range(5000):
        lines("x" * 5000)
    lines("\n")
    assert len(lines.printed()[0]) < 1100
    for _ in range(3000):
        lines("y")
        lines("\n")
    assert len(lines.printed()) == 1001
    assert lines.printed()[-1] == "log: cut after 1000 lines"
