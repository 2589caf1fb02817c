"""L002 unlinked-output: no chain of constraints connects an output with an input.

The hint reads the inputs, the constraints do not: each value that satisfies the constraints of the output alone is accepted for
all inputs.  A proof about another input is then a proof about this one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zkctl.constraints.signals import Role
from zkctl.lint.components import components
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Flags, Subject


def unlinked_outputs(subject: Subject) -> Iterator[LintFinding]:
    """Yield the outputs whose value comes from hints that nothing ties to an input."""
    if not subject.outputs or not _has_free_wires(subject):
        return
    labels = components(subject, subject.inputs)
    of_inputs = labels[min(subject.inputs)] if subject.inputs else -1
    free = _free(subject, labels)
    for signal in subject.signals:
        if signal.role is not Role.OUTPUT:
            continue
        wires = np.array(signal.wires, np.int64)
        unlinked = subject.mentioned[wires] & (labels[wires] != of_inputs) & free[labels[wires]]
        n_found = int(np.count_nonzero(unlinked))
        if n_found:
            yield LintFinding(
                Level.ERROR,
                f"output {signal.shown(n_found)} depends only on hints: no constraint connects it with an input, any value is accepted",
                hint="constrain it with the inputs that the hint reads",
                signal=signal.name,
            )


def _has_free_wires(subject: Subject) -> bool:
    if subject.program is None:
        return not subject.is_proved
    table = subject.program.hint_table
    return bool(((table.n_outputs > 0) & (table.rows >= subject.own_rows)).any())


def _free(subject: Subject, labels: np.ndarray) -> Flags:
    """Return for each label whether its wires are free: a hint makes one of them, or, without a program, an output is not proved."""
    found = np.zeros(subject.rows.n_signals, bool)
    if subject.program is not None:
        found[labels[subject.program.hint_table.outputs]] = True
    elif subject.judgement is not None:
        found[labels[[wire for wire in subject.outputs if not subject.output_is_proved(wire)]]] = (
            True
        )
    return found
