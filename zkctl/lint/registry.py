"""All passes with their codes, and their run over a circuit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

from zkctl.constraints.source_map import Span
from zkctl.lint.findings import LintFinding
from zkctl.lint.passes.advice_check import advice_checks
from zkctl.lint.passes.aliased_decomposition import aliased_decompositions
from zkctl.lint.passes.assumption import assumptions
from zkctl.lint.passes.no_knowledge import circuits_without_knowledge
from zkctl.lint.passes.open_hint import open_hints
from zkctl.lint.passes.python_hint import python_hints
from zkctl.lint.passes.revealed_secret import revealed_secrets
from zkctl.lint.passes.sensitive_output import sensitive_outputs
from zkctl.lint.passes.trivial_constraint import trivial_constraints
from zkctl.lint.passes.unbound_public_input import unbound_public_inputs
from zkctl.lint.passes.unconnected_component import unconnected_components
from zkctl.lint.passes.unconstrained_assert import unconstrained_asserts
from zkctl.lint.passes.unlinked_output import unlinked_outputs
from zkctl.lint.passes.unranged_operand import unranged_operands
from zkctl.lint.passes.unsafe_division import unsafe_divisions
from zkctl.lint.passes.unsatisfiable import unsatisfiable_constraints
from zkctl.lint.passes.unused_hint import unused_hints
from zkctl.lint.passes.unused_input import unused_inputs
from zkctl.lint.passes.unused_result import unused_results
from zkctl.lint.subject import Subject
from zkctl.runtime.records import record

MOST_ROWS = 300_000  # that passes read one by one: some seconds
UNIQUENESS = "L000"  # the verdict on the outputs in reports that know findings only
NONDETERMINISTIC = (
    "L011"  # found by compiling twice, which only the toolchain can: zkctl.toolchain.lint
)


@record(eq=False)
class Pass:
    """One pass; the quick ones cost milliseconds and run with every compilation.

    Those that need the inputs are left out for a circuit whose inputs are in doubt, those that read row by row for one with more than
    MOST_ROWS.
    """

    code: str
    name: str
    run: Callable[[Subject], Iterator[LintFinding]]
    is_quick: bool = False
    needs_inputs: bool = True
    reads_rows: bool = False

    @property
    def description(self) -> str:
        """The docstring of the pass's module: code, name and fault in the first line, then the attack."""
        return sys.modules[self.run.__module__].__doc__ or ""


PASSES = (
    Pass("L001", "unused-hint", unused_hints, is_quick=True, needs_inputs=False),
    Pass("L002", "unlinked-output", unlinked_outputs, is_quick=True),
    Pass("L003", "unused-result", unused_results),
    Pass("L004", "unused-input", unused_inputs, is_quick=True),
    Pass("L005", "unranged-operand", unranged_operands, reads_rows=True),
    Pass("L006", "unsafe-division", unsafe_divisions, reads_rows=True),
    Pass("L007", "aliased-decomposition", aliased_decompositions, reads_rows=True),
    Pass("L008", "sensitive-output", sensitive_outputs),
    Pass("L009", "trivial-constraint", trivial_constraints, is_quick=True, needs_inputs=False),
    Pass("L010", "advice-check", advice_checks),
    Pass("L012", "unbound-public-input", unbound_public_inputs, is_quick=True),
    Pass("L013", "revealed-secret", revealed_secrets, reads_rows=True),
    Pass("L014", "unsatisfiable", unsatisfiable_constraints, needs_inputs=False, reads_rows=True),
    Pass("L015", "no-knowledge", circuits_without_knowledge),
    Pass("L016", "unconnected-component", unconnected_components, reads_rows=True),
    Pass("L017", "assumption", assumptions),
    Pass("L018", "python-hint", python_hints, is_quick=True),
    Pass("L019", "unconstrained-assert", unconstrained_asserts, reads_rows=True),
    Pass("L020", "open-hint", open_hints, reads_rows=True),
)


NAMES = {each.code: each.name for each in PASSES} | {
    UNIQUENESS: "output-not-unique",
    NONDETERMINISTIC: "nondeterministic-compile",
}


def run_passes(subject: Subject, *, quick: bool = False) -> list[LintFinding]:
    """Return the findings of all passes, or of the quick ones, in the order of their codes."""
    return [
        replace(finding, code=each.code, chain=_chain(subject, finding))
        for each in PASSES
        if (each.is_quick or not quick) and _is_run(each, subject)
        for finding in each.run(subject)
    ]


def _chain(subject: Subject, finding: LintFinding) -> tuple[Span, ...]:
    """Return the source lines of a finding: those that its pass knows, else of its signal or its first row."""
    if finding.chain:
        return finding.chain
    found = subject.lines(finding.signal) if finding.signal else ()
    return found or (subject.chain_of_row(finding.rows[0]) if finding.rows else ())


def left_out(subject: Subject) -> list[str]:
    """Return a remark if the circuit is too large for some passes."""
    codes = [each.code for each in PASSES if each.reads_rows]
    if subject.rows.n_rows <= MOST_ROWS:
        return []
    return [
        f"the circuit has {subject.rows.n_rows} constraints: {', '.join(codes)} look at {MOST_ROWS} at most and are left out"
    ]


def _is_run(each: Pass, subject: Subject) -> bool:
    if each.reads_rows and subject.rows.n_rows > MOST_ROWS:
        return False
    return not (each.needs_inputs and subject.is_in_doubt)
