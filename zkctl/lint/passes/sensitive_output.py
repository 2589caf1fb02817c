"""L008 sensitive-output: an output with the name of a nullifier, a commitment or a root is not proved unique.

A prover with two nullifiers for one note spends it twice: Aztec's first nullifiers depended on an index without a range.  For such
an output UNKNOWN is not good enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zkctl.constraints.signals import Role
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject
from zkctl.lint.verdict import Verdict

_SENSITIVE = re.compile(
    r"nullifier|commitment|(^|[_.])(root|digest|serial)($|[_.\[])", re.IGNORECASE
)


def sensitive_outputs(subject: Subject) -> Iterator[LintFinding]:
    """Yield the outputs with such a name that are not proved unique."""
    if subject.judgement is None:
        return
    verdicts = {each.wire: each.verdict for each in subject.judgement.outputs}
    for signal in subject.signals:
        if signal.role is not Role.OUTPUT or not _SENSITIVE.search(signal.name):
            continue
        n_found = sum(verdicts.get(w) is not Verdict.PROVED for w in signal.wires)
        if n_found:
            yield LintFinding(
                Level.WARNING,
                f"output {signal.shown(n_found)} is not proved unique, and its name says that a second value would be a second use",
                hint="make the prover's choices unique, until the verdict is PROVED",
                signal=signal.name,
            )
