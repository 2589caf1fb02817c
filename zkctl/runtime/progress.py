"""Progress of long actions: one callable that every layer passes on."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A receiver of progress: the stage in words, and its finished fraction in 0 .. 1 where it is known."""

    def __call__(self, stage: str, fraction: float | None, /) -> None:
        """Receive the current stage."""


def silent(_stage: str, _fraction: float | None) -> None:
    """Ignore progress."""
