"""Verdicts on the uniqueness of outputs."""

from __future__ import annotations

from enum import StrEnum

from zkctl.lint.certificate import Certificate
from zkctl.runtime.records import record


class Verdict(StrEnum):
    """The answer to the question whether the inputs determine a value."""

    PROVED = "PROVED"
    BROKEN = "BROKEN"
    UNKNOWN = "UNKNOWN"


@record
class OutputVerdict:
    """The verdict on one output; `reason` is for people and empty if it is PROVED."""

    wire: int
    verdict: Verdict
    reason: str = ""


@record(eq=False)
class Judgement:
    """The verdicts on all outputs.

    `certificate` has the steps for all outputs that are PROVED.  `unique` are the wires proved unique, inputs and wire 0 included.
    `bounds` are the proved bounds 0 <= wire <= bound.
    `relies_on` names the contracts that the proofs believe, and the assumptions that outputs which are not PROVED need.
    `frontier` are the wires that stop the proof: not unique, in a row beside unique ones.
    """

    outputs: tuple[OutputVerdict, ...]
    certificate: Certificate
    unique: frozenset[int]
    bounds: dict[int, int]
    frontier: tuple[int, ...]
    relies_on: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """BROKEN if an output is, else UNKNOWN if an output is, else PROVED."""
        found = {output.verdict for output in self.outputs}
        for verdict in (Verdict.BROKEN, Verdict.UNKNOWN):
            if verdict in found:
                return verdict
        return Verdict.PROVED
