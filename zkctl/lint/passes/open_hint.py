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
    """Yield the values of `<--` that are in several constraints, or an output, and not proved unique; each statement once."""
    if subject.judgement is None or subject.is_proved or not subject.outputs:
        return
    reported = set()
    for each in subject.advised():
        if each.wire in subject.unique or each.statement in reported:
            continue
        n_rows = len(subject.rows_of_wire.get(each.wire, ()))
        if n_rows < 2 and not (n_rows and each.wire in subject.outputs):
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
