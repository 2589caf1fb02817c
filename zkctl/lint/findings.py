"""Findings: faults, probable faults and facts about a circuit, each with the code of the pass that found it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from zkctl.constraints.assumption import is_of_library
from zkctl.constraints.source_map import Span
from zkctl.runtime.records import record


class Level(StrEnum):
    """The weight of a finding: an error is a fault for certain, a warning a probable one, a note a fact to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@record
class LintFinding:
    """A finding of one pass.

    `signal` is the name of the signal that it is about, empty for a line of the source; `chain` has the source lines from the
    innermost to the outermost caller, empty if the source is unknown; `rows` are the constraints that it is about.
    """

    level: Level
    message: str
    hint: str = ""
    signal: str = ""
    chain: tuple[Span, ...] = ()
    rows: tuple[int, ...] = ()
    code: str = ""  # that of the pass, written by run_passes

    @property
    def span(self) -> Span | None:
        """The author's line: the innermost one that is not of the library."""
        return author_line(self.chain)

    @property
    def place(self) -> str:
        """The file and position of the author's line, empty if the source is unknown."""
        return self.span.place if self.span is not None else ""


def author_line(chain: Sequence[Span]) -> Span | None:
    """Return the innermost line that is not of the library; the innermost of all if there is no other."""
    own = (span for span in chain if not is_of_library(span))
    return next(own, chain[0] if chain else None)
