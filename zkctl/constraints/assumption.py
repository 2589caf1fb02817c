"""Assumptions: claims about values that no constraint enforces, with the author's reason; an auditor has to check each."""

from __future__ import annotations

from collections.abc import Mapping

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
