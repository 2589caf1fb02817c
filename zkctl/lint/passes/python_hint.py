"""L018 python-hint: a hint is Python code.

The witness program then runs on no other machine than Python with the source at hand, and no other tool can check the program by its
file.  It is no fault of the statement.
"""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.witness_program import USER_HINT
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject


def python_hints(subject: Subject) -> Iterator[LintFinding]:
    """Yield the hints that are functions of the user, each name once."""
    if subject.program is None:
        return
    first: dict[str, HintCall] = {}
    for call in subject.program.user_hints:
        first.setdefault(call.function.removeprefix(USER_HINT).rpartition(":")[2], call)
    for name, call in first.items():
        yield LintFinding(
            Level.NOTE,
            f"hint {name} is Python code: the witness program is not portable, only Python runs it",
            hint="write it as advice, which becomes data",
            chain=subject.chain(call.node),
        )
