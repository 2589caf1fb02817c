"""The counts of a compiled circuit, as `zkctl compile` prints them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.constraints.assumption import StatedAssumption
from zkctl.constraints.signals import Role
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.circuit.proof_rows import AnyCircuit, RowCounts
from zkctl.toolchain.lint.quick import quick_warnings


@record
class CompileSummary:
    """The compiled circuit; the counts are those that circom prints.

    `assumptions` are the author's, each line once; those inside library gadgets are counted apart, by line too.
    """

    circuit: str
    field: str
    n_constraints: int
    n_nonlinear: int
    n_linear: int
    n_wires: int
    n_labels: int
    n_public_outputs: int
    n_public_inputs: int
    n_private_inputs: int
    n_assumptions: int
    n_assumptions_of_gadgets: int
    assumptions: list[StatedAssumption]
    files: list[str]
    warnings: list[str]
    rows: RowCounts | None = None


def summary_of(
    compiled: AnyCircuit, files: Sequence[Path], *, lint: bool = False
) -> CompileSummary:
    """Return the counts of a compiled circuit with the names of its files, with `lint` also the findings of the quick passes."""
    program = compiled.program
    return CompileSummary(
        circuit=compiled.name,
        field=program.field.name,
        n_constraints=compiled.r1cs.n_constraints,
        n_nonlinear=compiled.r1cs.n_constraints - compiled.n_linear,
        n_linear=compiled.n_linear,
        n_wires=compiled.r1cs.n_wires,
        n_labels=compiled.r1cs.n_labels,
        n_public_outputs=program.n_signals(Role.OUTPUT),
        n_public_inputs=program.n_signals(Role.PUBLIC),
        n_private_inputs=program.n_signals(Role.PRIVATE),
        n_assumptions=len(compiled.own_assumptions),
        n_assumptions_of_gadgets=len(compiled.library_assumptions),
        assumptions=compiled.own_assumptions,
        files=[printable(file) for file in files],
        warnings=quick_warnings(compiled) if lint else [],
    )
