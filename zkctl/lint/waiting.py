"""The rows that wait for a rule: short ones first, because each of its many wires wakes a long row."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

LONG = 20  # terms of a row from which it waits for the short ones


class WaitingRows:
    """Numbers of rows, each once, in the order in which they were added: the short ones and the long ones."""

    def __init__(self) -> None:
        self.short: deque[int] = deque()
        self.long: deque[int] = deque()
        self._waiting: set[int] = set()

    def add(self, rows: Iterable[int], long: dict[int, int]) -> None:
        """Add rows that do not wait yet; `long` are the numbers of the long ones."""
        waiting = self._waiting
        for k in rows:
            if k not in waiting:
                waiting.add(k)
                (self.long if k in long else self.short).append(k)

    def __contains__(self, k: int) -> bool:
        return k in self._waiting

    def take(self) -> int:
        """Remove and return the next row, a short one if there is one."""
        k = (self.short or self.long).popleft()
        self._waiting.discard(k)
        return k

    def clear(self) -> None:
        """Remove all rows."""
        self.short.clear()
        self.long.clear()
        self._waiting.clear()
