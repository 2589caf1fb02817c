"""L020 open-hint: a value that `<--` assigns is not proved unique.

`<--` is the prover's advice.  If constraints do not determine the value, the prover chooses it, and all that is computed from it: a missing
`===` after `<--` is the most frequent fault of circom circuits.  Only circuits with an output that is not proved are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject

_MAX_SHOWN = 20


def open_hints(subject: Subject) -> Iterator[LintFinding]:
    """Yield the values of `<--` that are not proved unique, and outputs or beside another such wire; each statement once.

    The inverse of a test for zero is not unique and moves nothing else.
    """
    if subject.judgement is None or subject.is_proved or not subject.outputs:
        return
    reported = set()
    for each in subject.advised():
        if each.wire in subject.unique or each.statement in reported:
            continue
        if not _matters(subject, each.wire):
            continue
        reported.add(each.statement)
        yield LintFinding(
            Level.WARNING,
            f"signal {subject.names(each.wire)} is assigned by `<--` and is not proved unique",
            hint="add the constraint (===) that determines it",
            signal=subject.names(each.wire),
            chain=each.lines(),
        )
        if len(reported) == _MAX_SHOWN:
            return


def _matters(subject: Subject, wire: int) -> bool:
    """Return whether a wire is an output, or a constraint has it beside another wire that is not proved unique."""
    rows = subject.rows_of_wire.get(wire, ())
    others = (w for k in rows for w in subject.constraints[k].signals() if w != wire)
    return bool(rows) and (wire in subject.outputs or any(w not in subject.unique for w in others))
