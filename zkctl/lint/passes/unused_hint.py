"""L001 unused-hint: the result of a hint, or an output, is in no constraint.

A hint is the prover's advice and proves nothing.  If no constraint mentions its result, the prover may write any value there.
For an output that is a forgery: Tornado Cash's MiMC hash was assigned by `<--` where `<==` was meant, so that any root was accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from zkctl.constraints.advice.calls import advice_number
from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.signals import Role
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.lint.circom_code import AdvisedWire
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.subject import Subject


def unused_hints(subject: Subject) -> Iterator[LintFinding]:
    """Yield the outputs in no constraint, then the hints with such a result."""
    for signal in subject.signals:
        n_found = int(np.count_nonzero(~subject.mentioned[list(signal.wires)]))
        if signal.role is Role.OUTPUT and n_found:
            yield LintFinding(
                Level.ERROR,
                f"output {signal.shown(n_found)} is in no constraint: any value is accepted",
                hint="constrain it to equal the value that it should have",
                signal=signal.name,
            )
    if subject.program is not None:
        yield from _unused_results(subject, subject.program)
    yield from _unused_advice(subject)


def _unused_advice(subject: Subject) -> Iterator[LintFinding]:
    """Yield the statements of circom that assign by `<--` what no constraint mentions."""
    unused: dict[object, list[AdvisedWire]] = defaultdict(list)
    for each in subject.advised():
        if not subject.mentioned[each.wire] and each.wire not in subject.outputs:
            unused[each.statement].append(each)
    for first, *others in unused.values():
        more = f" and {len(others)} more" if others else ""
        yield LintFinding(
            Level.WARNING,
            f"signal {subject.names(first.wire)}{more} is assigned by `<--` and is in no constraint",
            hint="constrain it with `===`, assign it with `<==`, or make it a variable",
            signal=subject.names(first.wire),
            chain=first.lines(),
        )


def _unused_results(subject: Subject, program: WitnessProgram) -> Iterator[LintFinding]:
    mentioned = subject.mentioned.copy()
    mentioned[1 : program.first_input] = True  # outputs: reported above
    table = program.hint_table
    unused = np.flatnonzero(~mentioned[table.outputs])
    for k in np.unique(np.searchsorted(table.output_starts, unused, "right") - 1).tolist():
        call = table[k]
        chain = subject.chain(call.node)
        at = f" at {chain[0].place}" if chain else ""
        yield LintFinding(
            Level.WARNING,
            f"a result of {_name_of_hint(program, call)}{at} is in no constraint",
            hint="constrain the result, or do not ask for it",
            chain=chain,
        )


def _name_of_hint(program: WitnessProgram, call: HintCall) -> str:
    number = advice_number(call.function)
    return f"hint {call.function}" if number is None else f"advice {program.advice[number].name}"
