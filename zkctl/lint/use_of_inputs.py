"""The use of inputs by constraints other than their own range checks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zkctl.constraints.signals import Role
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Flags, Subject


def inputs_without_use(subject: Subject, role: Role, hint: str) -> Iterator[LintFinding]:
    """Yield the inputs of a role that no constraint but their own range check mentions."""
    used = used_beyond_ranges(subject)
    for signal in subject.signals:
        if signal.role is not role:
            continue
        wires = np.array(signal.wires, np.int64)
        unmentioned = int(np.count_nonzero(~subject.mentioned[wires]))
        unused = int(np.count_nonzero(~used[wires]))
        what = f"{role.name.lower()} input"
        if unmentioned:
            text = f"{what} {signal.shown(unmentioned)} is in no constraint: any value is accepted"
        elif unused:
            text = f"{what} {signal.shown(unused)} is only in its own range check: any value of its type is accepted"
        else:
            continue
        yield LintFinding(Level.WARNING, text, hint=hint, signal=signal.name)


def used_beyond_ranges(subject: Subject) -> Flags:
    """Return for each wire whether a row other than the range checks of the inputs mentions it.  Shapes: -> (n_wires,).

    The bits that a range check makes of an input stand for the input.
    """
    rows, own_rows = subject.rows, subject.own_rows
    used = np.zeros(rows.n_signals, bool)
    used[rows.signals[int(rows.starts[3 * own_rows]) :]] = True
    for call in subject.program.hints if subject.program is not None else ():
        if call.before_row >= own_rows:
            break
        used[list(call.inputs[0])] |= used[list(call.outputs)].any()
    return used
