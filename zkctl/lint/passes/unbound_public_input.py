"""L012 unbound-public-input: a public input is in no constraint, or only in its own range check.

The verifier sees a value that the statement says nothing about.  An attacker copies a proof and changes the value, for example the
address that is paid, wherever the proof system does not bind it by itself.  A square of the input binds it in every system.
"""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.constraints.signals import Role
from zkctl.lint.findings import LintFinding
from zkctl.lint.subject import Subject
from zkctl.lint.use_of_inputs import inputs_without_use


def unbound_public_inputs(subject: Subject) -> Iterator[LintFinding]:
    """Yield the public inputs that the statement does not depend on."""
    yield from inputs_without_use(
        subject, Role.PUBLIC, "bind it by a constraint, for example constrain(x * x == square)"
    )
