"""L004 unused-input: a private input is in no constraint, or only in its own range check.

The statement does not depend on it: a prover who does not know it proves the same.  In spartan-ecdsa the part s of a signature was
in no constraint, so that each signature was accepted.
"""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.constraints.signals import Role
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject
from zkctl.lint.use_of_inputs import inputs_without_use


def unused_inputs(subject: Subject) -> Iterator[LintFinding]:
    """Yield the private inputs that the statement does not depend on."""
    yield from inputs_without_use(
        subject, Role.PRIVATE, "use it in a constraint, or remove the input"
    )
    for name in subject.lost_inputs:
        yield LintFinding(
            Level.WARNING,
            f"private input {name} has no wire: no constraint of this file mentions it",
            hint="compile with --O0 and lint that file",
            signal=name,
        )
