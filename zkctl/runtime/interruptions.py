"""Exceptions that end a task from outside, as opposed to a failure of the code that runs."""

from __future__ import annotations


def is_interruption(problem: BaseException) -> bool:
    """Return whether an exception is Ctrl-C, or one that a handler of ours raises for another signal.

    Anything else is a failure of the code that raised it, also SystemExit and other exceptions that are no Exception.
    """
    is_ours = type(problem).__module__.startswith("zkctl.")
    return isinstance(problem, KeyboardInterrupt) or (
        is_ours and not isinstance(problem, Exception)
    )
