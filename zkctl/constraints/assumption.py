"""Assumptions: claims about values that no constraint enforces, with the author's reason; an auditor has to check each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zkctl.constraints.source_map import SourceMap, Span, is_library_file
from zkctl.runtime.records import record


@record
class Assumption:
    """The claim that a linear combination of wires lies in low .. high.

    `node` is the line of the claim, as for constraints; `terms` maps wire to coefficient, and is empty if the value never became
    available as a linear combination of wires.
    """

    reason: str
    low: int
    high: int
    node: int
    terms: Mapping[int, int]


@record
class StatedAssumption:
    """An assumption as it is reported: once for all copies of a line, with their number."""

    reason: str
    interval: str
    place: str
    copies: int


def stated_assumptions(
    assumptions: Sequence[Assumption], source: SourceMap, *, of_library: bool
) -> list[StatedAssumption]:
    """Return the assumptions of the author's lines, or those of the library's, each line once.

    The reasons of the library are proven by its tests, so that an author's own stand apart.
    """
    counts: dict[tuple[str, int, int, Span | None], int] = {}
    for assumption in assumptions:
        chain = source.chain(assumption.node)
        span = chain[0] if chain else None
        if is_of_library(span) == of_library:
            key = (assumption.reason, assumption.low, assumption.high, span)
            counts[key] = counts.get(key, 0) + 1
    return [
        StatedAssumption(reason, f"{low} to {high}", span.place if span else "", copies)
        for (reason, low, high, span), copies in counts.items()
    ]


def is_of_library(span: Span | None) -> bool:
    """Return whether a line belongs to a gadget of the library, or to a package of templates."""
    return span is not None and is_library_file(span.file)
