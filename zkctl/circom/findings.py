"""Errors and warnings about circom sources, with circom's codes."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.circom.report import places_of, title
from zkctl.circom.source import Place, SourceFile
from zkctl.errors import CircuitError
from zkctl.runtime.records import record


@record
class Finding:
    """One error or warning.

    `code` is circom's, "" if circom has none; `message` is ours, lower case; `instances` are the template instances that were being
    executed, outermost first, as texts like Num2Bits(254).
    """

    code: str
    message: str
    place: Place | None = None
    hint: str = ""
    is_warning: bool = False
    instances: tuple[str, ...] = ()


class CircomError(CircuitError):
    """A circom program is refused; `findings` are all errors of the stage that refused it.

    The first one is the message, `where` has its source line, then the other ones.
    """

    kind = "circom"

    def __init__(self, findings: Sequence[Finding], files: Sequence[SourceFile]) -> None:
        first = findings[0]
        super().__init__(title(first), where=places_of(findings, files), hint=first.hint)
        self.findings = tuple(findings)
        self.files = tuple(files)
