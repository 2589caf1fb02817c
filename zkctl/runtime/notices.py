"""Remarks of deep layers for the person who waits, such as that kernels are compiled now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("zkctl_notices", default=None)


@contextmanager
def heard_by(listener: Callable[[str], None]) -> Iterator[None]:
    """Pass the remarks of the block to a listener; without one they are lost."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def remark(text: str) -> None:
    """Report something to the person who waits."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(text)
