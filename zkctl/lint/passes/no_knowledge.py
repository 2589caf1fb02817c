"""L015 no-knowledge: no constraint multiplies signals.

Linear algebra finds a witness of such a circuit, so that a proof shows no knowledge of the private inputs.  The setup of such a key
is refused; the fault is in the circuit.
"""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.constraints.signals import Role
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject


def circuits_without_knowledge(subject: Subject) -> Iterator[LintFinding]:
    """Yield one finding if every constraint is linear and there are private inputs."""
    if subject.wires(Role.PRIVATE) and bool(subject.rows.linear_rows().all()):
        yield LintFinding(
            Level.NOTE,
            "no constraint multiplies signals: a proof shows no knowledge of the private inputs",
            hint="constrain a product that only the holder of the inputs can know, for example a hash",
        )
