"""Whether readers refuse what they do not know: sections that the format of a container does not define."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from zkctl.errors import UsageError


class _Chosen:
    """What the process gave itself, which goes before the variable."""

    strict: bool | None = None


@contextmanager
def strictness(strict: bool | None) -> Iterator[None]:
    """Let the block read strictly or not, whatever ZKCTL_STRICT says; None changes nothing.

    It holds for the whole process, so that threads started inside the block know it as well.
    """
    before = _Chosen.strict
    _Chosen.strict = before if strict is None else strict
    try:
        yield
    finally:
        _Chosen.strict = before


def is_strict() -> bool:
    """What `strictness` says, else ZKCTL_STRICT, else no.  Raises: UsageError."""
    if _Chosen.strict is not None:
        return _Chosen.strict
    asked = os.environ.get("ZKCTL_STRICT", "")
    if asked not in ("", "0", "1"):  # a check that was meant must not be lost to a misspelling
        raise UsageError(f"ZKCTL_STRICT is {asked!r}, neither 0 nor 1", hint="unset ZKCTL_STRICT")
    return asked == "1"
