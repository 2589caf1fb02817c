"""Python's search for unreachable cycles, which costs a third of the time where many objects are made that stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY_OBJECTS = 1_000_000  # between two searches: some 100 MB if all were garbage


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the interpreter search rarely; afterwards as before.  If it never searches, that stays so."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], _MANY_OBJECTS), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
