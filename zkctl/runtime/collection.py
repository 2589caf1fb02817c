"""Python's search for unreachable cycles, which costs a third of the time where many objects are made that stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY_OBJECTS = 1_000_000  # between two searches: some 100 MB if all were garbage
_A_FEW_REQUESTS = 10_000  # objects between two searches of a server


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


def keep_present_objects() -> None:
    """Leave all present objects out of later searches, which otherwise stop a server for 75 ms each; search less often.

    Call it when everything that lives as long as the process is there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_A_FEW_REQUESTS, *gc.get_threshold()[1:])
