"""Python's limit of recursion, out of the way of code that has limits with messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from zkctl.errors import EnvironmentProblem

_PYTHON_FRAMES = 2_000_000  # far above what the callers' limits allow


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Let Python's functions call each other as deep as the caller's limits allow.

    Raises: EnvironmentProblem where the interpreter has a lower limit; Python 3.12 counts calls that pass through C.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _PYTHON_FRAMES))
    try:
        yield
    except RecursionError:
        raise EnvironmentProblem(
            "the input is nested deeper than this version of Python can follow",
            hint="split nested expressions, blocks or calls, or use Python 3.11",
        ) from None
    finally:
        sys.setrecursionlimit(before)
