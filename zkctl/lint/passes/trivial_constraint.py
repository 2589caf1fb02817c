"""L009 trivial-constraint: a constraint that always holds.

It looks like a check and refuses nothing.  Most often it compares a value with itself, or with the sum that it was defined to be.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Flags, Subject

_MAX_SHOWN = 20


def trivial_constraints(subject: Subject) -> Iterator[LintFinding]:
    """Yield the constraints that hold for all values of all wires."""
    rows = np.flatnonzero(_may_be_empty(subject)).tolist()
    found = (row for row in rows if subject.rows.constraint(row).is_empty)
    for _, row in zip(range(_MAX_SHOWN), found, strict=False):
        yield LintFinding(
            Level.WARNING,
            f"constraint {row} always holds: it refuses nothing",
            hint="remove it, or compare with the value that you mean",
            chain=subject.chain_of_row(row),
            rows=(row,),
        )


def _may_be_empty(subject: Subject) -> Flags:
    """Return the linear rows but those that are one sum of several signals, as circom writes them.  Shapes: -> (n_rows,)."""
    lengths = np.diff(subject.rows.starts)
    is_sum = (lengths[0::3] == 0) & (lengths[1::3] == 0) & (lengths[2::3] > 1)
    found: Flags = subject.rows.linear_rows() & ~is_sum
    return found
