"""Rate classes of API keys: a factor of the rates that the settings allow to each key."""

from __future__ import annotations

import math
from collections.abc import Sequence

from zkctl.errors import UsageError
from zkctl.runtime.printable import printable

STANDARD = "standard"


def factors_of(classes: Sequence[str]) -> dict[str, float]:
    """Return the factors of the setting rate_classes, whose parts are NAME=FACTOR; `standard` is 1 unless it is given.

    Raises: UsageError.
    """
    factors: dict[str, float] = {}
    for text in classes:
        name, _, number = text.partition("=")
        factor = _factor(number)
        if not name.isidentifier() or factor is None or name in factors:
            raise UsageError(
                "a rate class is malformed: expected NAME=FACTOR with a new name and a factor above 0,"
                f" got {printable(text, 60)!r}",
                hint="write for example high=10",
            )
        factors[name] = factor
    return {STANDARD: 1.0} | factors


def check_class(name: str, classes: Sequence[str]) -> None:
    """Check that the settings have a rate class.  Raises: UsageError."""
    known = factors_of(classes)
    if name not in known:
        raise UsageError(
            f"the rate class is unknown: expected {', '.join(known)}, got {printable(name, 60)!r}",
            hint="ZKCTL_RATE_CLASSES has the classes",
        )


def _factor(text: str) -> float | None:
    try:
        factor = float(text)
    except ValueError:
        return None
    return factor if math.isfinite(factor) and factor > 0 else None
