"""How long-running actions tell what they are doing."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[str, float | None], None]  # what is being done; the fraction, if known


def silent(_what: str, _fraction: float | None) -> None:
    """Report to nobody."""
