"""L019 unconstrained-assert: no constraint implies the condition of an assert of circom.

`assert` stops the honest prover's program and makes no constraint.  A prover who computes the witness with another program leaves it out:
aes-circuits and a whitelist checked their inputs by `assert` only, so that any input was proved.  An assert beside the constraints that
imply it is fine; one whose condition is known when the circuit is compiled is checked then, and is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.implication import Implication
from zkctl.lint.subject import Subject


def unconstrained_asserts(subject: Subject) -> Iterator[LintFinding]:
    """Yield the asserts of which some component's condition no rule derives from the constraints, each statement once."""
    implication = Implication(subject)
    reported = set()
    for each in subject.asserts():
        if each.statement in reported or implication.holds(each.condition):
            continue
        reported.add(each.statement)
        yield LintFinding(
            Level.WARNING,
            f"assert({each.text}) in {each.template} binds the honest prover only: no constraint implies it",
            hint=each.constraint,
            chain=each.lines(),
        )
