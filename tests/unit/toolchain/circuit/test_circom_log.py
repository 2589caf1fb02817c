"""Lines of log(): joined, escaped, bounded, and only for a handler of their own."""

from __future__ import annotations

import logging

import pytest

from zkctl.toolchain.circuit.circom_log import MAX_LINE, MAX_LINES, NAME, CircuitLog, listener


def lines_of(*parts: str) -> list[str]:
    log = CircuitLog()
    for part in parts:
        log.add(part)
    return log.lines()


def test_lines() -> None:
    assert lines_of("x =", "5", "\n", "\n", "-1", "\n") == ["log: x = 5", "log: ", "log: -1"]


def test_empty_texts_are_left_out() -> None:
    lines = lines_of("", "", "3", "\n", "3", "", "y", "\n", "", "\n")
    assert lines == ["log: 3", "log: 3 y", "log: "]


def test_numbers_without_line_breaks_are_lines() -> None:
    assert lines_of("5", "6") == ["log: 5", "log: 6"]


def test_control_characters_are_escaped() -> None:
    assert lines_of("a\x1b[2J\r\udcff\nb", "\n") == ["log: a\\x1b[2J\\x0d\\xff\\x0ab"]


def test_bounds() -> None:
    assert lines_of("a" * MAX_LINE, "b", "\n") == [f"log: {'a' * MAX_LINE}... (1002 characters)"]
    for parts in (["x", "\n"] * 2 * MAX_LINES, ["x"] * 2 * MAX_LINES, ["\n"] * 2 * MAX_LINES):
        lines = lines_of(*parts)
        assert len(lines) == MAX_LINES + 1
        assert lines[-1] == "log: cut after 1000 lines"


def test_only_a_handler_of_its_own_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logger, root = logging.getLogger(NAME), logging.getLogger()
    monkeypatch.setattr(logger, "handlers", [])  # pytest has its own
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.INFO)
    assert listener() is None
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    listen = listener()
    assert listen is not None
    listen("log: 5 %s")
    assert heard == ["log: 5 %s"]
    logger.setLevel(logging.WARNING)
    assert listener() is None
