"""L017 assumption: the circuit relies on a claim about a value that no constraint enforces.

An assumption that a prover can break makes every conclusion from it void.  It is recorded with the author's reason, and an auditor
has to check each.
"""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.constraints.assumption import is_of_library
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject


def assumptions(subject: Subject) -> Iterator[LintFinding]:
    """Yield the author's assumptions, each line once."""
    seen = set()
    for each in subject.program.assumptions if subject.program is not None else ():
        chain = subject.chain(each.node)
        line = chain[0] if chain else None
        if is_of_library(line) or (line, each.reason) in seen:
            continue
        seen.add((line, each.reason))
        yield LintFinding(
            Level.NOTE,
            f"no constraint enforces that a value is in {each.low} to {each.high}, the reason being: {each.reason}",
            hint="check the reason, or enforce the range by a constraint",
            chain=chain,
        )
