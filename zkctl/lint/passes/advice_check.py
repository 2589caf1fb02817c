"""L010 advice-check: advice asserts a condition, which binds the honest prover only.

An assertion in advice ends the computation of a witness; no constraint is made of it.  A prover computes the witness with another
program and leaves the assertion out.  The same holds for `assert` in circom.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zkctl.constraints.advice.calls import advice_number
from zkctl.constraints.advice.instructions import AdviceProgram, Op
from zkctl.constraints.assumption import is_of_library
from zkctl.lint.findings import Level, LintFinding, author_line
from zkctl.lint.subject import Subject


def advice_checks(subject: Subject) -> Iterator[LintFinding]:
    """Yield the author's advice programs that assert, each once."""
    program = subject.program
    if program is None or not program.advice:
        return
    asserting = {k for k, each in enumerate(program.advice) if _asserts(each)}
    table = program.hint_table
    for position, name in enumerate(table.names):
        number = advice_number(name)
        if number is None or number not in asserting:
            continue
        call = table[int(np.flatnonzero(table.functions == position)[0])]
        chain = subject.chain(call.node)
        if is_of_library(author_line(chain[:1])):
            continue
        yield LintFinding(
            Level.NOTE,
            f"advice {program.advice[number].name} asserts a condition that no constraint of it enforces",
            hint="write the condition as constrain(...) too, if the statement needs it",
            chain=chain,
        )


def _asserts(program: AdviceProgram) -> bool:
    return any(each.op == Op.ASSERT for each in program.code)
