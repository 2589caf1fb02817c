"""The refusal of circom sources, with circom's codes."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.circom.report import CircomFinding, places_of, title
from zkctl.circom.source import SourceFile
from zkctl.errors import CircuitError


class CircomError(CircuitError):
    """A circom program is refused; `findings` are all errors of the stage that refused it.

    The first one is the message, `where` has its source line, then the other ones; of several each has its hint there.
    """

    kind = "circom"

    def __init__(self, findings: Sequence[CircomFinding], files: Sequence[SourceFile]) -> None:
        first = findings[0]
        hint = first.hint if len(findings) == 1 else ""  # else it stands with its finding
        super().__init__(title(first), where=places_of(findings, files), hint=hint)
        self.findings = tuple(findings)
        self.files = tuple(files)
