"""The lines that a circuit prints with log(): safe to print, bounded, read only for a listener since they may hold private values."""

from __future__ import annotations

import sys
from collections.abc import Callable

from zkctl.runtime.printable import printable

NAME = "zkctl.circom"  # the logger; other loggers do not get its lines
MAX_LINES = 1000
MAX_LINE = 1000  # characters


def listener() -> Callable[[str], None] | None:
    """Return the function that takes the lines, None if no handler waits for them."""
    logging = sys.modules.get("logging")
    if logging is None:  # a handler needs the module
        return None
    logger = logging.getLogger(NAME)
    logger.propagate = False
    return logger.info if logger.handlers and logger.isEnabledFor(logging.INFO) else None


class CircuitLog:
    """The lines of one run.  A module writes texts and numbers, and a line break as a text; circom 2.0.3 writes numbers only."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._lines: list[str] = []

    @property
    def is_full(self) -> bool:
        """True if no more is taken."""
        return max(len(self._lines), len(self._parts)) >= MAX_LINES

    def add(self, text: str) -> None:
        """Take a text or number; a line break ends the line.  Empty texts are left out as by circom."""
        if self.is_full:
            return
        if text == "\n":
            self._lines.append(" ".join(self._parts))
            self._parts.clear()
        elif text:
            self._parts.append(text[:MAX_LINE])

    def lines(self) -> list[str]:
        """Return the lines, safe to print; each part after the last line break is a line."""
        found = [*self._lines, *self._parts][:MAX_LINES]
        lines = [f"log: {printable(line, MAX_LINE)}" for line in found]
        if self.is_full:
            lines.append(f"log: cut after {MAX_LINES} lines")
        return lines
