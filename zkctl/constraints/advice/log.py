"""The lines that advice programs log: safe to print, bounded in number and length."""

from __future__ import annotations

from zkctl.runtime.printable import printable

MAX_LINES = 1000
MAX_LINE = 1000  # characters


class LogLines:
    """The lines of one run, put together from texts and numbers; a line break ends a line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._parts: list[str] = []

    def __call__(self, text: str) -> None:
        """Take a text or number; after MAX_LINES nothing more."""
        if len(self.lines) > MAX_LINES:
            return
        if text != "\n":
            if len(self._parts) < MAX_LINE:
                self._parts.append(text[:MAX_LINE])
            return
        line = " ".join(self._parts)
        self._parts.clear()
        is_last = len(self.lines) == MAX_LINES
        self.lines.append(f"cut after {MAX_LINES} lines" if is_last else printable(line, MAX_LINE))

    def printed(self, first: int = 0) -> list[str]:
        """Return the lines from number `first`, as they are printed."""
        return [f"log: {line}" for line in self.lines[first:]]
