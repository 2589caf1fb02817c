"""The errors of one stage, collected."""

from __future__ import annotations

from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place


class Errors:
    """Findings in the order in which a stage meets them.

    A piece of the list may be reserved for a body that is checked later: `later` returns it, `all` joins the pieces.
    """

    def __init__(self) -> None:
        self._pieces: list[CircomFinding | Errors] = []

    def add(self, code: str, message: str, place: Place, hint: str = "") -> None:
        """Add an error."""
        self._pieces.append(CircomFinding(code, message, place, hint))

    def later(self) -> Errors:
        """Return a list whose errors will stand at this position."""
        piece = Errors()
        self._pieces.append(piece)
        return piece

    def all(self) -> list[CircomFinding]:
        """Return the findings of all pieces, in order."""
        found: list[CircomFinding] = []
        waiting: list[CircomFinding | Errors] = [self]
        while waiting:
            piece = waiting.pop()
            if isinstance(piece, Errors):
                waiting.extend(reversed(piece._pieces))
            else:
                found.append(piece)
        return found
