"""The verdict on the outputs of a system: proved, or broken by two witnesses, or unknown."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.lint.prove import prove
from zkctl.lint.system import System
from zkctl.lint.verdict import Judgement
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record


@record(eq=False, repr=False)  # no repr: a counterexample has values of private inputs
class Judged:
    """A judgement, with a counterexample if an output is BROKEN; `is_checked` if the independent checker accepts the certificate."""

    judgement: Judgement
    is_checked: bool


def judged(
    system: System, *, witnesses: Sequence[Sequence[int]] = (), progress: Progress = silent
) -> Judged:
    """Return the verdict on each output.  `witnesses` are satisfying assignments for the search to begin with."""
    progress("proving that the outputs are unique", None)
    judgement = prove(system)
    return Judged(judgement, is_checked=False)
