"""Waivers: findings that the author has looked at and accepts, each with a reason and a date on which it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zkctl.errors import InputError
from zkctl.lint.findings import LintFinding
from zkctl.runtime.records import record

LEAST_REASON = 10  # letters


@record
class Waiver:
    """The acceptance of the findings with a code about a signal, or at a place: FILE or FILE:LINE.

    `until` is its last day; `name` is its name in the file.
    """

    name: str
    code: str
    reason: str
    until: date
    signal: str = ""
    place: str = ""

    def covers(self, finding: LintFinding) -> bool:
        """Return whether a finding is the one that is accepted."""
        if finding.code != self.code:
            return False
        if self.signal:
            return finding.signal.partition("[")[0] == self.signal or finding.signal == self.signal
        return finding.place == self.place or finding.place.startswith(f"{self.place}:")


@record
class Sorted:
    """Findings after the waivers: those that count, those that are accepted, and remarks about expired and unused waivers."""

    open: list[LintFinding]
    waived: list[tuple[LintFinding, Waiver]]
    remarks: list[str]


def check_waiver(waiver: Waiver, where: str) -> None:
    """Check that a waiver says enough.  Raises: InputError."""
    n_letters = sum(letter.isalpha() for letter in waiver.reason)
    if n_letters < LEAST_REASON:
        raise InputError(
            f"the reason of the waiver {waiver.name} is too short: expected {LEAST_REASON} letters or more, got {n_letters}",
            where=where,
            hint="write why the finding is no fault here",
        )
    if bool(waiver.signal) == bool(waiver.place):
        raise InputError(
            f"the waiver {waiver.name} is for no finding or for two kinds: expected either signal or place",
            where=where,
            hint="name the signal, or the place as FILE or FILE:LINE",
        )


def sort_findings(
    findings: Sequence[LintFinding], waivers: Sequence[Waiver], today: date
) -> Sorted:
    """Return the findings that no valid waiver covers, those that one covers, and the expired and unused waivers."""
    valid = [waiver for waiver in waivers if waiver.until >= today]
    covering = [next((w for w in valid if w.covers(each)), None) for each in findings]
    remarks = [
        f"the waiver {w.name} has expired on {w.until.isoformat()}"
        for w in waivers
        if w not in valid
    ]
    remarks += [
        f"the waiver {w.name} is not used: no finding {w.code} at {w.signal or w.place}"
        for w in valid
        if not any(w.covers(each) for each in findings)
    ]
    pairs = list(zip(findings, covering, strict=True))
    return Sorted(
        [finding for finding, waiver in pairs if waiver is None],
        [(finding, waiver) for finding, waiver in pairs if waiver is not None],
        remarks,
    )
